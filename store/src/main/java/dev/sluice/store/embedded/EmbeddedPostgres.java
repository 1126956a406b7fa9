package dev.sluice.store.embedded;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL server that Sluice starts by itself, in two folders of the data directory:
///
/// ```
/// postgres/             0700, the server's account
///   bin-18.6.0/         the programs, unpacked once
///   cluster/            the cluster; its postgresql.conf is ours and written at every start
///   server.log          warnings and errors
/// secrets/              0700, ours
///   postgres-password   generated, 0600
/// ```
///
/// The server is a child in a session of its own, so Ctrl-C does not reach it. When this process
/// dies without a word the kernel interrupts the server, which then stops cleanly; the next start
/// waits for that.
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);

    private final PostgresUrl url;
    private final ProcessHandle server;
    private volatile boolean stopping;

    EmbeddedPostgres(PostgresUrl url, ProcessHandle server) {
        this.url = url;
        this.server = server;
    }

    /// Unpacks and initialises where needed, starts the server and waits until it is ready.
    ///
    /// @param data held by this process: nobody else starts a server in it
    /// @throws IllegalStateException says what is in the way and what to do
    public static EmbeddedPostgres start(DataDirectory data, PostgresSettings settings) {
        return start(data, settings, ServerAccount.Programs::onPath);
    }

    static EmbeddedPostgres start(
            DataDirectory data, PostgresSettings settings, ServerAccount.Programs programs) {
        Path folder = data.folder("postgres");
        try {
            return new Launch(folder, data.folder("secrets"), settings, programs).run();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The embedded database in %s cannot start: %s".formatted(folder, e), e);
        }
    }

    /// Whether the server's account could reach a data directory below this one.
    public static boolean canUse(Path directory) throws IOException {
        try {
            ServerAccount.choose(
                            ServerAccount.isRoot(),
                            directory.resolve("none"),
                            ServerAccount.Programs::onPath)
                    .requireSearchable(directory);
            return true;
        } catch (IllegalStateException _) {
            return false;
        }
    }

    public PostgresUrl url() {
        return url;
    }

    public long pid() {
        return server.pid();
    }

    /// Completes when the server has ended; exceptionally when nobody asked it to.
    public CompletableFuture<Void> ended() {
        return server.onExit()
                .thenAccept(_ -> {
                    if (!stopping) {
                        throw new CompletionException(
                                new IllegalStateException("The embedded database ended by itself"));
                    }
                });
    }

    /// Stops the server: open transactions are rolled back, everything committed is on disk.
    /// Returns when it is gone.
    @Override
    public void close() {
        stopping = true;
        if (!server.isAlive()) {
            return;
        }
        try {
            interrupt(server.pid());
            awaitEnd(server);
        } catch (TimeoutException e) {
            LOG.warn("the embedded database did not stop in {}; ending it", STOPPED_WITHIN);
            server.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitEnd(ProcessHandle process) throws InterruptedException, TimeoutException {
        try {
            process.onExit().get(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// SIGINT is PostgreSQL's "fast shutdown". Java itself can only send SIGTERM, which would wait
    /// for every client to leave.
    static void interrupt(long pid) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT " + pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
