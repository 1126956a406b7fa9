package dev.sluice.gateway.calls;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.jobs.JobPoller;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.gateway.upstream.UpstreamRequests;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Pieces;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobRequest;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.video.VideoObjects;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// A call that begins a job. The job and its hold are in the books before its provider is asked,
/// and it is sent once: another target is tried only where the one before cannot have taken it. A
/// client that leaves changes nothing.
public final class JobCall implements AttemptLoop.Shape, Question {

    /// What clients that wait for a job go by.
    public static final String POLL_AFTER = "openai-poll-after-ms";

    public static final String POLL_AFTER_MILLIS = "1000";

    /// Where its video is, below the job.
    public static final String CONTENT = "/content";

    private static final Logger LOG = LoggerFactory.getLogger(JobCall.class);

    /// A provider's word about a job is short.
    private static final int MOST_ANSWER_BYTES = 1 << 20;

    private static final Duration AGAIN = Duration.ofMillis(500);

    /// What has to be written is tried for so long; after that the poller finds the job as it was
    /// written last.
    private static final int MOST_TRIES = 1_200;

    private final Exchange exchange;
    private final JobRequest request;
    private final CallShapes.Parts parts;
    private final CallShapes.JobParts jobs;
    private final String id;
    private final ObjectNode begun;
    private final JobWays ways;
    private Consumer<Fault> gaveUp = _ -> {};

    /// Whether a provider has the job, or may have it: from then on only its end settles it.
    private boolean sent;

    JobCall(
            Exchange exchange,
            JobRequest request,
            CallShapes.Parts parts,
            CallShapes.JobParts jobs) {
        this.exchange = exchange;
        this.request = request;
        this.parts = parts;
        this.jobs = jobs;
        this.id = jobs.ids().next(request.kind());
        Job remixed = exchange.endpoint.remixed();
        this.ways = new JobWays(request, remixed);
        this.begun =
                request.begun(
                        id,
                        exchange.key().organizationId(),
                        exchange.arrivedAt,
                        remixed == null ? null : remixed.id());
    }

    /// Where clients fetch a job's video.
    public static String content(HttpServerRequest request, String id) {
        return request.scheme()
                + "://"
                + request.authority()
                + Endpoint.VIDEOS
                + "/"
                + id
                + CONTENT;
    }

    /// Holds what the job may cost, and writes it down.
    void hold(HoldRequest hold, Consumer<HoldResult> answer, Consumer<Fault> refused) {
        jobs.threads()
                .execute(() -> {
                    try {
                        CallPlan plan = ways.carriable(exchange.plan());
                        exchange.context.runOnContext(_ -> exchange.planned(plan));
                        answer.accept(
                                jobs.books().begin(hold, exchange.snapshot.version(), this::draft));
                    } catch (FaultException e) {
                        exchange.context.runOnContext(_ -> refused.accept(e.fault()));
                    } catch (RuntimeException e) {
                        LOG.error("job {} was not begun", id, e);
                        answer.accept(new HoldResult.Unavailable("the money authority failed"));
                    }
                });
    }

    private Job.Draft draft(HoldResult.Held held) {
        return new Job.Draft(
                id,
                exchange.key().id(),
                request.facts().model(),
                parts.closing().begun(exchange, held),
                request.kept(),
                begun.toString(),
                exchange.plan().multiply(),
                now().plus(jobs.books().limits().submitGrace()));
    }

    private Instant now() {
        return jobs.clock().instant();
    }

    void start(Consumer<Fault> whenGivenUp) {
        gaveUp = whenGivenUp;
        if (!ways.needsFiles()) {
            attempt();
            return;
        }
        jobs.threads()
                .execute(() -> {
                    Fault refused = null;
                    try {
                        PlannedTarget target = exchange.plan().targets().getFirst();
                        ways.giveFiles(target, jobs.providers(), now());
                    } catch (FaultException e) {
                        refused = e.fault();
                    } catch (RuntimeException e) {
                        LOG.error("job {} was not prepared", id, e);
                        refused = Fault.of(FaultCode.INTERNAL_ERROR, "The job was not prepared.");
                    }
                    Fault why = refused;
                    exchange.context.runOnContext(
                            _ -> parts.attempts().guarded(exchange, () -> prepared(why)));
                });
    }

    private void prepared(@Nullable Fault refused) {
        if (exchange.isClosed()) {
            return;
        }
        if (refused == null) {
            attempt();
        } else {
            gaveUp.accept(refused);
        }
    }

