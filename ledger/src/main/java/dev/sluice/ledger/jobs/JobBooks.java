package dev.sluice.ledger.jobs;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.RateWindows;
import dev.sluice.ledger.RateWindows.Taken;
import dev.sluice.ledger.booking.LedgerJson;
import dev.sluice.ledger.booking.ShipStore;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Patience;
import dev.sluice.ledger.escrow.JobEscrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseException;
import dev.sluice.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The books of jobs. A job and exactly what it may cost are committed in one transaction before
/// its provider is asked; from then on it is nobody's process's: whoever sees its end settles it,
/// once. Calls block.
///
/// Of windows shorter than an hour, which each replica keeps for itself, a job counts from its
/// submit with the most it may use, also when it fails later.
public final class JobBooks {

    private static final Logger LOG = LoggerFactory.getLogger(JobBooks.class);
    private static final Duration RECALL_WAIT = Duration.ofSeconds(1);
    private static final Duration RECALL_POLL = Duration.ofMillis(25);

    private final Database database;
    private final EscrowLedger ledger;
    private final ShipStore books;
    private final JobEscrow escrow;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final JobLimits limits;

    public JobBooks(
            Database database,
            EscrowLedger ledger,
            InstantSource clock,
            LongSupplier nanoTime,
            Ids ids,
            JobLimits limits) {
        this.database = database;
        this.ledger = ledger;
        this.books = new ShipStore(database, clock, ids);
        this.escrow = new JobEscrow(new PostgresEscrowStore(database, clock));
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.limits = limits;
    }

    public JobLimits limits() {
        return limits;
    }

    /// How a job ended.
    ///
    /// @param known [RecoveredCall.Known#ABANDONED] where the customer pays nothing although the
    ///     provider may ask for something
    /// @param shown what clients see of it from now on, null to leave it
    /// @param call the call at its end
    public record Ending(
            Job.State state,
            RecoveredCall.Known known,
            @Nullable String shown,
            Function<Job, CallRecord> call) {}

    /// Holds what a job may cost and writes it down, both or nothing.
    ///
    /// @param revision of the limits in the request's claims
    /// @param draft the job under the hold it got; asked again when the transaction is
    /// @throws dev.sluice.domain.FaultException when too many are open
    public HoldResult begin(
            HoldRequest request, long revision, Function<HoldResult.Held, Job.Draft> draft) {
        List<Claim> rateClaims = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        for (Claim claim : request.claims()) {
            (claim.rule().isRate() ? rateClaims : claims).add(claim);
        }
        return switch (ledger.rates().take(request, rateClaims)) {
            case RateWindows.Answer.Refuses(HoldResult.Refused refused) -> refused;
            case RateWindows.Answer.Full() ->
                    new HoldResult.Unavailable("limits.rate_windows are in use");
            case RateWindows.Answer.Granted(Taken taken, long output) -> {
                boolean held = false;
                try {
                    HoldResult result = held(request, claims, output, revision, draft);
                    held = result instanceof HoldResult.Held;
                    yield result;
                } finally {
                    if (!held) {
                        ledger.rates().giveBack(taken);
                    }
                }
            }
        };
    }

    private HoldResult held(
            HoldRequest request,
            List<Claim> claims,
            long output,
            long revision,
            Function<HoldResult.Held, Job.Draft> draft) {
        long began = nanoTime.getAsLong();
        Patience patience = Patience.RECALL;
        try {
            while (true) {
                Ask ask = new Ask(request, claims, output, patience);
                Answer answer =
                        database.inIdempotentTransaction(sql -> begin(sql, ask, revision, draft));
                if (answer instanceof Answer.Decided(HoldResult result)) {
                    return result;
                }
                // replicas give back what no call of theirs needs
                LockSupport.parkNanos(RECALL_POLL.toNanos());
                boolean waited = nanoTime.getAsLong() - began > RECALL_WAIT.toNanos();
                patience = waited ? Patience.NONE : Patience.WAIT;
            }
        } catch (DatabaseException e) {
            // where it was committed all the same, the job was not sent: it is closed as such
            LOG.warn("a job of {} gets no hold: {}", request.requestId(), e.toString());
            return new HoldResult.Unavailable("the money authority failed");
        }
    }

