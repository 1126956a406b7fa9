package dev.sluice.ledger.journal;

import dev.sluice.domain.CrashPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Segments, batches and flushes, without a thread: [Journal] runs it with two, a simulation step
/// by step. [#write] and [#prepare] belong to one thread, [#flush] to another; the rest is short
/// and may be called from anywhere.
final class JournalCore {

    private static final Logger LOG = LoggerFactory.getLogger(JournalCore.class);

    /// A record on its way to the disk.
    ///
    /// @param urgent somebody waits for its flush
    /// @param dispensable left out when the room for it is reserved for closing records
    /// @param last its call's: it alone says all about the call
    record Pending(
            String requestId,
            ByteBuffer bytes,
            boolean urgent,
            boolean dispensable,
            boolean last,
            Receipt receipt) {}

    private record Written(Pending pending, Place at) {}

    private static final class Open {
        final SegmentName name;
        final Disk.Segment file;
        final long bytes;
        long written;
        int unbookedCalls;
        volatile boolean whole;

        Open(SegmentName name, Disk.Segment file, long bytes) {
            this.name = name;
            this.file = file;
            this.bytes = bytes;
        }
    }

    private final Disk disk;
    private final JournalSettings settings;
    private final String replica;
    private final long epoch;
    private final InstantSource clock;
    private final Object forcing = new Object();
    private final Deque<Open> prepared = new ArrayDeque<>();
    private final NavigableMap<Long, Open> unfinished = new TreeMap<>();
    private final Map<String, List<Open>> segmentsOfCalls = new HashMap<>();
    private List<Written> unflushed = new ArrayList<>();
    private @Nullable Open current;
    private long nextNumber = 1;
    private long reserved;
    private long preparedBytes;
    private int endedCalls;
    private @Nullable String failure;

    JournalCore(
            Disk disk, JournalSettings settings, String replica, long epoch, InstantSource clock)
            throws IOException {
        this.disk = disk;
        this.settings = settings;
        this.replica = replica;
        this.epoch = epoch;
        this.clock = clock;
        for (SegmentName name : SegmentName.among(disk.list())) {
            nextNumber = Math.max(nextNumber, name.number() + 1);
        }
        prepare();
        begin();
    }

    /// Makes the segments that come next, so that no write has to wait for one.
    ///
    /// @return false when the disk has no room for them
    boolean prepare() {
        while (true) {
            SegmentName name;
            synchronized (this) {
                if (failure != null || room() >= wanted()) {
                    return true;
                }
                name = new SegmentName(nextNumber++, null);
            }
            try {
                Disk.Segment file = disk.create(name.file(), settings.segmentBytes());
                synchronized (this) {
                    prepared.add(new Open(name, file, settings.segmentBytes()));
                    preparedBytes += settings.segmentBytes();
                }
            } catch (IOException _) {
                return false;
            }
        }
    }

    /// Encodes a record for [#write].
    ///
    /// @return null when it is refused, which its receipt has heard
    @Nullable Pending accept(JournalRecord journalRecord, Receipt receipt) {
        String failed = failure();
        if (failed != null) {
            receipt.failed(failed);
            return null;
        }
        byte[] bytes = RecordCodec.encode(journalRecord);
        if (bytes.length > settings.segmentBytes() / 2) {
            // no segment would be empty enough
            receipt.failed("a record of %d bytes is too large".formatted(bytes.length));
            return null;
        }
        return new Pending(
                journalRecord.requestId(),
                ByteBuffer.wrap(bytes),
                journalRecord instanceof JournalRecord.Attempted,
                journalRecord instanceof JournalRecord.Progress,
                journalRecord instanceof JournalRecord.Final,
                receipt);
    }

    private long room() {
        return current == null ? preparedBytes : preparedBytes + current.bytes - current.written;
    }

    private long wanted() {
        return 2L * settings.segmentBytes() + reserved * settings.closingBytes();
    }

    /// Keeps room for the closing records of one call.
    synchronized boolean tryReserve() {
        if (failure != null
                || (long) unfinished.size() * settings.segmentBytes() > settings.unbookedBytes()
                || room() < (reserved + 1) * settings.closingBytes() + settings.batchBytes()) {
            return false;
        }
        reserved++;
        return true;
    }

    synchronized void release() {
        reserved--;
    }

    synchronized boolean needsPreparing() {
        return room() < wanted();
    }

