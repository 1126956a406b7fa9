package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A shell: starts the command line as a process, and remembers which commands were typed.
final class CliProcess {

    static final JsonMapper JSON = JsonMapper.shared();

    private static final int AT_A_TIME = 2;

    private final Path folder;
    private final Set<String> typed = new ConcurrentSkipListSet<>();

    /// @param folder where it works, and its home
    CliProcess(Path folder) {
        this.folder = folder;
    }

    /// What a command left behind.
    record Outcome(int code, String out, String err) {

        JsonNode json() {
            return JSON.readTree(out);
        }
    }

    /// What one of [#eachOf] is done with.
    @FunctionalInterface
    interface Work<T> {

        void with(T one) throws Exception;
    }

    /// Two at a time: most of a command is the start of its process.
    <T> void eachOf(Collection<T> all, Work<T> work) throws InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (T one : all) {
                running.add(
                        executor.submit(() -> {
                            work.with(one);
                            return one;
                        }));
            }
        }
        for (Future<?> done : running) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new AssertionError(String.valueOf(e.getCause()), e);
            }
        }
    }

    /// @param out null for a pipe that the test reads
    Process launch(@Nullable Path out, Path err, Map<String, String> variables, String... words)
            throws IOException {
        typed.add(named(words));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                // a suite in the background hands on that Ctrl-C is ignored
                                "env",
                                "--default-signal=INT",
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx96m",
                                "-Duser.home=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.sluice.app.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        if (out != null) {
            builder.redirectOutput(out.toFile());
        }
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().remove("XDG_CONFIG_HOME");
        builder.environment().putAll(variables);
        return builder.start();
    }

    Outcome type(Map<String, String> variables, String input, String... words) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = launch(out, err, variables, words);
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /// The commands that were typed, as [#commands] names them; what is none of them is left out.
    Set<String> typed() {
        Set<String> known = commands();
        known.retainAll(typed);
        return known;
    }

    /// Every command that does something and is in the help, such as `keys list`.
    static Set<String> commands() {
        Set<String> found = new TreeSet<>();
        collect(Commands.create(), "", found);
        return found;
    }

    private static void collect(CommandLine parent, String path, Set<String> found) {
        parent.getSubcommands()
                .forEach((name, command) -> {
                    if (command.getCommandSpec().usageMessage().hidden()) {
                        return;
                    }
                    if (command.getSubcommands().isEmpty()) {
                        found.add((path + " " + name).strip());
                    } else {
                        collect(command, path + " " + name, found);
                    }
                });
    }

    private static String named(String... words) {
        CommandLine at = Commands.create();
        List<String> path = new ArrayList<>();
        for (String word : words) {
            CommandLine next = at.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            path.add(word);
            at = next;
        }
        return String.join(" ", path);
    }
}