    private void attempt() {
        parts.attempts().run(exchange, this, this, gaveUp);
    }

    /// Nothing is sent before it is written down where.
    void attempting(Attempt attempt, CallRecord call, Consumer<Boolean> written) {
        PlannedTarget target = attempt.target;
        Job.Place place =
                new Job.Place(
                        ways.to(target).wire().name(),
                        target.upstream().id(),
                        target.upstreamModel(),
                        target.price());
        Instant lostAt =
                now().plus(target.upstream().timeouts().total())
                        .plus(jobs.books().limits().submitGrace());
        jobs.threads()
                .execute(() -> {
                    boolean may = false;
                    try {
                        may = jobs.books().placing(id, place, call, lostAt);
                    } catch (RuntimeException e) {
                        LOG.warn("job {} is not sent: {}", id, e.toString());
                    }
                    written.accept(may);
                });
    }

    /// The job came to nothing before any provider took it.
    void settle(CallRecord call, Runnable durable) {
        if (sent) {
            durable.run();
            return;
        }
        String shown =
                request.lost(begun.toString(), "not_taken", "No provider took the job.", now())
                        .toString();
        JobBooks.Ending ending =
                new JobBooks.Ending(Job.State.FAILED, RecoveredCall.Known.EXACT, shown, _ -> call);
        persist(() -> jobs.books().settle(id, ending), durable);
    }

    /// Writes until it is written.
    private void persist(Runnable work, Runnable done) {
        jobs.threads()
                .execute(() -> {
                    for (int tries = 1; tries <= MOST_TRIES; tries++) {
                        try {
                            work.run();
                            done.run();
                            return;
                        } catch (RuntimeException e) {
                            LOG.warn("job {} waits for the database: {}", id, e.toString());
                        }
                        LockSupport.parkNanos(AGAIN.toNanos());
                    }
                    LOG.error("job {} is left as it was written last", id);
                });
    }

    @Override
    public RequestOptions headFor(PlannedTarget target) {
        JobSend send = ways.to(target).sent();
        return UpstreamRequests.head(
                target.upstream(), send.path(), Map.of(), send.contentType(), "application/json");
    }

    @Override
    public Buffer bodyFor(PlannedTarget target) {
        return Buffer.buffer(ways.to(target).sent().body());
    }

    /// What is signed is signed as a whole.
    @Override
    public @Nullable Pieces piecesFor(PlannedTarget target) {
        Pieces pieces = ways.to(target).sent().pieces();
        boolean signed = target.upstream().reach().auth() instanceof AuthScheme.AwsSigV4;
        return signed || pieces.inMemory() ? null : pieces;
    }

    @Override
    public UpstreamCall.Listener reader(Attempt attempt, Attempt.Verdict verdict) {
        return new Submitted(attempt, verdict);
    }

    @Override
    public void started(UpstreamCall call) {
        // nothing calls it back
    }

    /// Who took a job says what it used when it ends; who did not used nothing.
    @Override
    public Usage lostUsage() {
        return Usage.NONE;
    }

    /// A gateway in front of a provider answers these: the job may have reached it all the same.
    private static boolean mayHaveTaken(int status) {
        return status == 408 || (status > 501 && status != 503 && status != 529);
    }

    /// The provider said no to this account, or for now.
    private static boolean mayGoElsewhere(int status) {
        return status == 401
                || status == 402
                || status == 403
                || status == 429
                || status == 503
                || status == 529;
    }

    private final class Submitted implements UpstreamCall.Listener {
        private final Attempt attempt;
        private final Attempt.Verdict verdict;
        private final Buffer collected = Buffer.buffer();

        Submitted(Attempt attempt, Attempt.Verdict verdict) {
            this.attempt = attempt;
            this.verdict = verdict;
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            attempt.answered(status, headers);
        }

        @Override
        public void onData(Buffer data) {
            if (collected.length() < MOST_ANSWER_BYTES) {
                collected.appendBuffer(data);
            }
        }

        @Override
        public void onEnd() {
            byte[] bytes = collected.getBytes();
            if (attempt.succeeded()) {
                taken(bytes);
                return;
            }
            Fault fault = parts.upstreamFault(attempt, bytes);
            if (mayHaveTaken(attempt.status())) {
                unknown(attempt, fault);
            } else if (mayGoElsewhere(attempt.status())) {
                verdict.failed(attempt, fault);
            } else if (exchange.isAttempting()) {
                exchange.tried(attempt.failedRow(fault, Usage.NONE, parts.nanoTime().getAsLong()));
                gaveUp.accept(fault);
            }
        }