    private void begin() throws IOException {
        Open next;
        synchronized (this) {
            next = prepared.poll();
            preparedBytes -= next == null ? 0 : next.bytes;
        }
        if (next == null) {
            throw new IOException("no room for another segment");
        }
        byte[] header =
                SegmentFormat.encode(new SegmentFormat.Header(next.name.number(), epoch, replica));
        next.file.write(ByteBuffer.wrap(header));
        // slices are taken before the first record, and the segments before this one may be put
        // away
        // before it is flushed: a loss of power must not leave an epoch with slices and no journal
        next.file.force();
        synchronized (this) {
            next.written = header.length;
            current = next;
            unfinished.put(next.name.number(), next);
        }
    }

    /// Writes records in their order and tells them so. After a failure tells them that instead.
    void write(List<Pending> gathered) {
        List<Pending> batch = withoutDispensable(gathered);
        int from = 0;
        String failed = failure();
        try {
            CrashPoint.JOURNAL_BEFORE_WRITE.reached();
            while (failed == null && from < batch.size()) {
                List<Written> written = writeSome(batch, from);
                for (Written each : written) {
                    tell(each.pending(), receipt -> receipt.written(each.at()));
                }
                synchronized (this) {
                    // not before, or the other thread might tell of the flush first
                    unflushed.addAll(written);
                }
                from += written.size();
            }
            CrashPoint.JOURNAL_AFTER_WRITE.reached();
        } catch (IOException | RuntimeException e) {
            fail("the journal cannot be written: " + e);
            failed = failure();
        }
        if (failed != null) {
            tellFailed(batch.subList(from, batch.size()));
        }
    }

    private List<Pending> withoutDispensable(List<Pending> gathered) {
        List<Pending> kept = new ArrayList<>(gathered.size());
        List<Pending> leftOut = new ArrayList<>();
        synchronized (this) {
            // as little as would admit no call: the ends of segments stay empty
            long spare = room() - reserved * settings.closingBytes() - settings.batchBytes();
            for (Pending pending : gathered) {
                int bytes = pending.bytes().remaining();
                if (pending.dispensable() && bytes > spare) {
                    leftOut.add(pending);
                } else {
                    spare -= bytes;
                    kept.add(pending);
                }
            }
        }
        tell(leftOut, receipt -> receipt.failed("the disk is full"));
        return kept;
    }

    private void tellFailed(List<Pending> those) {
        String reason = String.valueOf(failure());
        tell(those, receipt -> receipt.failed(reason));
    }

    private static void tell(List<Pending> those, Consumer<Receipt> what) {
        those.forEach(pending -> tell(pending, what));
    }

    // a receiver that throws must not end the journal's threads
    private static void tell(Pending pending, Consumer<Receipt> what) {
        try {
            what.accept(pending.receipt());
        } catch (RuntimeException e) {
            LOG.error("A receipt of {} threw", pending.requestId(), e);
        }
    }

    private List<Written> writeSome(List<Pending> batch, int from) throws IOException {
        Open open = java.util.Objects.requireNonNull(current);
        long left = open.bytes - open.written;
        int to = from;
        int bytes = 0;
        while (to < batch.size() && bytes + batch.get(to).bytes().remaining() <= left) {
            bytes += batch.get(to).bytes().remaining();
            to++;
        }
        if (to == from) {
            rotate(open);
            return List.of();
        }
        ByteBuffer together = ByteBuffer.allocate(bytes);
        List<Written> written = new ArrayList<>(to - from);
        int start = Math.toIntExact(open.written);
        for (Pending pending : batch.subList(from, to)) {
            written.add(
                    new Written(
                            pending, new Place(open.name.number(), start + together.position())));
            together.put(pending.bytes().duplicate());
        }
        open.file.write(together.flip());
        synchronized (this) {
            open.written += bytes;
            for (Pending pending : batch.subList(from, to)) {
                List<Open> segments =
                        segmentsOfCalls.computeIfAbsent(
                                pending.requestId(), _ -> new ArrayList<>(1));
                if (!segments.contains(open)) {
                    segments.add(open);
                    open.unbookedCalls++;
                }
            }
        }
        return written;
    }

    /// A segment is whole on disk before the next one is begun.
    private void rotate(Open full) throws IOException {
        CrashPoint.JOURNAL_ROTATE.reached();
        synchronized (forcing) {
            if (!force(full)) {
                throw new IOException(failure());
            }
            full.whole = true;
        }
        if (needsPreparing()) {
            prepare();
        }
        begin();
        full.file.close();
    }

