package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Compares text with files under `src/test/resources`. Run with `-Dgolden.write=true` to write
/// them anew; the difference in version control is then what to review.
public final class Golden {

    private static final Path ROOT = Path.of("src", "test", "resources");

    private Golden() {}

    public static void check(String name, String actual) {
        Path file = ROOT.resolve(name);
        try {
            if (Boolean.getBoolean("golden.write")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("golden file").exists();
            assertThat(actual).as(name).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The files of a folder with this ending, sorted; never none.
    public static List<Path> inputs(String folder, String ending) {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
            assertThat(found).as("inputs in " + folder).isNotEmpty();
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
