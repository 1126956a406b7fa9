package dev.sluice.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts load on the targets in turn and takes the figures of each.
final class Measuring {

    /// Two settings are fixed and the same for all targets: connections begin over one second that
    /// is not measured, slow streams over the five seconds that one of them lasts.
    private static final long RAMP_MILLIS = 1000;

    private static final long SLOW_RAMP_MILLIS = 5000;
    private static final Pattern REQUESTS = Pattern.compile("\\n\\s*\\d+\\s+\\d+\\s+(\\d+)");

    private final Stage stage;
    private final Settings settings;
    private final Wrk wrk;
    private final Load load;

    Measuring(Stage stage, Settings settings, Wrk wrk, Load load) {
        this.stage = stage;
        this.settings = settings;
        this.wrk = wrk;
        this.load = load;
    }

    /// The same for every target: so long plain calls, then so long streams.
    void warmUp() {
        for (Target target : Target.values()) {
            for (Work work : List.of(Work.PLAIN, Work.STREAM)) {
                warmUp(work, target, work.request(stage.key(target)));
            }
        }
        if (settings.works().contains(Work.TRANSLATED)) {
            for (Pair pair : Pair.values()) {
                warmUp(Work.TRANSLATED, Target.SLUICE, pair.request(stage.key(Target.SLUICE)));
            }
        }
    }

    private void warmUp(Work work, Target target, byte[] request) {
        load.closed(
                stage.ports().port(target, work),
                request,
                work.connections(),
                0,
                settings.warmUpSeconds() * 1000L,
                Load.Gauge.NONE);
    }

    Sample measure(Work work, Target target, int round) {
        return work == Work.PLAIN
                ? withWrk(work, target, round)
                : withOwnLoad(work, target, round, work.request(stage.key(target)));
    }

    Pair.Measured measure(Pair pair, int round) {
        byte[] request = pair.request(stage.key(Target.SLUICE));
        return new Pair.Measured(pair, withOwnLoad(Work.TRANSLATED, Target.SLUICE, round, request));
    }

    /// Saturates the gateway with calls that are all waited for, and compares the counts.
    Exactness exactness() {
        Books books = new Books(stage.sluice().data());
        Books.Count before = books.settled();
        long providerBefore = answered();
        Load.Outcome outcome =
                load.closed(
                        stage.ports().port(Target.SLUICE, Work.PLAIN),
                        Work.PLAIN.request(stage.key(Target.SLUICE)),
                        Work.PLAIN.connections(),
                        0,
                        settings.seconds() * 1000L,
                        Load.Gauge.NONE);
        Books.Count after = books.settled().minus(before);
        // the first look at the count was itself a request
        long provider = answered() - providerBefore - 1;
        return new Exactness(outcome.good(), provider, after.rows(), after.charges());
    }

    private Sample withWrk(Work work, Target target, int round) {
        Sample.Cpu before = stage.cpu(work, target);
        Wrk.Result result =
                wrk.run(
                        work,
                        stage.ports().port(target, work),
                        stage.key(target),
                        settings.seconds());
        double behind = untilShipped(target);
        Sample.Cpu cpu = stage.cpu(work, target).minus(before);
        return new Sample(
                work,
                target,
                round,
                result.calls(),
                result.errors(),
                result.seconds(),
                new Sample.Cpu(cpu.between(), cpu.postgres(), cpu.provider(), result.cpuMicros()),
                behind,
                new Sample.Delay(result.p50(), result.p99()),
                Sample.Delay.NONE,
                stage.memory(target));
    }

    private Sample withOwnLoad(Work work, Target target, int round, byte[] request) {
        int port = stage.ports().port(target, work);
        List<Sample.Cpu> cpu = new ArrayList<>();
        List<Sample.Memory> memory = new ArrayList<>();
        long[] times = new long[2];
        Load.Gauge gauge =
                new Load.Gauge() {
                    @Override
                    public void begin() {
                        times[0] = System.nanoTime();
                        cpu.add(stage.cpu(work, target));
                    }

                    @Override
                    public void end() {
                        times[1] = System.nanoTime();
                        cpu.add(stage.cpu(work, target));
                        memory.add(stage.memory(target));
                    }
                };
        long millis = settings.seconds() * 1000L;
        Load.Outcome outcome =
                work.isOpen()
                        ? load.open(
                                port,
                                request,
                                work.connections(),
                                Work.CALLS_PER_SECOND,
                                millis,
                                gauge)
                        : load.closed(
                                port,
                                request,
                                work.connections(),
                                work.isSlow() ? SLOW_RAMP_MILLIS : RAMP_MILLIS,
                                millis,
                                gauge);
        Sample.Cpu ended = stage.cpu(work, target);
        double behind = work.isSlow() ? 0 : untilShipped(target);
        Sample.Cpu tail = stage.cpu(work, target).minus(ended);
        return new Sample(
                work,
                target,
                round,
                outcome.measured(),
                outcome.errors(),
                (times[1] - times[0]) / 1e9,
                cpu.getLast().minus(cpu.getFirst()).plus(tail),
                behind,
                Sample.Delay.of(outcome.whole()),
                Sample.Delay.of(outcome.firstByte()),
                memory.getFirst());
    }

    /// The gateway books calls after it has answered them: that work belongs to the calls too.
    private double untilShipped(Target target) {
        return target == Target.SLUICE ? new Books(stage.sluice().data()).untilShipped() : 0;
    }

    /// Requests that the provider of plain answers has seen, this one included.
    private long answered() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI url = URI.create("http://127.0.0.1:" + stage.ports().answers() + "/stats");
            String text =
                    http.send(
                                    HttpRequest.newBuilder(url).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            Matcher found = REQUESTS.matcher(text);
            if (!found.find()) {
                throw new IllegalStateException("nginx said: " + text);
            }
            return Long.parseLong(found.group(1));
        } catch (IOException e) {
            throw new IllegalStateException("cannot count the provider's calls", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