        private void taken(byte[] bytes) {
            JobLook look;
            try {
                look = ways.to(attempt.target).wire().read(bytes, request.kept());
            } catch (FaultException unreadable) {
                unknown(attempt, unreadable.fault());
                return;
            }
            submitted(attempt, look);
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            if (sent) {
                unknown(attempt, fault);
            } else {
                verdict.failed(attempt, fault);
            }
        }
    }

    private void submitted(Attempt attempt, JobLook look) {
        if (!exchange.isAttempting()) {
            return;
        }
        sent = true;
        exchange.relaying();
        exchange.firstByte(parts.nanoTime().getAsLong());
        noteLost(attempt.target);
        CallRecord call = parts.closing().taken(exchange, attempt);
        ObjectNode shown = ways.to(attempt.target).wire().after(begun.toString(), look, now());
        Instant lookAt = now().plus(JobPoller.pause(Duration.ZERO));
        String kept = shown.toString();
        whenWritten(
                () -> jobs.books().submitted(id, look.job(), kept, call, lookAt),
                () -> answer(shown),
                () ->
                        refuse(
                                Fault.of(
                                        FaultCode.ESCROW_UNAVAILABLE,
                                        "The provider took the job, but it could not be written"
                                                + " down yet. Ask for it later.")));
    }

    private void unknown(Attempt attempt, Fault fault) {
        if (!exchange.isAttempting()) {
            return;
        }
        sent = true;
        exchange.relaying();
        CallRecord call = parts.closing().taken(exchange, attempt);
        Runnable told =
                () ->
                        refuse(
                                Fault.of(
                                        fault.code() == FaultCode.UPSTREAM_TIMEOUT
                                                ? FaultCode.UPSTREAM_TIMEOUT
                                                : FaultCode.UPSTREAM_ERROR,
                                        "The provider was asked, and its answer was lost: it may"
                                                + " be working on the job. Sluice does not send"
                                                + " it again."));
        whenWritten(() -> jobs.books().unknown(id, call), told, told);
    }

    /// @param written runs on the event loop once it is
    /// @param late runs instead when the client should not wait any longer
    private void whenWritten(Runnable write, Runnable written, Runnable late) {
        Deadlines.Deadline wait =
                parts.deadlines()
                        .in(
                                parts.limits().settleWait().toMillis(),
                                () -> parts.attempts().guarded(exchange, late));
        persist(
                write,
                () ->
                        exchange.context.runOnContext(_ -> {
                            wait.cancel();
                            parts.attempts().guarded(exchange, written);
                        }));
    }

    private void noteLost(PlannedTarget target) {
        List<String> dropped = ways.to(target).dropped();
        if (!dropped.isEmpty()) {
            String names = String.join(", ", dropped).replaceAll("[^ -~]", "?");
            CallShapes.noteLost(exchange, target, names);
            if (!exchange.response.headWritten() && !exchange.response.closed()) {
                CallShapes.tellLost(exchange, names.substring(0, Math.min(1_024, names.length())));
            }
        }
    }

    private void answer(ObjectNode shown) {
        if (exchange.isClosed()) {
            return;
        }
        if (!exchange.response.closed()) {
            CallShapes.head(exchange, 200, "application/json");
            exchange.response.putHeader(POLL_AFTER, POLL_AFTER_MILLIS);
        }
        parts.closing().handedOver(exchange);
        parts.idempotency().finish(exchange);
        if (exchange.response.closed()) {
            return;
        }
        ObjectNode told =
                exchange.endpoint.path().equals(Endpoint.GENERATIONS)
                        ? VideoObjects.generation(shown, content(exchange.request, id))
                        : request.told(shown);
        byte[] body = Trees.bytes(told);
        exchange.response.putHeader("content-length", Integer.toString(body.length));
        LastBytes.write(exchange.request, parts.deadlines(), parts.limits(), body);
    }

    /// The job stays; the client must not begin another one by sending it again.
    private void refuse(Fault fault) {
        if (exchange.isClosed()) {
            return;
        }
        parts.closing().handedOver(exchange);
        parts.idempotency().finish(exchange);
        jobs.faults()
                .send(
                        exchange.response,
                        fault.withShouldRetry(false).withDetail("job", id),
                        exchange.requestId,
                        exchange.endpoint.path());
    }
}
