package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.jobs.ProviderAsk;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.UpstreamFaults;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Chooses the class of a call's shape, and what the shapes share.
public final class CallShapes {

    public static final Fault GONE =
            Fault.of(FaultCode.CLIENT_CLOSED, "The client closed the connection.");

    static final Fault TOO_LARGE =
            Fault.of(
                    FaultCode.UPSTREAM_ERROR, "The upstream's answer is larger than Sluice takes.");

    /// The answer cannot be shown, because it could be lost.
    public static final Fault CANNOT_WRITE =
            Fault.of(
                            FaultCode.OVERLOADED,
                            "This replica cannot write its journal: it takes no more calls.")
                    .withRetryAfter(Duration.ofSeconds(1));

    private final Parts parts;

    public CallShapes(Parts parts) {
        this.parts = parts;
    }

    /// What every shape is built of; nothing else may touch money or targets.
    public record Parts(
            Deadlines deadlines,
            WorkerExecutor decodingPool,
            AttemptLoop attempts,
            Closing closing,
            IdempotencyGate idempotency,
            KeptResponses kept,
            @Nullable JobParts jobs,
            LongSupplier nanoTime,
            Limits limits) {

        /// Ends a call whose client left while it was being served: the upstream is told, and what
        /// was produced is charged.
        void leave(Exchange exchange, Attempt attempt, Result result) {
            exchange.tried(
                    attempt.acceptedRow(result, GONE.code().wireName(), nanoTime.getAsLong()));
            closing.settle(
                    exchange,
                    result,
                    attempt.target,
                    GONE.status(),
                    GONE,
                    () -> idempotency.finish(exchange));
        }

        /// Classifies an answer of an upstream that is no success.
        Fault upstreamFault(Attempt attempt, byte[] body) {
            return UpstreamFaults.decode(
                            attempt.status(), attempt::header, body, closing.clock().instant())
                    .fault();
        }

        /// As [#leave], before the first byte: a provider that got the request has read the input,
        /// which is estimated; one that was not reached costs nothing.
        void leaveEarly(
                Exchange exchange,
                @Nullable Attempt attempt,
                @Nullable UpstreamCall call,
                Usage input) {
            if (attempt != null && call != null && call.sent()) {
                leave(exchange, attempt, Result.estimated(input));
                return;
            }
            if (attempt != null) {
                exchange.tried(attempt.failedRow(GONE, Usage.NONE, nanoTime.getAsLong()));
            }
            if (closing.failed(exchange, GONE)) {
                idempotency.free(exchange);
            }
        }
    }

    /// What only jobs are built of.
    ///
    /// @param providers are given what jobs need, beside the call that begins one
    /// @param threads runs what waits for the books
    public record JobParts(
            JobBooks books,
            ProviderAsk providers,
            ExecutorService threads,
            Ids ids,
            InstantSource clock,
            FaultAnswer faults) {}

    /// The job of a call that begins one.
    JobCall job(Exchange exchange, RequestBody body) {
        JobParts jobs = parts.jobs();
        if (jobs == null) {
            throw Fault.of(FaultCode.NOT_FOUND, "No jobs are served here.").asException();
        }
        return new JobCall(exchange, body.job(), parts, jobs);
    }

    void start(Exchange exchange, RequestBody body, Consumer<Fault> gaveUp) {
        JobCall job = exchange.job();
        if (job != null) {
            job.start(gaveUp);
        } else if (exchange.facts().stream()) {
            new StreamCall(exchange, body, parts).start(gaveUp);
        } else if (body.relayed()) {
            new BytesCall(exchange, body, parts).start(gaveUp);
        } else {
            new UnaryCall(exchange, body, parts).start(gaveUp);
        }
    }

    /// Writes the head of an accepted answer.
    static void head(Exchange exchange, int status, String contentType) {
        exchange.response.setStatusCode(status);
        exchange.response.putHeader("content-type", contentType);
        FaultAnswer.requestId(exchange.response, exchange.requestId, exchange.endpoint.path());
        exchange.response.putHeader("x-sluice-route", exchange.route());
        Admission.holdHeaders(exchange).forEach(exchange.response::putHeader);
    }

    /// What client and provider did not hear of each other.
    static void tellLost(Exchange exchange, @Nullable String lost) {
        if (lost != null) {
            exchange.response.putHeader("x-sluice-dropped", lost);
        }
    }

    /// The same in the request's record, which must not have been written yet.
    static void noteLost(Exchange exchange, PlannedTarget target, @Nullable String lost) {
        if (lost != null) {
            exchange.note(target.note("dropped: " + lost));
        }
    }
}