    private Answer begin(
            Sql sql, Ask ask, long revision, Function<HoldResult.Held, Job.Draft> draft) {
        HoldRequest request = ask.request();
        requireRoom(sql, request.organizationId());
        Answer answer = escrow.take(sql, ask, revision);
        if (answer instanceof Answer.Decided(HoldResult.Held held)) {
            List<HeldWindow> windows =
                    ask.claims().stream()
                            .map(claim -> HeldWindow.of(claim, held.outputTokens()))
                            .toList();
            insert(
                    sql,
                    request,
                    Settlement.Open.of(request, windows, held.outputTokens()),
                    draft.apply(held));
        }
        return answer;
    }

    private void requireRoom(Sql sql, String organizationId) {
        long open =
                sql.one(
                        "SELECT count(*) AS n FROM video_job WHERE organization_id = ? AND "
                                + JobRows.OPEN,
                        row -> row.bigint("n"),
                        organizationId);
        if (open >= limits.openJobs()) {
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "This organization has "
                                    + limits.openJobs()
                                    + " jobs that are not finished. Wait until some are.")
                    .withRetryAfter(Duration.ofSeconds(5))
                    .asException();
        }
    }

    private static void insert(
            Sql sql, HoldRequest request, Settlement.Open hold, Job.Draft draft) {
        sql.update(
                """
                INSERT INTO video_job (id, organization_id, key_id, request_id, state, model, call,
                                       asked, shown, multiply, created_at, look_at)
                VALUES (?, ?, ?, ?, 'submitting', ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?)
                """,
                draft.id(),
                request.organizationId(),
                draft.keyId(),
                request.requestId(),
                draft.model(),
                JobRows.record(hold, draft.call()),
                LedgerJson.texts(draft.asked()),
                draft.shown(),
                draft.multiply(),
                request.admittedAt(),
                draft.submitBy());
    }

    /// Writes down that a provider is about to be asked. Only then may it be.
    ///
    /// @param call with the attempt that is about to be made as its last
    /// @param lostAt when nothing will be heard of it any more
    /// @return false when the job is not to be sent
    public boolean placing(String id, Job.Place place, CallRecord call, Instant lostAt) {
        return database.inIdempotentTransaction(sql -> {
            Optional<Job> job = JobRows.lock(sql, id);
            if (job.isEmpty() || job.get().state() != Job.State.SUBMITTING) {
                return false;
            }
            sql.update(
                    """
                    UPDATE video_job
                       SET wire = ?, upstream_id = ?, upstream_model = ?, price = ?::jsonb,
                           call = ?, look_at = ?
                     WHERE id = ?
                    """,
                    place.wire(),
                    place.upstreamId(),
                    place.upstreamModel(),
                    JobRows.price(place.price()),
                    JobRows.record(job.get().hold(), call),
                    lostAt,
                    id);
            return true;
        });
    }

    /// The provider took the job.
    public void submitted(
            String id, String providerJobId, String shown, CallRecord call, Instant lookAt) {
        change(id, Job.State.SUBMITTED, providerJobId, shown, call, lookAt);
    }

    /// The provider was asked, and its answer was lost.
    public void unknown(String id, CallRecord call) {
        change(id, Job.State.UNKNOWN, null, null, call, clock.instant().plus(limits.unknownHeld()));
    }

    private void change(
            String id,
            Job.State state,
            @Nullable String providerJobId,
            @Nullable String shown,
            CallRecord call,
            Instant lookAt) {
        database.inIdempotentTransaction(sql -> {
            Optional<Job> job = JobRows.lock(sql, id).filter(found -> found.state().isOpen());
            job.ifPresent(found ->
                    sql.update(
                            """
                            UPDATE video_job
                               SET state = ?, provider_job_id = COALESCE(?, provider_job_id),
                                   shown = COALESCE(?::jsonb, shown), call = ?, look_at = ?,
                                   leased_until = NULL
                             WHERE id = ?
                            """,
                            state.wireName(),
                            providerJobId,
                            shown,
                            JobRows.record(found.hold(), call),
                            lookAt,
                            id));
            return job.isPresent();
        });
    }

    /// Jobs somebody has to look after now, for this replica alone until its lease is over.
    public List<Job> due(int most) {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(sql ->
                sql.list(
                        """
                        UPDATE video_job j SET leased_until = ?
                          FROM (SELECT id FROM video_job
                                 WHERE %s AND look_at <= ?
                                   AND (leased_until IS NULL OR leased_until < ?)
                                 ORDER BY look_at LIMIT ? FOR UPDATE SKIP LOCKED) due
                         WHERE j.id = due.id RETURNING j.*
                        """
                                .formatted(JobRows.OPEN),
                        JobRows::job,
                        now.plus(limits.lease()),
                        now,
                        now,
                        Math.min(most, limits.looksAtOnce())));
    }

    /// The job goes on.
    ///
    /// @param shown what clients see of it now, null to leave it
    public void looked(String id, @Nullable String shown, Instant lookAt) {
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        UPDATE video_job
                           SET shown = COALESCE(?::jsonb, shown), look_at = ?, leased_until = NULL
                         WHERE id = ? AND %s
                        """
                                .formatted(JobRows.OPEN),
                        shown,
                        lookAt,
                        id));
    }

    /// Books the end of a job: charge, cost, release, usage row. The first end counts.
    ///
    /// @return the call, empty when the job had ended before
    public Optional<CallRecord> settle(String id, Ending ending) {
        return database.inIdempotentTransaction(sql -> {
            Optional<Job> open = JobRows.lock(sql, id).filter(job -> job.state().isOpen());
            if (open.isEmpty()) {
                return Optional.<CallRecord>empty();
            }
            CallRecord call = ending.call().apply(open.get());
            books.settleJob(sql, new Shipment(open.get().hold(), call, ending.known()));
            sql.update(
                    """
                    UPDATE video_job
                       SET state = ?, shown = COALESCE(?::jsonb, shown), ended_at = ?,
                           leased_until = NULL
                     WHERE id = ?
                    """,
                    ending.state().wireName(),
                    ending.shown(),
                    call.timings().endedAt(),
                    id);
            return Optional.of(call);
        });
    }

    /// A job of this owner that was not deleted.
    ///
    /// @param kind what its id begins with
    public Optional<Job> find(Job.Owner owner, String kind, String id) {
        if (!id.startsWith(kind + "_")) {
            return Optional.empty();
        }
        return database.read(sql ->
                sql.optional(
                        """
                        SELECT * FROM video_job
                         WHERE id = ? AND organization_id = ? AND key_id = ?
                           AND deleted_at IS NULL
                        """,
                        JobRows::job,
                        id,
                        owner.organizationId(),
                        owner.keyId()));
    }

    /// Jobs of this owner by age.
    ///
    /// @param kind what their ids begin with
    /// @param after the last one of the page before, empty for the first page
    public List<Job> list(
            Job.Owner owner, String kind, String after, boolean oldestFirst, int limit) {
        String order = oldestFirst ? "ASC" : "DESC";
        return database.read(sql ->
                sql.list(
                        """
                        SELECT * FROM video_job
                         WHERE organization_id = ? AND key_id = ? AND deleted_at IS NULL
                           AND starts_with(id, ?) AND (? = '' OR id %s ?)
                         ORDER BY id %s LIMIT ?
                        """
                                .formatted(oldestFirst ? ">" : "<", order),
                        JobRows::job,
                        owner.organizationId(),
                        owner.keyId(),
                        kind + "_",
                        after,
                        after,
                        limit));
    }

    /// Nobody sees the job any more; its usage row stays.
    ///
    /// @return false when there is none that has ended
    public boolean delete(Job.Owner owner, String id) {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                                """
                                UPDATE video_job SET deleted_at = ?
                                 WHERE id = ? AND organization_id = ? AND key_id = ?
                                   AND deleted_at IS NULL AND ended_at IS NOT NULL
                                """,
                                clock.instant(),
                                id,
                                owner.organizationId(),
                                owner.keyId())
                        == 1);
    }

    /// To be run about once a minute: forgets jobs that ended long ago.
    public void sweep() {
        database.inIdempotentTransaction(sql ->
                sql.update(
                        "DELETE FROM video_job WHERE ended_at < ?",
                        clock.instant().minus(limits.kept())));
    }
}
