package dev.sluice.ledger.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a journal takes of its disk at one moment.
///
/// @param segments that are being written, are prepared, or have calls that are not in the books
/// @param kept segments that are put away
/// @param bytes of all of them
public record JournalFolder(int segments, int kept, long bytes) {

    /// The segments with calls that may not be in the books, newest first: whoever copies them in
    /// this order has no torn one but the newest. None when there is no journal.
    public static List<Path> unbooked(Path folder) throws IOException {
        return segments(folder).reversed().stream()
                .filter(name -> name.doneAt() == null)
                .map(name -> folder.resolve(name.file()))
                .toList();
    }

    /// Whether nothing was ever written there.
    public static boolean isEmpty(Path folder) throws IOException {
        return segments(folder).isEmpty();
    }

    /// Looks; segments may come and go meanwhile.
    public static JournalFolder of(Path folder) throws IOException {
        int segments = 0;
        int kept = 0;
        long bytes = 0;
        for (SegmentName name : segments(folder)) {
            try {
                bytes += Files.size(folder.resolve(name.file()));
            } catch (NoSuchFileException _) {
                // put away or deleted since the list was made
                continue;
            }
            if (name.doneAt() == null) {
                segments++;
            } else {
                kept++;
            }
        }
        return new JournalFolder(segments, kept, bytes);
    }

    private static List<SegmentName> segments(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return SegmentName.among(
                    files.map(file -> String.valueOf(file.getFileName())).toList());
        }
    }
}
