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

    /// Looks; segments may come and go meanwhile.
    public static JournalFolder of(Path folder) throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString()).toList();
        }
        int segments = 0;
        int kept = 0;
        long bytes = 0;
        for (SegmentName name : SegmentName.among(names)) {
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
}
