package dev.sluice.gateway.calls;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.upstream.AccessTokens;
import dev.sluice.gateway.upstream.EventStreamListener;
import dev.sluice.gateway.upstream.UpstreamAuth;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.gateway.upstream.UpstreamClient;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Pieces;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Tries the targets of a plan in order until one answers. Only while nothing was sent to the
/// client: the first byte ends the loop for good.
public final class AttemptLoop {

    /// A message of a binary event stream is no longer than this.
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    /// How long a client should wait before it repeats a call no target could serve.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// The shape of a call: who reads what a target answers.
    interface Shape {
        /// Reads the answer of one attempt and tells `verdict` when it is no good; what is good it
        /// takes from there itself.
        UpstreamCall.Listener reader(Attempt attempt, Attempt.Verdict verdict);

        /// Hands the reader the means to pause and cancel.
        void started(UpstreamCall call);
    }

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final UpstreamClient client;
    private final Ids ids;
    private final Closing closing;
    private final LongSupplier nanoTime;
    private final BiConsumer<Exchange, RuntimeException> uncaught;
    private final UpstreamAuth auth;

    /// @param uncaught ends an exchange whose own code failed while reading an answer
    public AttemptLoop(
            Vertx vertx,
            Deadlines deadlines,
            UpstreamClient client,
            Ids ids,
            Closing closing,
            LongSupplier nanoTime,
            BiConsumer<Exchange, RuntimeException> uncaught) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.client = client;
        this.ids = ids;
        this.closing = closing;
        this.nanoTime = nanoTime;
        this.uncaught = uncaught;
        this.auth =
                new UpstreamAuth(
                        new AccessTokens(vertx, deadlines, client, closing.clock()),
                        closing.clock());
    }

    /// How upstreams are shown that their accounts are ours.
    public UpstreamAuth auth() {
        return auth;
    }

    /// Starts with the first target; `gaveUp` hears the last fault when none could serve the call.
    void run(Exchange exchange, Question question, Shape shape, Consumer<Fault> gaveUp) {
        exchange.attempting();
        next(exchange, 0, question, shape, gaveUp);
    }

    private void next(
            Exchange exchange, int index, Question question, Shape shape, Consumer<Fault> gaveUp) {
        List<PlannedTarget> targets = exchange.plan().targets();
        PlannedTarget target = targets.get(index);
        Attempt attempt =
                new Attempt(
                        ids.next("att"), target, closing.clock().instant(), nanoTime.getAsLong());
        Attempt.Verdict verdict =
                (failed, fault) -> {
                    if (!exchange.isAttempting()) {
                        return;
                    }
                    Usage lost = mayHaveWorked(failed, fault) ? question.lostUsage() : Usage.NONE;
                    exchange.tried(failed.failedRow(fault, lost, nanoTime.getAsLong()));
                    exchange.leftUpstream();
                    boolean another =
                            fault.code().retry() == FaultCode.Retry.OTHER_TARGET
                                    && index + 1 < targets.size();
                    if (another) {
                        next(exchange, index + 1, question, shape, gaveUp);
                    } else {
                        gaveUp.accept(withRetryHint(fault));
                    }
                };
        UpstreamCall call =
                new UpstreamCall(
                        vertx,
                        deadlines,
                        target.upstream().timeouts(),
                        new Guarded(
                                exchange,
                                new EventStreamListener(
                                        shape.reader(attempt, verdict),
                                        MAX_MESSAGE_BYTES,
                                        exchange::cancelUpstream)));
        shape.started(call);
        exchange.atUpstream(call::cancel);
        closing.attempting(
                exchange,
                attempt,
                question.lostUsage(),
                written ->
                        guarded(
                                exchange,
                                () -> {
                                    if (written) {
                                        send(exchange, call, question, attempt, verdict);
                                    } else {
                                        verdict.failed(attempt, CallShapes.CANNOT_WRITE);
                                    }
                                }));
    }

    private void send(
            Exchange exchange,
            UpstreamCall call,
            Question question,
            Attempt attempt,
            Attempt.Verdict verdict) {
        CrashPoint.ATTEMPT_BEFORE_SEND.reached();
        PlannedTarget target = attempt.target;
        RequestOptions head = question.headFor(target);
        Pieces pieces = question.piecesFor(target);
        Buffer body = pieces == null ? question.bodyFor(target) : Buffer.buffer();
        auth.authorize(
                target.upstream(),
                head,
                body,
                fault ->
                        guarded(
                                exchange,
                                () -> {
                                    if (fault != null) {
                                        verdict.failed(attempt, fault);
                                    } else if (pieces != null) {
                                        call.send(client, target.upstream(), head, pieces);
                                    } else {
                                        call.send(client, target.upstream(), head, body);
                                    }
                                }));
    }

    /// A provider that said no with a status did no work; one that was cut off or too slow may
    /// have.
    private static boolean mayHaveWorked(Attempt attempt, Fault fault) {
        return attempt.succeeded()
                || (attempt.status() == 0 && fault.code() == FaultCode.UPSTREAM_TIMEOUT);
    }

    private static Fault withRetryHint(Fault fault) {
        boolean passes =
                switch (fault.code()) {
                    case UPSTREAM_ERROR, UPSTREAM_TIMEOUT -> true;
                    // unless it says that no wait helps
                    case UPSTREAM_RATE_LIMITED -> !Boolean.FALSE.equals(fault.shouldRetry());
                    default -> false;
                };
        return passes && fault.retryAfter() == null ? fault.withRetryAfter(RETRY_AFTER) : fault;
    }

    /// Runs a step of reading an answer; whatever it throws ends its exchange.
    void guarded(Exchange exchange, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            uncaught.accept(exchange, e);
        }
    }

    /// Whatever a reader throws ends its exchange, and that one alone.
    private final class Guarded implements UpstreamCall.Listener {
        private final Exchange exchange;
        private final UpstreamCall.Listener reader;

        Guarded(Exchange exchange, UpstreamCall.Listener reader) {
            this.exchange = exchange;
            this.reader = reader;
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            run(() -> reader.onHead(status, headers));
        }

        @Override
        public void onData(Buffer data) {
            run(() -> reader.onData(data));
        }

        @Override
        public void onEnd() {
            run(reader::onEnd);
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            run(() -> reader.onFailure(fault, sent));
        }

        private void run(Runnable step) {
            guarded(exchange, step);
        }
    }
}
