package dev.sluice.app.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// A person at a shell of their own: types commands and reads what comes.
final class Typed {

    static final String ADMIN_KEY = "an-admin-key-of-the-tests-0123456789";

    /// What a command left behind.
    record Outcome(int code, String out, String err) {}

    private final Map<String, String> environment = new HashMap<>();
    private final Path directory;
    private String input = "";
    private boolean interactive;

    /// @param directory where the person is, and their home
    Typed(Path directory) {
        this.directory = directory;
    }

    /// With the admin key and the URL in variables.
    Typed at(String url) {
        return with("SLUICE_URL", url).with("SLUICE_ADMIN_KEY", ADMIN_KEY);
    }

    Typed with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Typed answering(String text) {
        input = text;
        interactive = true;
        return this;
    }

    Typed piping(String text) {
        input = text;
        return this;
    }

    CliContext context(StringWriter out, StringWriter err) {
        return new CliContext(
                Map.copyOf(environment),
                directory,
                directory,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                InstantSource.fixed(Instant.parse("2026-07-01T12:00:00Z")),
                interactive);
    }

    Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Cli.create(context(out, err)).execute(words);
        return new Outcome(code, out.toString(), err.toString());
    }
}
