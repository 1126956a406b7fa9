package dev.sluice.ledger.journal;

import dev.sluice.ledger.call.CallRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What earlier lives left in a journal.
///
/// @param epochs whose journal was read to its end
/// @param segments that can be put away once the calls are in the books
/// @param kept segments whose calls were in the books before
/// @param newestEpoch of any of these segments; 0 when there is none
public record JournalReading(
        Set<Long> epochs, List<String> segments, List<String> kept, long newestEpoch) {

    // enough of the newest: what a database loses, it loses from the end
    private static final int SAMPLE = 1_000;

    /// Reads every segment that is not done and checks that they are whole.
    ///
    /// @param replica whose journal it must be
    /// @throws JournalCorruptException when a segment but the newest is not whole
    public static JournalReading read(Disk disk, String replica) throws IOException {
        Set<Long> epochs = new TreeSet<>();
        List<String> segments = new ArrayList<>();
        List<SegmentName> all = SegmentName.among(disk.list());
        List<SegmentName> open = all.stream().filter(name -> name.doneAt() == null).toList();
        List<String> kept =
                all.stream().filter(name -> name.doneAt() != null).map(SegmentName::file).toList();
        List<String> torn = new ArrayList<>();
        for (SegmentName name : open) {
            segments.add(name.file());
            if (isBlank(disk, name.file())) {
                // prepared ahead and never begun
                continue;
            }
            if (!torn.isEmpty()) {
                throw new JournalCorruptException(
                        "The journal is damaged at "
                                + torn.getFirst()
                                + ", with later segments behind it. Restore the data directory, or"
                                + " move the journal away and write the replica off.");
            }
            try (SegmentScan scan = SegmentScan.open(disk, name.file())) {
                SegmentFormat.Header header = scan.header();
                if (header == null) {
                    torn.add(name.file() + ", byte 0");
                    continue;
                }
                if (!header.replica().equals(replica)) {
                    throw new JournalCorruptException(
                            ("The journal belongs to replica %s, not to %s: set SLUICE_REPLICA to"
                                            + " it.")
                                    .formatted(header.replica(), replica));
                }
                epochs.add(header.epoch());
                long broken = scan.records(_ -> {});
                if (broken >= 0) {
                    torn.add(name.file() + ", byte " + broken);
                }
            }
        }
        long newest = epochs.stream().mapToLong(Long::longValue).max().orElse(0);
        for (String segment : kept.reversed()) {
            newest = newest == 0 ? epochOf(disk, segment) : newest;
        }
        return new JournalReading(epochs, segments, kept, newest);
    }

    private static boolean isBlank(Disk disk, String segment) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, segment)) {
            return scan.isBlank();
        }
    }

    private static long epochOf(Disk disk, String segment) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, segment)) {
            SegmentFormat.Header header = scan.header();
            return header == null ? 0 : header.epoch();
        }
    }

    /// The newest calls of those that were in the books before, to ask the books for.
    public List<CallRecord> newestKept(Disk disk) throws IOException {
        ArrayDeque<CallRecord> newest = new ArrayDeque<>();
        for (String segment : kept.reversed()) {
            forEachCall(
                    disk,
                    List.of(segment),
                    call -> {
                        // one that was cut here ended in a later segment
                        if (call.known() == RecoveredCall.Known.EXACT) {
                            newest.addLast(call.call());
                        }
                        if (newest.size() > SAMPLE) {
                            newest.removeFirst();
                        }
                    });
            if (!newest.isEmpty()) {
                // those behind it were prepared for a life that never began them
                break;
            }
        }
        return List.copyOf(newest);
    }

    /// Hands over the calls to post: those that ended as they come, then those that a crash cut.
    public void forEachCall(Disk disk, Consumer<RecoveredCall> each) throws IOException {
        forEachCall(disk, segments, each);
    }

    /// The same, with the calls that were in the books before.
    public void forEachCallAgain(Disk disk, Consumer<RecoveredCall> each) throws IOException {
        List<String> all = new ArrayList<>(kept);
        all.addAll(segments);
        forEachCall(disk, all, each);
    }

    private static void forEachCall(Disk disk, List<String> segments, Consumer<RecoveredCall> each)
            throws IOException {
        CallFold fold = new CallFold(each);
        for (String segment : segments) {
            try (SegmentScan scan = SegmentScan.open(disk, segment)) {
                SegmentFormat.Header header = scan.header();
                if (header != null) {
                    scan.records(body -> fold.add(header.epoch(), RecordCodec.decode(body)));
                }
            }
        }
        fold.end();
    }

    /// The calls are in the books: nobody need read their segments again.
    public void putAway(Disk disk, Instant now) throws IOException {
        for (SegmentName name : SegmentName.among(segments)) {
            disk.rename(name.file(), name.done(now).file());
        }
    }
}
