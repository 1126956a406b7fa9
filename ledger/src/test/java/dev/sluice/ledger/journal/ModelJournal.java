package dev.sluice.ledger.journal;

import dev.sluice.ledger.journal.JournalCore.Pending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The journal of one life as [Journal] has it, without its threads: whoever simulates says when
/// what waits is written, and when it is flushed.
public final class ModelJournal {

    private static final int SEGMENT = 16 * 1024;

    /// So small that segments are begun, swept and deleted all the time.
    private static final JournalSettings SMALL =
            new JournalSettings(
                    SEGMENT,
                    2 * 1024,
                    4 * 1024,
                    Duration.ofMillis(20),
                    64L * SEGMENT,
                    Duration.ofSeconds(20),
                    8L * SEGMENT);

    private final JournalCore core;
    private final Deque<Pending> queue = new ArrayDeque<>();

    private ModelJournal(JournalCore core) {
        this.core = core;
    }

    public static ModelJournal open(Disk disk, String replica, long epoch, InstantSource clock) {
        try {
            return new ModelJournal(new JournalCore(disk, SMALL, replica, epoch, clock));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void append(JournalRecord journalRecord, Receipt receipt) {
        Pending pending = core.accept(journalRecord, receipt);
        if (pending != null) {
            queue.add(pending);
        }
    }

    /// The writer's turn.
    ///
    /// @param most how many records at most
    public void write(int most) {
        List<Pending> batch = new ArrayList<>();
        long bytes = 0;
        while (!queue.isEmpty() && batch.size() < most && bytes < SMALL.batchBytes()) {
            Pending next = queue.remove();
            bytes += next.bytes().remaining();
            batch.add(next);
        }
        if (!batch.isEmpty()) {
            core.write(batch);
        }
        if (core.needsPreparing()) {
            core.prepare();
        }
    }

    /// The flusher's turn.
    public void flush() {
        if (core.hasUnflushed()) {
            core.flush();
        }
    }

    public boolean isQuiet() {
        return queue.isEmpty() && !core.hasUnflushed();
    }

    public boolean tryReserve() {
        return core.tryReserve();
    }

    public void release() {
        core.release();
    }

    public void booked(String requestId, @Nullable Place last) {
        if (last == null) {
            core.booked(requestId);
        } else {
            core.booked(requestId, last);
        }
    }

    public List<JournalRecord.Final> read(List<Place> places) {
        try {
            return core.read(places);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int unbookedCalls() {
        return core.unbookedCalls();
    }

    public @Nullable String failure() {
        return core.failure();
    }

    public void sweep() {
        try {
            core.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
