package dev.sluice.app.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A command with its output in a file and an end.
final class ChildProcess {

    private static final int TAIL_LINES = 120;

    /// Settings of the machine's user that would point a client elsewhere.
    private static final Set<String> FOREIGN =
            Set.of(
                    "OPENAI_BASE_URL",
                    "OPENAI_API_KEY",
                    "OPENAI_ORG_ID",
                    "OPENAI_PROJECT_ID",
                    "OPENAI_LOG",
                    "OPENAI_API_BASE",
                    "ANTHROPIC_BASE_URL",
                    "ANTHROPIC_API_KEY",
                    "ANTHROPIC_AUTH_TOKEN",
                    "ANTHROPIC_CUSTOM_HEADERS",
                    "GOOGLE_API_KEY",
                    "GOOGLE_GEMINI_BASE_URL",
                    "GOOGLE_GENAI_USE_VERTEXAI",
                    "GEMINI_API_KEY",
                    "PYTHONPATH",
                    "PYTHONHOME",
                    "NODE_OPTIONS");

    private final Path directory;
    private final Path log;

    /// @param log everything that is run appends to it
    ChildProcess(Path directory, Path log) {
        this.directory = directory;
        this.log = log;
    }

    /// Runs to the end and returns the exit code; a command that takes longer is ended, with its
    /// children, and is an [AssertionError] with the tail of its output.
    int run(Duration limit, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        FOREIGN.forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("not over after " + limit + ": " + command + tail());
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /// The same for a command without which nothing can be run.
    void mustRun(Duration limit, List<String> command) throws IOException, InterruptedException {
        int code = run(limit, Map.of(), command);
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code + tail());
        }
    }

    /// The last lines of the output, for a message.
    String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        int from = Math.max(0, lines.size() - TAIL_LINES);
        return "\n" + String.join("\n", lines.subList(from, lines.size()));
    }
}
