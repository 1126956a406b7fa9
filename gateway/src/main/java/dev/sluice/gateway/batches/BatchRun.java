package dev.sluice.gateway.batches;

import dev.sluice.domain.Ids;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.batches.LineVerdict.Next;
import dev.sluice.gateway.batches.OwnCalls.Heard;
import dev.sluice.gateway.batches.PostgresWorkStore.Waiting;
import dev.sluice.gateway.callers.Passes;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Policy;
import dev.sluice.protocol.batch.BatchInput;
import dev.sluice.protocol.batch.BatchLine;
import dev.sluice.protocol.batch.BatchStatus;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.batch.LineAnswer;
import dev.sluice.protocol.batch.LineError;
import dev.sluice.store.DatabaseException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The work of this replica on one batch, from wherever it stands to its end, or until somebody
/// else holds it. Runs on a virtual thread of its own, each line on another one.
final class BatchRun {

    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int LINES_READ_AT_ONCE = 64;

    private final HeldBatch batch;
    private final Parts parts;
    private final Semaphore slots;
    private final int mostSlots;

    /// Reached when no further line is to be asked.
    private final CountDownLatch stopped = new CountDownLatch(1);

    /// Lines that another replica may be at, by number.
    private final Map<Integer, LineVerdict> unsure = new ConcurrentHashMap<>();

    private volatile boolean left;
    private volatile boolean cancelled;
    private volatile boolean keyless;

    /// What a run works with.
    record Parts(
            PostgresWorkStore work,
            PostgresFileStore files,
            KeyHolders keys,
            Passes passes,
            OwnCalls calls,
            ExecutorService threads,
            Ids ids,
            RandomGenerator random,
            InstantSource clock,
            BatchLimits limits) {}

    BatchRun(HeldBatch batch, Parts parts) {
        this.batch = batch;
        this.parts = parts;
        this.mostSlots = parts.limits.batchLinesAtOnce();
        this.slots = new Semaphore(mostSlots);
        if (batch.status() == BatchStatus.CANCELLING) {
            cancel();
        }
    }

    String id() {
        return batch.id();
    }

    /// The client wants no more of it.
    void cancel() {
        cancelled = true;
        stopped.countDown();
    }

    /// The batch is not this replica's any more.
    void leave() {
        left = true;
        stopped.countDown();
    }

    /// Works on it.
    void run() throws InterruptedException {
        BatchStatus outcome = batch.outcome();
        if (outcome == null) {
            List<LineError> errors =
                    batch.status() == BatchStatus.VALIDATING && !cancelled ? read() : List.of();
            if (errors.isEmpty()) {
                askAll();
            }
            if (left) {
                return;
            }
            outcome = parts.work.decide(batch.id(), outcome(errors), told(errors));
        }
        if (outcome.isFinal()) {
            finish(outcome);
        }
    }

    private List<LineError> read() throws InterruptedException {
        Optional<FileObject> file = parts.files.find(batch.owner(), batch.inputFileId());
        Optional<KeyEntry> key = key();
        if (file.isEmpty()) {
            return List.of(
                    new LineError("file_not_found", "The input file was deleted.", null, null));
        }
        if (key.isEmpty()) {
            keyless = goesOn();
            return keyless ? List.of(keyGone()) : List.of();
        }
        BatchInput input =
                BatchInput.of(
                        parts.files.content(batch.inputFileId()),
                        batch.endpoint(),
                        parts.limits.batchLines(),
                        parts.limits.batchErrors());
        if (!input.errors().isEmpty()) {
            return input.errors();
        }
        List<Model> callable =
                Policy.callable(
                        key.get(),
                        parts.keys.snapshot().organization(batch.owner().organizationId()));
        if (callable.stream().noneMatch(model -> model.name().equals(input.model()))) {
            return List.of(
                    new LineError(
                            "model_not_found",
                            Policy.notFound(input.model()).message(),
                            "body.model",
                            input.number(0)));
        }
        Optional<BatchStatus> begun = parts.work.begin(batch.id(), input);
        if (begun.isEmpty()) {
            leave();
        } else if (begun.get() == BatchStatus.CANCELLING) {
            cancel();
        }
        return List.of();
    }

    /// The key of the batch; waits for a replica that cannot know it yet. Empty when it is gone, or
    /// when the batch does not go on.
    private Optional<KeyEntry> key() throws InterruptedException {
        String id = batch.owner().keyId();
        Optional<KeyEntry> key = parts.keys.find(id);
        while (key.isEmpty() && goesOn() && !parts.keys.isKnown(batch.createdAt())) {
            stopped.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            key = parts.keys.find(id);
        }
        return key;
    }

    private static LineError keyGone() {
        return new LineError(
                "invalid_api_key",
                "The key that made this batch was revoked or has expired.",
                null,
                null);
    }

    private List<LineError> told(List<LineError> errors) {
        return errors.isEmpty() && keyless ? List.of(keyGone()) : errors;
    }

    private BatchStatus outcome(List<LineError> errors) {
        if (!errors.isEmpty() || keyless) {
            return BatchStatus.FAILED;
        }
        if (cancelled) {
            return BatchStatus.CANCELLED;
        }
        return isAnyWaiting() ? BatchStatus.EXPIRED : BatchStatus.COMPLETED;
    }

