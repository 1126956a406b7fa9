package dev.sluice.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The gateway as a user starts it: the launcher, a data directory, a configuration file with
/// prices and quotas, and a top-up, so that every call is held, settled and booked.
///
/// @param key the caller's
@SuppressWarnings("InlineFormatString") // a file reads better by itself
record Sluice(Process process, long postgres, String key, Path data) {

    private static final int START_SECONDS = 60;
    private static final String ADMIN_KEY = "sk-admin-of-one-bench-run-0123456789abcdef";
    private static final Pattern KEY = Pattern.compile("shown once: (\\S+)");

    private static final String CONFIGURATION =
            """
            version: 1
            organization: {name: bench, time_zone: UTC, currency: USD, billing: {mode: prepaid}}
            teams:
              - {name: load}
            upstreams:
              - {name: answers, provider: openai-compatible,
                 base_url: "http://127.0.0.1:%1$d/v1", credential: {env: BENCH_PROVIDER_KEY}}
              - {name: scripted, provider: openai-compatible,
                 base_url: "http://127.0.0.1:%2$d/v1", credential: {env: BENCH_PROVIDER_KEY}}
              - {name: messages, provider: anthropic,
                 base_url: "http://127.0.0.1:%2$d", credential: {env: BENCH_PROVIDER_KEY}}
              - {name: gemini, provider: gemini,
                 base_url: "http://127.0.0.1:%2$d", credential: {env: BENCH_PROVIDER_KEY}}
            models:
              - {name: plain, targets: [{upstream: answers, model: plain}], %3$s}
              - {name: late, targets: [{upstream: scripted, model: late}], %3$s}
              - {name: burst, targets: [{upstream: scripted, model: burst}], %3$s}
              - {name: burst-messages,
                 targets: [{upstream: messages, model: burst-messages}], %3$s}
              - {name: burst-gemini,
                 targets: [{upstream: gemini, model: burst-gemini}], %3$s}
              - {name: slow, targets: [{upstream: scripted, model: slow}], %3$s}
            keys:
              - {label: load, team: load, environment: development, owner: "user:bench"}
            quotas:
              - {name: team-day, scope: {team: load}, unit: usd, limit: "1000000.00",
                 window: {calendar: day}}
              - {name: team-tokens, scope: {team: load}, unit: total_tokens, limit: "1000000000000",
                 window: {calendar: month}}
            policy: {posture: open}
            """;
    private static final String PRICE =
            "price: {input_per_mtok: \"0.25\", output_per_mtok: \"2.00\"}";

    /// @param command the launcher, or another way to start the same
    static Sluice start(Family family, List<String> command, Path work, Endpoints ports) {
        Path data = work.resolve("data");
        Path log = work.resolve("sluice.log");
        Path file = work.resolve("sluice.yaml");
        try {
            Files.createDirectories(data);
            Files.writeString(
                    file, CONFIGURATION.formatted(ports.answers(), ports.scripted(), PRICE));
            List<String> line = new ArrayList<>(command);
            line.addAll(
                    List.of(
                            "run",
                            "--no-demo",
                            "--config",
                            file.toString(),
                            "--data",
                            data.toString(),
                            "--port",
                            Integer.toString(ports.gateway())));
            ProcessBuilder builder =
                    new ProcessBuilder(line)
                            .directory(work.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_DATA"));
            builder.environment().put("SLUICE_ADMIN_KEY", ADMIN_KEY);
            builder.environment().put("BENCH_PROVIDER_KEY", Work.PROXY_KEY);
            Process process = family.start(builder);
            Sites.awaitPort(process, ports.gateway(), START_SECONDS, log);
            String key = awaitKey(process, log);
            topUp(ports.gateway());
            return new Sluice(process, postmaster(data), key, data);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start the gateway", e);
        }
    }

    /// CPU time of the gateway's own process in microseconds.
    long cpuMicros() {
        return Proc.cpuMicros(process.pid());
    }

    private static String awaitKey(Process process, Path log) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher found = KEY.matcher(Files.readString(log));
            if (found.find()) {
                return found.group(1);
            }
            Pause.millis(100);
        }
        throw new IllegalStateException("the gateway told no key: " + Files.readString(log));
    }

    private static void topUp(int port) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/admin/v1/topups"))
                        .header("Authorization", "Bearer " + ADMIN_KEY)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"amount\":\"1000000\",\"reference\":\"bench\"}"))
                        .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException("the top-up was refused: " + answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The first line of the database's own file.
    private static long postmaster(Path data) throws IOException {
        List<String> lines = Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"));
        return Long.parseLong(lines.getFirst().strip());
    }
}