    /// Brings everything that is written so far to the medium, in one flush for all.
    void flush() {
        List<Written> flushing;
        Open open;
        synchronized (this) {
            flushing = unflushed;
            unflushed = new ArrayList<>();
            open = current;
        }
        if (flushing.isEmpty() || open == null) {
            return;
        }
        CrashPoint.JOURNAL_BEFORE_FLUSH.reached();
        boolean flushed = force(open);
        CrashPoint.JOURNAL_AFTER_FLUSH.reached();
        if (flushed) {
            ended(flushing);
            tell(pending(flushing), Receipt::flushed);
        } else {
            tellFailed(pending(flushing));
        }
    }

    private static List<Pending> pending(List<Written> those) {
        return those.stream().map(Written::pending).toList();
    }

    /// Once the last record of a call is on the medium, its segment is all that recovery needs.
    private synchronized void ended(List<Written> flushed) {
        for (Written written : flushed) {
            String requestId = written.pending().requestId();
            // the books may have been faster
            if (written.pending().last() && segmentsOfCalls.containsKey(requestId)) {
                booked(requestId);
                unfinished(written.at()).unbookedCalls++;
                endedCalls++;
            }
        }
    }

    private Open unfinished(Place place) {
        return java.util.Objects.requireNonNull(unfinished.get(place.segment()));
    }

    // One at a time and never after an error: what the kernel did with the pages is unknown then,
    // and it tells only one of two who ask.
    private boolean force(Open open) {
        synchronized (forcing) {
            if (failure() == null && !open.whole) {
                try {
                    open.file.force();
                } catch (IOException | RuntimeException e) {
                    fail("the journal cannot be flushed: " + e);
                }
            }
            return failure() == null;
        }
    }

    private synchronized void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    synchronized @Nullable String failure() {
        return failure;
    }

    synchronized boolean hasUnflushed() {
        return !unflushed.isEmpty();
    }

    synchronized int unbookedCalls() {
        return segmentsOfCalls.size() + endedCalls;
    }

    /// Reads the last records of calls that the books do not have yet. Blocks.
    ///
    /// @param places in the order of their writing, or it takes longer
    List<JournalRecord.Final> read(List<Place> places) throws IOException {
        List<JournalRecord.Final> ends = new ArrayList<>(places.size());
        int from = 0;
        while (from < places.size()) {
            long segment = places.get(from).segment();
            try (Disk.Reader reader = disk.reader(fileOf(places.get(from)))) {
                while (from < places.size() && places.get(from).segment() == segment) {
                    ends.add(
                            (JournalRecord.Final)
                                    SegmentFormat.read(reader, places.get(from).offset()));
                    from++;
                }
            }
        }
        return ends;
    }

    private synchronized String fileOf(Place place) {
        return unfinished(place).name.file();
    }

    /// The books have this call, whose last record stands there.
    synchronized void booked(String requestId, Place last) {
        if (segmentsOfCalls.containsKey(requestId)) {
            booked(requestId);
        } else {
            unfinished(last).unbookedCalls--;
            endedCalls--;
        }
    }

    /// The books have this call, whose last record could not be written.
    synchronized void booked(String requestId) {
        List<Open> segments = segmentsOfCalls.remove(requestId);
        if (segments != null) {
            segments.forEach(open -> open.unbookedCalls--);
        }
    }

    /// Puts away segments whose calls are all in the books, oldest first, and deletes those that
    /// were put away long ago.
    void sweep() throws IOException {
        Instant now = clock.instant();
        while (true) {
            Open oldest;
            synchronized (this) {
                Map.Entry<Long, Open> first = unfinished.firstEntry();
                oldest = first == null ? null : first.getValue();
                if (oldest == null || !oldest.whole || oldest.unbookedCalls > 0) {
                    break;
                }
                unfinished.remove(oldest.name.number());
            }
            disk.rename(oldest.name.file(), oldest.name.done(now).file());
            CrashPoint.JOURNAL_RENAME_DONE.reached();
        }
        List<SegmentName> done =
                SegmentName.among(disk.list()).stream()
                        .filter(name -> name.doneAt() != null)
                        .toList();
        long most = settings.keepBytes() / settings.segmentBytes();
        for (int i = 0; i < done.size(); i++) {
            Instant since = java.util.Objects.requireNonNull(done.get(i).doneAt());
            if (done.size() - i > most || since.plus(settings.keep()).isBefore(now)) {
                disk.delete(done.get(i).file());
            }
        }
    }

    /// After the last write and flush.
    void close() throws IOException {
        Open open = current;
        if (open != null) {
            open.file.close();
        }
        for (Open ahead : prepared) {
            ahead.file.close();
            disk.delete(ahead.name.file());
        }
    }
}
