package dev.sluice.app;

import dev.sluice.testkit.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The real server in a process of its own, so that tests can kill it.
final class ServerProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");

    /// What a shell reports of a process that signal 9 ended.
    private static final int KILLED = 137;

    /// What a JVM ends with that SIGTERM ended.
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final Process process;
    private final String baseUrl;
    private final HttpClient http;
    private final Api api;

    private ServerProcess(Process process, String baseUrl) {
        this.process = process;
        this.baseUrl = baseUrl;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        this.api = new Api(baseUrl, http);
    }

    /// Starts one on a free port and waits until it is ready.
    ///
    /// @param log gets all that it prints; a file of earlier lives is overwritten
    static ServerProcess start(Path log, Map<String, String> settings)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx160m",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "run",
                                "--no-demo")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("SLUICE_"));
        environment.put("SLUICE_PORT", "0");
        environment.put("SLUICE_ADMIN_KEY", Installation.ADMIN_KEY);
        environment.putAll(settings);
        Process process = builder.start();
        try {
            return new ServerProcess(process, awaitReady(process, log));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String awaitReady(Process process, Path log)
            throws IOException, InterruptedException {
        while (true) {
            Matcher ready = READY.matcher(Files.readString(log));
            if (ready.find()) {
                return ready.group(1);
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server ended: " + Files.readString(log));
            }
        }
    }

    Api api() {
        return api;
    }

    int port() {
        return URI.create(baseUrl).getPort();
    }

    HttpClient http() {
        return http;
    }

    /// SIGKILL, and nothing else: what the process had not made durable is gone.
    void killDashNine() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Waits until it has died as by SIGKILL, by itself or not.
    void awaitDeath() throws InterruptedException {
        awaitEnd(KILLED);
    }

    private void awaitEnd(int status) throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not reach its end within a minute");
        }
        if (process.exitValue() != status) {
            throw new AssertionError("the server ended with " + process.exitValue());
        }
    }

    long pid() {
        return process.pid();
    }

    /// Waits until it has ended as SIGTERM should end it.
    void awaitCleanEnd() throws InterruptedException {
        awaitEnd(ENDED_BY_SIGTERM);
    }

    /// SIGSTOP: it does nothing and keeps everything, its connections included.
    void pause() {
        Signal.send("STOP", process.pid());
    }

    /// SIGCONT: it goes on, and finds that time has passed.
    void goOn() {
        Signal.send("CONT", process.pid());
    }

    /// SIGTERM, without waiting for what comes of it.
    void terminate() {
        process.destroy();
    }

    /// SIGTERM: it must go by itself, and take its embedded database along.
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server is not down a minute after SIGTERM");
        }
    }

    /// Ends it if it still lives; the kernel ends its database.
    @Override
    public void close() {
        process.destroyForcibly();
        http.shutdownNow();
    }
}