    private boolean goesOn() {
        return stopped.getCount() > 0 && parts.clock.instant().isBefore(batch.expiresAt());
    }

    /// Lines that another replica may be at come again once all others are done.
    private void askAll() throws InterruptedException {
        do {
            askOnce();
        } while (goesOn()
                && isAnyWaiting()
                && !stopped.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }

    private boolean isAnyWaiting() {
        return !parts.work.waiting(batch.id(), 0, 1).isEmpty();
    }

    private void askOnce() throws InterruptedException {
        int behind = 0;
        List<Waiting> next = List.of();
        do {
            for (Waiting line : next) {
                behind = line.number();
                slots.acquire();
                if (!goesOn()) {
                    slots.release();
                    break;
                }
                parts.threads.execute(() -> ask(line));
            }
            next = parts.work.waiting(batch.id(), behind, LINES_READ_AT_ONCE);
        } while (goesOn() && !next.isEmpty());
        // those that are being asked are asked to their end
        slots.acquire(mostSlots);
        slots.release(mostSlots);
    }

    private void ask(Waiting line) {
        try {
            askUntilKnown(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // it still waits: whoever takes the batch next asks it
            LOG.error("line {} of {} was not asked", line.number(), batch.id(), e);
            leave();
        } finally {
            slots.release();
        }
    }

    private void askUntilKnown(Waiting line) throws InterruptedException {
        BatchLine told = BatchLine.of(line.text());
        LineVerdict known = unsure.remove(line.number());
        LineVerdict verdict = known == null ? new LineVerdict(parts.limits, parts.random) : known;
        while (goesOn()) {
            Optional<KeyEntry> key = key();
            if (key.isEmpty()) {
                if (goesOn()) {
                    keyless = true;
                }
                stopped.countDown();
                return;
            }
            Heard heard = heard(key.get(), line.number(), told);
            Next next = verdict.after(heard, parts.clock.instant());
            if (next instanceof Next.Later) {
                unsure.put(line.number(), verdict);
            }
            if (isDone(line, told, next)) {
                return;
            }
        }
    }

    private boolean isDone(Waiting line, BatchLine told, Next next) throws InterruptedException {
        String id = parts.ids.next("batch_req");
        return switch (next) {
            case Next.Keep(Heard heard) -> {
                byte[] text =
                        LineAnswer.answered(
                                id,
                                told.customId(),
                                heard.status(),
                                heard.header("x-request-id").orElse(null),
                                heard.body());
                keep(line, heard.status() < 300, text);
                yield true;
            }
            case Next.GiveUp(String code, String message) -> {
                keep(line, false, LineAnswer.failed(id, told.customId(), code, message));
                yield true;
            }
            case Next.Later _ -> true;
            // meanwhile the replica that asked it before may have kept its answer
            case Next.Again(Duration after) ->
                    stopped.await(after.toMillis(), TimeUnit.MILLISECONDS)
                            || !parts.work.isWaiting(batch.id(), line.number());
        };
    }

    private @Nullable Heard heard(KeyEntry key, int number, BatchLine line) {
        Secret pass = parts.passes.issue(key);
        try {
            return parts.calls.post(
                    batch.endpoint(),
                    pass,
                    headers(number),
                    line.body(),
                    parts.limits.batchLineWait());
        } catch (IOException e) {
            LOG.debug("line {} of {} got no answer", number, batch.id(), e);
            return null;
        } finally {
            parts.passes.revoke(pass);
        }
    }

    private Map<String, String> headers(int number) {
        Map<String, String> headers = new HashMap<>(batch.headers());
        headers.putIfAbsent("x-sluice-action-id", batch.id());
        headers.put("idempotency-key", batch.id() + ":" + number);
        return headers;
    }

    /// The line may be paid by now: what was answered is not given up while the database is away.
    private void keep(Waiting line, boolean answered, byte[] text) throws InterruptedException {
        while (true) {
            try {
                parts.work.keep(batch.id(), line.number(), answered, text);
                return;
            } catch (DatabaseException e) {
                LOG.warn("line {} of {} is not kept yet", line.number(), batch.id(), e);
                LockSupport.parkNanos(AGAIN.toNanos());
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopping");
                }
            }
        }
    }

    private void finish(BatchStatus outcome) {
        BatchFiles written = new BatchFiles(batch, parts.files, parts.clock);
        parts.work.each(
                batch.id(),
                (state, line) -> {
                    switch (state) {
                        case "answered" -> written.answered(line.text());
                        case "refused" -> written.failed(line.text());
                        default -> written.failed(unasked(outcome, line));
                    }
                });
        parts.work.end(batch.id(), outcome, written.failures(), written.finish(), written.usage());
    }

    /// The same each time it is written: somebody else may have written a part of the file.
    private static byte[] unasked(BatchStatus outcome, Waiting line) {
        String why =
                switch (outcome) {
                    case CANCELLED -> "The batch was cancelled before this line was asked.";
                    case EXPIRED -> "The batch expired before this line was answered.";
                    case FAILED -> "The key of the batch ended before this line was answered.";
                    case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING, COMPLETED ->
                            throw new IllegalStateException(outcome + " with lines that wait");
                };
        BatchLine told = BatchLine.of(line.text());
        return LineAnswer.failed(
                "batch_req_" + line.number(), told.customId(), "batch_" + outcome.wireName(), why);
    }
}
