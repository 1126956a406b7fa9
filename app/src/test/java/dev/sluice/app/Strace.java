package dev.sluice.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `strace` at a running process: which of its system calls came in which order.
final class Strace implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/strace"), Path.of("/usr/local/bin/strace"));
    private static final Path UNPACKED = Path.of("target", "tools");
    private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
    private static final String UNFINISHED = "<unfinished ...>";
    private static final Pattern RESULT = Pattern.compile("= (-?\\d+)[^\"=]*$");

    /// It cannot be had or used here; says why.
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String why) {
            super(why);
        }
    }

    /// One system call.
    ///
    /// @param entered position in the order of all entries and returns
    /// @param returned the same of its return
    /// @param text name and arguments, with paths of files
    record Syscall(int entered, int returned, String text, long result) {

        boolean is(String... names) {
            return Stream.of(names).anyMatch(name -> text.startsWith(name + "("));
        }
    }

    private final Process process;
    private final Path trace;

    private Strace(Process process, Path trace) {
        this.process = process;
        this.trace = trace;
    }

    /// Follows all threads of a process from now on.
    ///
    /// @param calls as `write,fdatasync`
    /// @param slowed one of them, which takes 30 ms longer than it would
    /// @param trace where it writes
    static Strace attach(long pid, String calls, String slowed, Path trace)
            throws Missing, IOException, InterruptedException {
        Path said = trace.resolveSibling("strace.log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                program().toString(),
                                "-f",
                                "-y",
                                "-s",
                                "16384",
                                "-e",
                                "trace=" + calls,
                                "-e",
                                "inject=" + slowed + ":delay_enter=30000",
                                "-e",
                                "signal=none",
                                "-o",
                                trace.toString(),
                                "-p",
                                Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().put("LD_LIBRARY_PATH", libraries());
        Process process = builder.start();
        while (!Files.readString(said).contains(" attached")) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new Missing("strace cannot attach: " + Files.readString(said));
            }
        }
        return new Strace(process, trace);
    }

    /// Lets go of the process, which goes on.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("strace does not let go");
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// What it saw, after [#close()].
    List<Syscall> seen() throws IOException {
        return parse(Files.readAllLines(trace, StandardCharsets.UTF_8));
    }

    /// A call that others come between stands in two lines: `unfinished` and `resumed`.
    static List<Syscall> parse(List<String> lines) {
        List<Syscall> calls = new ArrayList<>();
        Map<String, Syscall> unfinished = new HashMap<>();
        for (int at = 0; at < lines.size(); at++) {
            Matcher line = LINE.matcher(lines.get(at));
            if (!line.matches()) {
                continue;
            }
            String thread = line.group(1);
            String text = line.group(2);
            Matcher resumed = RESUMED.matcher(text);
            if (resumed.matches()) {
                Syscall begun = unfinished.remove(thread);
                if (begun != null) {
                    calls.add(
                            new Syscall(
                                    begun.entered(), at, begun.text(), result(resumed.group(1))));
                }
            } else if (text.endsWith(UNFINISHED)) {
                unfinished.put(thread, new Syscall(at, Integer.MAX_VALUE, text, -1));
            } else {
                calls.add(new Syscall(at, at, text, result(text)));
            }
        }
        calls.addAll(unfinished.values());
        return calls;
    }

    private static long result(String text) {
        Matcher result = RESULT.matcher(text);
        return result.find() ? Long.parseLong(result.group(1)) : -1;
    }

    private static String libraries() throws IOException {
        List<String> folders = new ArrayList<>();
        if (Files.isDirectory(UNPACKED.resolve("usr/lib"))) {
            try (DirectoryStream<Path> all =
                    Files.newDirectoryStream(UNPACKED.resolve("usr/lib"), "*-linux-gnu")) {
                all.forEach(folder -> folders.add(folder.toAbsolutePath().toString()));
            }
        }
        return String.join(":", folders);
    }

    /// The machine's own, else unpacked from apt's package: nothing is installed.
    private static Path program() throws Missing, IOException, InterruptedException {
        Optional<Path> found = find();
        if (found.isEmpty() && isRoot() && Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            fetch();
            found = find();
        }
        return found.orElseThrow(
                () -> new Missing("no strace; install it (apt-get install strace)"));
    }

    private static Optional<Path> find() {
        return Stream.concat(PLACES.stream(), Stream.of(UNPACKED.resolve("usr/bin/strace")))
                .filter(Files::isExecutable)
                .map(Path::toAbsolutePath)
                .findFirst();
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static void fetch() throws IOException, InterruptedException {
        Path archives = UNPACKED.resolve("archives").toAbsolutePath();
        Files.createDirectories(archives.resolve("partial"));
        List<String> download =
                List.of(
                        "apt-get",
                        "install",
                        "--yes",
                        "--no-install-recommends",
                        "--download-only",
                        "-o",
                        "Dir::Cache::archives=" + archives,
                        "strace");
        if (!run(download) && run(List.of("apt-get", "update"))) {
            run(download);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(archives, "*.deb")) {
            for (Path archive : all) {
                run(List.of("dpkg-deb", "-x", archive.toString(), UNPACKED.toString()));
            }
        }
    }

    private static boolean run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroy();
            return false;
        }
        return process.exitValue() == 0;
    }
}
