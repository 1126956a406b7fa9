package dev.sluice.gateway.jobs;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.ledger.jobs.JobLimits;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobWire;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the jobs of all replicas: each that is due is one replica's for a while, which asks
/// its provider and books its end. A replica that dies in between leaves the job to the next.
public final class JobPoller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobPoller.class);

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration MOST_LOOK = Duration.ofSeconds(40);

    /// How long a provider may still deny a job it has just taken.
    private static final Duration SETTLING_IN = Duration.ofMinutes(1);

    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration YOUNG = Duration.ofMinutes(10);
    private static final Duration EVERY_WHEN_FRESH = Duration.ofSeconds(1);
    private static final Duration EVERY_WHEN_YOUNG = Duration.ofSeconds(5);
    private static final Duration EVERY_LATER = Duration.ofSeconds(15);

    private final JobBooks books;
    private final SnapshotSource snapshots;
    private final ProviderAsk providers;
    private final BatchItems batches;
    private final JobEnds ends;
    private final Consumer<CallRecord> observer;
    private final ExecutorService threads;
    private final InstantSource clock;
    private final Semaphore room;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /// @param observer hears of calls whose jobs ended
    public JobPoller(
            JobBooks books,
            SnapshotSource snapshots,
            ProviderAsk providers,
            BatchItems batches,
            JobEnds ends,
            Consumer<CallRecord> observer,
            ExecutorService threads,
            InstantSource clock) {
        this.books = books;
        this.snapshots = snapshots;
        this.providers = providers;
        this.batches = batches;
        this.ends = ends;
        this.observer = observer;
        this.threads = threads;
        this.clock = clock;
        this.room = new Semaphore(books.limits().looksAtOnce());
        this.thread = Thread.ofVirtual().name("job-poller").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// When to look again at a job of this age.
    public static Duration pause(Duration age) {
        return age.compareTo(FRESH) < 0
                ? EVERY_WHEN_FRESH
                : age.compareTo(YOUNG) < 0 ? EVERY_WHEN_YOUNG : EVERY_LATER;
    }

    private void run() {
        Duration wait = TICK;
        while (!waited(wait)) {
            wait = TICK;
            try {
                int most = room.availablePermits();
                if (most > 0) {
                    books.due(most).forEach(this::begin);
                }
            } catch (RuntimeException e) {
                LOG.warn("jobs wait for the database: {}", e.toString());
                wait = AFTER_FAILURE;
            }
        }
    }

    /// Whether this replica stops.
    private boolean waited(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void begin(Job job) {
        room.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                lookAfter(job);
            } catch (RuntimeException e) {
                // its lease ends, and somebody looks again
                LOG.warn("job {} was not looked after: {}", job.id(), e.toString());
            } finally {
                room.release();
            }
        });
    }

    private void lookAfter(Job job) {
        if (JobPlaces.isBatch(job)) {
            lookAtBatch(job);
            return;
        }
        switch (job.state()) {
            case SUBMITTING -> {
                if (job.place() == null) {
                    neverSent(job);
                } else {
                    LOG.warn("job {}: nobody heard whether its provider took it", job.id());
                    books.unknown(job.id(), job.call());
                }
            }
            case UNKNOWN -> lost(job, "submit_unknown", "Nobody knows whether it was begun.");
            case SUBMITTED -> look(job);
            case DONE, FAILED -> throw new IllegalStateException(job.id() + " has ended");
        }
    }

    private void lookAtBatch(Job job) {
        Instant now = clock.instant();
        OptionalLong ran = batches.ran(job.id());
        if (ran.isEmpty()) {
            Duration age = Duration.between(job.createdAt(), now);
            books.looked(job.id(), null, now.plus(pause(age)));
            return;
        }
        settle(
                job,
                new JobBooks.Ending(
                        Job.State.DONE,
                        RecoveredCall.Known.EXACT,
                        null,
                        held -> ends.batch(held, ran.getAsLong(), now)));
    }

    private void look(Job job) {
        Instant now = clock.instant();
        JobLimits limits = books.limits();
        Duration longest = JobPlaces.isTuning(job) ? limits.longestTraining() : limits.longest();
        if (job.createdAt().plus(longest).isBefore(now)) {
            giveUp(job, now);
            return;
        }
        ProviderAsk.Reply reply = asked(job, JobPlaces.wire(job)::look);
        boolean settledIn = job.createdAt().plus(SETTLING_IN).isBefore(now);
        if (reply != null && reply.isSuccess()) {
            JobLook look;
            try {
                look = JobPlaces.wire(job).read(reply.body(), job.asked());
            } catch (FaultException e) {
                LOG.warn("job {}: {}", job.id(), e.fault().message());
                books.looked(job.id(), null, now.plus(EVERY_LATER));
                return;
            }
            heard(job, look, now);
        } else if (reply != null && settledIn && (reply.status() == 404 || reply.status() == 410)) {
            lost(job, "not_found", "The provider knows the job no more.");
        } else {
            books.looked(job.id(), null, now.plus(EVERY_LATER));
        }
    }

    private void heard(Job job, JobLook look, Instant now) {
        String shown = JobPlaces.wire(job).after(job.shown(), look, now).toString();
        switch (look.state()) {
            case COMPLETED, CANCELLED ->
                    settle(
                            job,
                            new JobBooks.Ending(
                                    Job.State.DONE,
                                    RecoveredCall.Known.EXACT,
                                    shown,
                                    held -> ends.completed(held, look, now)));
            case FAILED ->
                    settle(
                            job,
                            new JobBooks.Ending(
                                    Job.State.FAILED,
                                    RecoveredCall.Known.EXACT,
                                    shown,
                                    held -> ends.failed(held, look, now)));
            case QUEUED, IN_PROGRESS ->
                    books.looked(
                            job.id(),
                            shown,
                            now.plus(pause(Duration.between(job.createdAt(), now))));
        }
    }

    /// A job that can be stopped is, and paid as far as it came.
    private void giveUp(Job job, Instant now) {
        JobWire wire = JobPlaces.wire(job);
        if (wire.cancel("", "").isPresent()) {
            ProviderAsk.Reply reply =
                    asked(job, (path, id) -> JobAsk.post(wire.cancel(path, id).orElseThrow()));
            try {
                if (reply != null && reply.isSuccess()) {
                    JobLook look = wire.read(reply.body(), job.asked());
                    if (look.state().isEnd()) {
                        heard(job, look, now);
                        return;
                    }
                }
            } catch (FaultException e) {
                LOG.warn("job {}: {}", job.id(), e.fault().message());
            }
        }
        lost(job, "expired", "The provider did not finish the job.");
    }

    /// What the provider says; null when it cannot be asked now.
    private ProviderAsk.@Nullable Reply asked(
            Job job, BiFunction<String, String, JobAsk> question) {
        Job.Place place = JobEnds.place(job);
        Upstream upstream = snapshots.current().upstreams().get(place.upstreamId());
        if (upstream == null) {
            LOG.warn("job {}: its upstream {} is gone", job.id(), place.upstreamId());
            return null;
        }
        JobAsk asked =
                question.apply(
                        JobPlaces.path(upstream, JobPlaces.wire(job), place.upstreamModel()),
                        Objects.requireNonNull(job.providerJobId()));
        try {
            return providers.ask(upstream, asked).get(MOST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("job {}: {}", job.id(), e.toString());
            return null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void neverSent(Job job) {
        Instant now = clock.instant();
        settle(
                job,
                new JobBooks.Ending(
                        Job.State.FAILED,
                        RecoveredCall.Known.EXACT,
                        JobPlaces.wire(job)
                                .lost(job.shown(), "not_sent", "It was never begun.", now)
                                .toString(),
                        held -> ends.neverSent(held, now)));
    }

    private void lost(Job job, String code, String why) {
        Instant now = clock.instant();
        LOG.error(
                "job {} of {} is given up ({}): what it may cost is the operator's",
                job.id(),
                job.organizationId(),
                code);
        Usage most = JobPlaces.wire(job).most(job.asked());
        settle(
                job,
                new JobBooks.Ending(
                        Job.State.FAILED,
                        RecoveredCall.Known.ABANDONED,
                        JobPlaces.wire(job).lost(job.shown(), code, why, now).toString(),
                        held -> ends.lost(held, most, now)));
    }

    private void settle(Job job, JobBooks.Ending ending) {
        books.settle(job.id(), ending).ifPresent(observer);
    }

    /// Looks after nothing more; what it was looking at it still ends.
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!room.tryAcquire(
                    books.limits().looksAtOnce(), MOST_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("jobs that are being looked after are left to the next replica");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
