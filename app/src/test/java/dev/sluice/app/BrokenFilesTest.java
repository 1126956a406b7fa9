package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.CliContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Thirty and more files that are wrong, each in one way: whoever plans, applies or starts with one
/// reads in which file, at which line and column, which field, and what was expected. Each file
/// ends with a comment that says what it must be told.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the first test
class BrokenFilesTest {

    private static final Path FILES = Path.of("src", "test", "resources", "broken");
    private static final Pattern EXPECTED =
            Pattern.compile("(?m)^# expected: (\\d+:\\d+) \\| (\\S+) \\| (.+)$");

    private Installation sluice;

    @BeforeAll
    void start() throws Exception {
        sluice = Installation.start();
    }

    @AfterAll
    void stop() throws Exception {
        sluice.close();
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.sorted().toList();
        }
    }

    private String refused(Path folder, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CliContext context =
                new CliContext(
                        Map.of(
                                "SLUICE_URL",
                                sluice.baseUrl(),
                                "SLUICE_ADMIN_KEY",
                                Installation.ADMIN_KEY),
                        folder,
                        folder,
                        new ByteArrayInputStream(new byte[0]),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        InstantSource.system(),
                        false);
        int code = Cli.create(context).execute(words);
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        return err.toString();
    }

    private static void told(String message, String file, String text) {
        Matcher expected = EXPECTED.matcher(text);
        assertThat(expected.find()).as(file + " says what is expected").isTrue();
        String field = expected.group(2);
        assertThat(message.lines())
                .as(message)
                .anySatisfy(line -> {
                    assertThat(line).startsWith(file + ":" + expected.group(1) + ": ");
                    assertThat(line).contains(expected.group(3));
                    if (!field.equals("-")) {
                        assertThat(line).contains("'" + field + "'");
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("files")
    void planAndApplySayWhereAndWhat(Path path, @TempDir Path folder) throws Exception {
        String name = path.getFileName().toString();
        String text = Files.readString(path);
        Files.writeString(folder.resolve(name), text);
        String planned = refused(folder, "plan", name);
        told(planned, name, text);
        assertThat(refused(folder, "apply", name, "--yes")).isEqualTo(planned);
    }

    @ParameterizedTest
    @MethodSource("files")
    void aStartWithTheFileSaysTheSame(Path path) throws Exception {
        assertThatThrownBy(() -> Startup.apply(sluice.inProcess(), path))
                .isInstanceOf(IllegalStateException.class)
                .satisfies(e ->
                        told(
                                String.valueOf(e.getMessage()),
                                path.toString(),
                                Files.readString(path)));
    }

    @Test
    void thereAreThirty() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(30);
    }
}
