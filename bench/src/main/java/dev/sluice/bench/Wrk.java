package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs wrk and reads what it prints.
final class Wrk {

    private static final Pattern CALLS = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m)");
    private static final Pattern OTHER = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKET =
            Pattern.compile(
                    "Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final String SCRIPT =
            """
            local file = io.open(os.getenv("BENCH_BODY"))
            wrk.method = "POST"
            wrk.body = file:read("*a")
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
            """;

    /// @param p50 in microseconds, like p99
    record Result(long calls, double seconds, long errors, long p50, long p99, long cpuMicros) {}

    private final Family family;
    private final Tools tools;
    private final Path work;

    Wrk(Family family, Tools tools, Path work) {
        this.family = family;
        this.tools = tools;
        this.work = work;
    }

    /// @param seconds whole ones: wrk knows no parts
    Result run(Work kind, int port, String key, int seconds) {
        Path body = work.resolve("body.json");
        Path script = work.resolve("call.lua");
        try {
            Files.writeString(body, kind.body());
            Files.writeString(script, SCRIPT);
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    tools.wrk().toString(),
                                    "-t1",
                                    "-c" + kind.connections(),
                                    "-d" + seconds + "s",
                                    "--latency",
                                    "--timeout",
                                    "10s",
                                    "-s",
                                    script.toString(),
                                    "http://127.0.0.1:" + port + "/v1/chat/completions")
                            .redirectErrorStream(true);
            builder.environment().put("BENCH_BODY", body.toString());
            builder.environment().put("BENCH_KEY", key);
            tools.libraries(builder);
            Process process = family.start(builder);
            long cpu = 0;
            while (process.isAlive()) {
                // its last count before it ends is the best there is
                cpu = Math.max(cpu, Proc.cpuMicros(process.pid()));
                Pause.millis(100);
            }
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return parse(text, cpu);
        } catch (IOException e) {
            throw new IllegalStateException("cannot run wrk", e);
        }
    }

    static Result parse(String text, long cpuMicros) {
        Matcher calls = CALLS.matcher(text);
        if (!calls.find()) {
            throw new IllegalStateException("wrk said: " + text);
        }
        long errors = 0;
        Matcher other = OTHER.matcher(text);
        if (other.find()) {
            errors += Long.parseLong(other.group(1));
        }
        Matcher socket = SOCKET.matcher(text);
        if (socket.find()) {
            for (int i = 1; i <= 4; i++) {
                errors += Long.parseLong(socket.group(i));
            }
        }
        return new Result(
                Long.parseLong(calls.group(1)),
                micros(calls.group(2), calls.group(3)) / 1e6,
                errors,
                percentile(text, "50"),
                percentile(text, "99"),
                cpuMicros);
    }

    private static long percentile(String text, String which) {
        Matcher found =
                Pattern.compile(
                                "^\\s*" + which + "%\\s+([\\d.]+)(us|ms|s|m)\\s*$",
                                Pattern.MULTILINE)
                        .matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("wrk told no percentile: " + text);
        }
        return micros(found.group(1), found.group(2));
    }

    private static long micros(String value, String unit) {
        double scale =
                switch (unit) {
                    case "us" -> 1;
                    case "ms" -> 1e3;
                    case "s" -> 1e6;
                    case "m" -> 60e6;
                    default -> throw new IllegalStateException("unit " + unit);
                };
        return Math.round(Double.parseDouble(value) * scale);
    }
}
