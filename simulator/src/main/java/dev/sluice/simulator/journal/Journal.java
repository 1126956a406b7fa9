package dev.sluice.simulator.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Every call in order of arrival, the newest [#limit] of them, in memory and, if a file is given,
/// one JSON line per ended call. Safe from any thread; the waiting methods must not be called on an
/// event loop.
public final class Journal implements AutoCloseable {

    /// How many calls are remembered where nothing else is said.
    public static final int DEFAULT_LIMIT = 20_000;

    private final int limit;
    private final InstantSource clock;
    private final @Nullable Writer file;
    private final Deque<OpenCall> calls = new ArrayDeque<>();
    private long lastSequence;
    private long endedCalls;
    private long openCalls;
    private long cancelledCalls;
    private long cutCalls;

    public Journal(int limit, InstantSource clock, @Nullable Path file) {
        this.limit = limit;
        this.clock = clock;
        this.file = file == null ? null : writer(file);
    }

    private static Writer writer(Path file) {
        try {
            return Files.newBufferedWriter(
                    file,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the journal file " + file, e);
        }
    }

    public int limit() {
        return limit;
    }

    public OpenCall open(OpenCall.Opening opening) {
        synchronized (this) {
            OpenCall call = new OpenCall(this, ++lastSequence, clock.instant(), opening);
            calls.addLast(call);
            openCalls++;
            if (calls.size() > limit) {
                calls.removeFirst();
            }
            changed();
            return call;
        }
    }

    /// All remembered calls, oldest first, open ones included.
    public List<Call> calls() {
        return callsAfter(0);
    }

    /// Those with a sequence number above the given one.
    public synchronized List<Call> callsAfter(long sequence) {
        List<Call> found = new ArrayList<>();
        for (OpenCall call : calls) {
            if (call.sequence() > sequence) {
                found.add(call.snapshot());
            }
        }
        return found;
    }

    /// The newest call; throws [IllegalStateException] when there is none.
    public synchronized Call last() {
        OpenCall newest = calls.peekLast();
        if (newest == null) {
            throw new IllegalStateException("the simulator was not called");
        }
        return newest.snapshot();
    }

    /// Forgets the calls, open ones too; sequence numbers go on.
    public synchronized void clear() {
        calls.clear();
        changed();
    }

    /// Counts over the life of the simulator; clearing does not reset them.
    public synchronized Stats stats() {
        return new Stats(lastSequence, openCalls, endedCalls, cancelledCalls, cutCalls);
    }

    /// Counts of calls.
    ///
    /// @param calls all that were ever received
    /// @param ended of these, those that are over, cancelled and cut ones included
    public record Stats(long calls, long open, long ended, long cancelled, long cut) {}

    /// Waits until at least `count` remembered calls are over, and returns those.
    public List<Call> awaitEnded(int count, Duration timeout) {
        awaitThat(
                count + " ended calls",
                all -> all.stream().filter(call -> !call.open()).count() >= count,
                timeout);
        return calls().stream().filter(call -> !call.open()).toList();
    }

    /// Waits until at least `count` remembered calls have ended as FINISHED, and returns those.
    public List<Call> awaitFinished(int count, Duration timeout) {
        Predicate<Call> finished = call -> call.outcome() == Outcome.FINISHED;
        awaitThat(
                count + " finished calls",
                all -> all.stream().filter(finished).count() >= count,
                timeout);
        return calls().stream().filter(finished).toList();
    }

    /// Waits until no call is open and at least one was made.
    public List<Call> awaitQuiet(Duration timeout) {
        awaitThat(
                "no open call",
                all -> !all.isEmpty() && all.stream().noneMatch(Call::open),
                timeout);
        return calls();
    }

    /// Waits for any condition on the remembered calls; throws [IllegalStateException] with what
    /// there was instead.
    public void awaitThat(String what, Predicate<List<Call>> condition, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            try {
                while (!condition.test(calls())) {
                    long left = (deadline - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        throw new IllegalStateException(
                                "waited " + timeout + " for " + what + ", have " + calls());
                    }
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }

    synchronized void changed() {
        notifyAll();
    }

    synchronized void ended(OpenCall call) {
        Call done = call.snapshot();
        openCalls--;
        endedCalls++;
        if (done.outcome() == Outcome.CANCELLED) {
            cancelledCalls++;
        } else if (done.outcome() == Outcome.CUT) {
            cutCalls++;
        }
        append(done);
        notifyAll();
    }

    private void append(Call call) {
        if (file == null) {
            return;
        }
        try {
            file.write(CallJson.line(call));
            file.write('\n');
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the journal file", e);
        }
    }

    @Override
    public synchronized void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the journal file", e);
        }
    }
}
