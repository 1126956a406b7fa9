package dev.sluice.store.embedded;

import dev.sluice.domain.Secret;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One start of the embedded server, step by step.
final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private static final String USER = "sluice";
    private static final String DATABASE = "sluice";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int START_ATTEMPTS = 3;
    private static final long LOG_BYTES_MAX = 8L << 20;

    private final Path folder;
    private final Path cluster;
    private final Path log;
    private final Path passwordFile;
    private final PostgresSettings settings;
    private final ServerAccount account;

    Launch(Path folder, Path secrets, PostgresSettings settings, ServerAccount.Programs programs)
            throws IOException {
        Files.createDirectories(folder);
        this.folder = folder.toRealPath();
        this.cluster = this.folder.resolve("cluster");
        this.log = this.folder.resolve("server.log");
        this.passwordFile = secrets.resolve("postgres-password");
        this.settings = settings;
        this.account = ServerAccount.choose(ServerAccount.isRoot(), cluster, programs);
    }

    EmbeddedPostgres run() throws IOException {
        Path parent = folder.getParent();
        account.requireSearchable(parent == null ? folder : parent);
        PrivateFiles.protect(folder);
        account.give(folder);
        Path bin = binaries().resolve("bin");
        Secret password = password();
        if (!Files.isDirectory(cluster)) {
            initialise(bin, password);
        }
        requireSameMajorVersion();
        awaitEarlierServer();
        rotateLog();
        IOException last = new IOException("not started");
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            int port = freePort();
            try {
                PostgresUrl url = url(port, password);
                return new EmbeddedPostgres(url, startServer(bin, port));
            } catch (PortTakenException e) {
                last = e; // another program took the port in between: choose again
            }
        }
        throw last;
    }

    private Path binaries() throws IOException {
        Path shared = settings.binaries();
        if (shared != null) {
            return PostgresBinaries.unpackedIn(shared);
        }
        PostgresBinaries.removeOthers(folder);
        return PostgresBinaries.unpackedIn(folder);
    }

    private Secret password() throws IOException {
        if (!Files.exists(passwordFile)) {
            if (Files.isDirectory(cluster)) {
                throw new IllegalStateException(
                        "The database's password is missing: restore %s.".formatted(passwordFile));
            }
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            PrivateFiles.write(passwordFile, HexFormat.of().formatHex(random));
        }
        return new Secret(Files.readString(passwordFile).strip());
    }

    /// Prepared beside and renamed when whole, so that an interrupted first start leaves no
    /// half cluster.
    private void initialise(Path bin, Secret password) throws IOException {
        Path fresh = folder.resolve("cluster.new");
        PostgresBinaries.deleteTree(fresh);
        Files.createDirectory(fresh);
        PrivateFiles.protect(fresh);
        ServerAccount initialiser = account.forInitialising();
        initialiser.give(folder);
        initialiser.give(fresh);
        Path handOver = folder.resolve("password.new");
        PrivateFiles.write(handOver, password.reveal());
        initialiser.give(handOver);
        try {
            List<String> initdb =
                    List.of(
                            bin.resolve("initdb").toString(),
                            "--pgdata=" + fresh,
                            "--username=" + USER,
                            "--auth=scram-sha-256",
                            "--pwfile=" + handOver,
                            "--data-checksums",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--no-instructions");
            runOnce(initialiser, initdb, "");
        } finally {
            Files.deleteIfExists(handOver);
        }
        // without a listener there is nobody to race with
        runOnce(
                initialiser,
                List.of(
                        bin.resolve("postgres").toString(),
                        "--single",
                        "-D",
                        fresh.toString(),
                        "postgres"),
                "CREATE DATABASE " + DATABASE + "\n");
        account.giveTree(fresh);
        account.give(folder);
        Files.move(fresh, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    private void runOnce(ServerAccount as, List<String> program, String input) throws IOException {
        Path output = folder.resolve("initialise.log");
        Process process =
                builder(as, program, folder)
                        .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
                        .start();
        try (var in = process.outputWriter()) {
            in.write(input);
        }
        int code = waitFor(process);
        if (code != 0) {
            throw new IOException(
                    "%s ended with code %d:\n%s".formatted(program.getFirst(), code, tail(output)));
        }
        Files.deleteIfExists(output);
    }

    private void requireSameMajorVersion() throws IOException {
        String found = Files.readString(cluster.resolve("PG_VERSION")).strip();
        String ours = PostgresBinaries.majorVersion();
        if (!found.equals(ours)) {
            throw new IllegalStateException(
                    ("The database in %s is of PostgreSQL %s, this build brings %s. Nothing was"
                                    + " changed. Run `./sluice backup` with the older Sluice,"
                                    + " then `./sluice restore` with this one into an empty"
                                    + " SLUICE_DATA_DIR.")
                            .formatted(cluster, found, ours));
        }
    }

    /// After a kill -9 the earlier server may still be shutting down. Two servers on one
    /// cluster would destroy it.
    private void awaitEarlierServer() throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        Optional<ProcessHandle> earlier = processIn(pidFile);
        if (earlier.isEmpty()) {
            return;
        }
        ProcessHandle process = earlier.get();
        if (!isServerOf(process.pid())) {
            // the number belongs to another program by now, after a restart of the machine or
            // container; PostgreSQL itself would believe in the file
            Files.deleteIfExists(pidFile);
            return;
        }
        LOG.info("waiting for the earlier database server {} to stop", process.pid());
        try {
            EmbeddedPostgres.interrupt(process.pid());
            EmbeddedPostgres.awaitEnd(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an earlier server was stopping", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    ("An earlier database server, process %d, still runs on %s."
                                    + " Stop it by `kill -INT %d`.")
                            .formatted(process.pid(), cluster, process.pid()),
                    e);
        }
    }

    private static Optional<ProcessHandle> processIn(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]+")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive);
    }

    private boolean isServerOf(long pid) throws IOException {
        String arguments = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        return List.of(arguments.split("\0", -1)).contains(cluster.toString());
    }

    private ProcessHandle startServer(Path bin, int port) throws IOException {
        Path configuration = cluster.resolve("postgresql.conf");
        PrivateFiles.write(configuration, settings.render());
        account.give(configuration);
        List<String> program =
                List.of(
                        bin.resolve("postgres").toString(),
                        "-D",
                        cluster.toString(),
                        "-p",
                        Integer.toString(port));
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        ProcessBuilder builder =
                builder(account, program, cluster)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = startFromOwnThread(builder);
        if (!becomesReady(process, port)) {
            process.destroyForcibly();
            String messages = Files.readString(log).substring((int) logStart);
            if (messages.contains("could not bind")) {
                throw new PortTakenException(messages);
            }
            throw new IOException("the server did not become ready:\n" + tail(log));
        }
        // `runuser` stays between us and the server, so the server's own file names it
        return processIn(cluster.resolve("postmaster.pid")).orElseGet(process::toHandle);
    }

    /// The kernel's "parent died" signal is tied to the thread that started the child, not to
    /// the process. So one platform thread starts the server and stays until it has ended.
    private static Process startFromOwnThread(ProcessBuilder builder) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("postgres-parent")
                .daemon()
                .start(() -> {
                    try {
                        Process process = builder.start();
                        started.complete(process);
                        waitForever(process);
                    } catch (IOException e) {
                        started.completeExceptionally(e);
                    }
                });
        try {
            return started.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static void waitForever(Process process) {
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException _) {
                // ending now would stop the server under everybody's feet
            }
        }
    }

    private boolean becomesReady(Process process, int port) throws IOException {
        long polls = READY_WITHIN.dividedBy(POLL);
        try {
            for (long i = 0; i < polls; i++) {
                if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
                if (saysReady(port)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /// The eighth line of `postmaster.pid` turns to `ready` when connections are taken. The port in
    /// the fourth tells this server's file from one that a crash left behind.
    private boolean saysReady(int port) throws IOException {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            return lines.size() >= 8
                    && lines.get(3).strip().equals(Integer.toString(port))
                    && lines.get(7).startsWith("ready");
        } catch (NoSuchFileException _) {
            return false; // not written yet
        }
    }

    private ProcessBuilder builder(ServerAccount as, List<String> program, Path directory) {
        ProcessBuilder builder =
                new ProcessBuilder(as.command(program))
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear(); // our environment holds secrets the server has no use for
        environment.put("PATH", path);
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
        return builder;
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static PostgresUrl url(int port, Secret password) {
        return new PostgresUrl(
                "127.0.0.1:" + port,
                DATABASE,
                USER,
                password,
                Map.of("sslmode", "disable", "gssEncMode", "disable"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void rotateLog() throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.move(log, folder.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "(no output)";
        }
        List<String> lines = Files.readAllLines(file);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private static final class PortTakenException extends IOException {
        private static final long serialVersionUID = 1L;

        PortTakenException(@Nullable String message) {
            super(message);
        }
    }
}
