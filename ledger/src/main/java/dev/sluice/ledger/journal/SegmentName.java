package dev.sluice.ledger.journal;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The name of a segment: its number, and once all its calls are in the books, since when.
///
/// @param doneAt null while recovery must read it
record SegmentName(long number, @Nullable Instant doneAt) {

    private static final String SUFFIX = ".log";
    private static final String DONE = ".done-";

    /// Those among the given file names, oldest first.
    static List<SegmentName> among(List<String> files) {
        return files.stream()
                .filter(file -> file.contains(SUFFIX))
                .map(SegmentName::parse)
                .sorted(Comparator.comparingLong(SegmentName::number))
                .toList();
    }

    private static SegmentName parse(String file) {
        int suffix = file.indexOf(SUFFIX);
        int done = file.indexOf(DONE);
        return new SegmentName(
                Long.parseLong(file.substring(0, suffix)),
                done < 0
                        ? null
                        : Instant.ofEpochSecond(
                                Long.parseLong(file.substring(done + DONE.length()))));
    }

    String file() {
        String name = "%016d".formatted(number) + SUFFIX;
        return doneAt == null ? name : name + DONE + doneAt.getEpochSecond();
    }

    SegmentName done(Instant now) {
        return new SegmentName(number, now);
    }
}
