package dev.sluice.gateway.batches;

import dev.sluice.domain.Ids;
import dev.sluice.gateway.callers.Passes;
import dev.sluice.gateway.files.CallFiles;
import dev.sluice.gateway.files.FileLimits;
import dev.sluice.gateway.files.FileRoutes;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.jobs.BatchItems;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/// Files and batches of one replica, put together.
public final class Batches implements BatchItems, AutoCloseable {

    private static final BatchLimits LIMITS = BatchLimits.DEFAULT;
    private static final FileLimits FILE_LIMITS = FileLimits.DEFAULT;

    private final PostgresFileStore files;
    private final PostgresBatchStore batches;
    private final BatchRunner runner;
    private final Passes passes;
    private final OwnCalls calls;
    private final List<KeyedRoutes> routes;

    /// What they are made of.
    ///
    /// @param random a cryptographic one
    /// @param replica this replica's id, the same in all its lives
    public record Parts(
            Database database,
            PostgresFileStore.Sealing sealing,
            SnapshotSource snapshots,
            JobBooks jobs,
            OwnCalls calls,
            Ids ids,
            RandomGenerator random,
            InstantSource clock,
            String replica) {}

    public Batches(Parts parts) {
        passes = new Passes(parts.random);
        calls = parts.calls;
        files = new PostgresFileStore(parts.database, parts.clock, parts.sealing, FILE_LIMITS);
        batches = new PostgresBatchStore(parts.database, parts.clock, LIMITS);
        runner =
                new BatchRunner(
                        new BatchRun.Parts(
                                work(parts),
                                files,
                                new KeyHolders(parts.snapshots, parts.clock),
                                passes,
                                parts.calls,
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("batch-", 0).factory()),
                                parts.ids,
                                parts.random,
                                parts.clock,
                                LIMITS));
        routes =
                List.of(
                        new FileRoutes(files, parts.ids, parts.clock, Limits.DEFAULT, FILE_LIMITS),
                        new BatchRoutes(
                                batches,
                                files,
                                new HeldItems(
                                        parts.jobs, parts.snapshots, files, parts.clock, LIMITS),
                                parts.ids,
                                LIMITS,
                                FILE_LIMITS,
                                runner::wake));
    }

    private static PostgresWorkStore work(Parts parts) {
        return new PostgresWorkStore(
                parts.database,
                parts.clock,
                parts.sealing,
                LIMITS,
                parts.replica,
                parts.ids.next("life"));
    }

    public List<KeyedRoutes> routes() {
        return routes;
    }

    /// What calls may name by their ids.
    public CallFiles files() {
        return files;
    }

    public Passes passes() {
        return passes;
    }

    /// How this process calls its own listener, with one of its passes.
    public OwnCalls calls() {
        return calls;
    }

    /// Begins to work on batches; the listener has to be there.
    public void start() {
        runner.start();
    }

    /// Asks no more lines: to be called before the listener ends.
    public void pause() {
        runner.pause();
    }

    @Override
    public OptionalLong ran(String batchId) {
        return batches.ran(batchId);
    }

    /// Forgets what is kept no longer.
    public void sweep() {
        files.sweep();
        batches.sweep();
    }

    /// Leaves what this replica works on to others: to be called once the listener has ended.
    @Override
    public void close() {
        runner.close();
    }
}
