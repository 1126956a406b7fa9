package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a run has found: printed and kept as Markdown, and kept whole as JSON.
///
/// @param machine processors, memory, kernel, JDK
/// @param fdatasyncP50 microseconds of one flush on the disk of the data directory
/// @param idle memory before the first call
/// @param pairs of dialects, where they were measured
record Report(
        Instant at,
        String machine,
        Settings settings,
        long fdatasyncP50,
        Sample.Memory idle,
        Exactness exactness,
        List<Sample> samples,
        List<Pair.Measured> pairs) {

    private static final String HEAD =
            """
            | work | target | CPU µs/call | × nginx | PostgreSQL µs/call | provider | load \
            | calls/s | × nginx | p50 ms | p99 ms | booked after s | errors |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;
    private static final String OPEN_HEAD =
            """

            | added to direct | target | p50 ms | p99 ms |
            |---|---|---|---|
            """;
    private static final String PAIRS_HEAD =
            """

            | 20-chunk stream, client | provider | CPU µs/stream | × passed through \
            | PostgreSQL µs/stream | streams/s | errors |
            |---|---|---|---|---|---|---|
            """;
    private static final String SLOW_HEAD =
            """

            | slow streams | target | % of a core | × nginx | PSS MB | PostgreSQL PSS MB |
            |---|---|---|---|---|---|
            """;

    /// Writes `bench.md` and `bench.json`.
    void write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("bench.md"), markdown());
            Files.writeString(
                    folder.resolve("bench.json"),
                    JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsString(this));
        } catch (IOException e) {
            throw new IllegalStateException("cannot write to " + folder, e);
        }
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%s, %s%n%d alternated rounds of %d s after a warm-up of %d s per kind and target; "
                        .formatted(
                                at,
                                machine,
                                settings.rounds(),
                                settings.seconds(),
                                settings.warmUpSeconds()));
        text.append("median (least–most)\n");
        text.append(
                "fdatasync p50 %.2f ms; idle: gateway %d MB, PostgreSQL %d MB (PSS)%n%s%n%n"
                        .formatted(
                                fdatasyncP50 / 1e3,
                                idle.between() / 1024,
                                idle.postgres() / 1024,
                                exactness.line()));
        text.append(HEAD);
        rows(work -> !work.isSlow() && work != Work.TRANSLATED, this::callRow)
                .forEach(text::append);
        if (settings.works().stream().anyMatch(Work::isOpen)) {
            text.append(OPEN_HEAD);
            rows(Work::isOpen, this::openRow).forEach(text::append);
        }
        if (!pairs.isEmpty()) {
            text.append(PAIRS_HEAD);
            for (Pair pair : Pair.values()) {
                text.append(pairRow(pair)).append('\n');
            }
        }
        if (settings.works().stream().anyMatch(Work::isSlow)) {
            text.append(SLOW_HEAD);
            rows(Work::isSlow, this::slowRow).forEach(text::append);
        }
        return text.toString();
    }

    private interface Row {
        String of(Work work, Target target);
    }

    private List<String> rows(java.util.function.Predicate<Work> which, Row row) {
        List<String> rows = new ArrayList<>();
        for (Work work : settings.works()) {
            for (Target target : Target.values()) {
                if (which.test(work)) {
                    rows.add(row.of(work, target) + "\n");
                }
            }
        }
        return rows;
    }

    private String callRow(Work work, Target target) {
        return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %d |"
                .formatted(
                        work.title(),
                        name(target),
                        spread(work, target, "%.1f", Sample::microsPerCall),
                        ratio(work, target, Sample::microsPerCall),
                        median(work, target, "%.1f", s -> s.perCall(s.cpu().postgres())),
                        median(work, target, "%.1f", s -> s.perCall(s.cpu().provider())),
                        median(work, target, "%.1f", s -> s.perCall(s.cpu().load())),
                        spread(work, target, "%.0f", Sample::callsPerSecond),
                        ratio(work, target, Sample::callsPerSecond),
                        median(work, target, "%.2f", s -> s.whole().p50() / 1e3),
                        median(work, target, "%.2f", s -> s.whole().p99() / 1e3),
                        median(work, target, "%.1f", Sample::behindSeconds),
                        of(work, target).stream().mapToLong(Sample::errors).sum());
    }

    private String openRow(Work work, Target target) {
        return "| %s | %s | %s | %s |"
                .formatted(
                        work.title(),
                        name(target),
                        added(work, target, s -> s.whole().p50() / 1e3),
                        added(work, target, s -> s.whole().p99() / 1e3));
    }

    private String pairRow(Pair pair) {
        List<Sample> ofPair = samples(pair);
        return "| %s | %s | %s | %s | %s | %s | %d |"
                .formatted(
                        name(pair.client()),
                        name(pair.provider()),
                        text("%.1f", figures(ofPair, Sample::microsPerCall)),
                        pair.isPassedThrough() ? "" : text("%.2f", timesPassedThrough(pair)),
                        text("%.1f", figures(ofPair, s -> s.perCall(s.cpu().postgres()))),
                        text("%.0f", figures(ofPair, Sample::callsPerSecond)),
                        ofPair.stream().mapToLong(Sample::errors).sum());
    }

    /// Against the pair with the same provider that translates nothing, in the same round.
    List<Double> timesPassedThrough(Pair pair) {
        List<Double> ratios = new ArrayList<>();
        for (Sample sample : samples(pair)) {
            for (Pair other : Pair.values()) {
                if (other.isPassedThrough() && other.provider() == pair.provider()) {
                    samples(other).stream()
                            .filter(s -> s.round() == sample.round() && s.calls() > 0)
                            .forEach(s -> ratios.add(sample.microsPerCall() / s.microsPerCall()));
                }
            }
        }
        return ratios;
    }

    private List<Sample> samples(Pair pair) {
        return pairs.stream().filter(m -> m.pair() == pair).map(Pair.Measured::sample).toList();
    }

    private String slowRow(Work work, Target target) {
        return "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                        work.title(),
                        name(target),
                        spread(work, target, "%.1f", Sample::percentOfCore),
                        ratio(work, target, Sample::percentOfCore),
                        spread(work, target, "%.0f", s -> s.memory().between() / 1024.0),
                        spread(work, target, "%.0f", s -> s.memory().postgres() / 1024.0));
    }

    private String median(
            Work work, Target target, String format, ToDoubleFunction<Sample> figure) {
        return number(format, Spread.of(figures(work, target, figure)).median());
    }

    private String spread(
            Work work, Target target, String format, ToDoubleFunction<Sample> figure) {
        return text(format, figures(work, target, figure));
    }

    /// Against nginx in the same round.
    private String ratio(Work work, Target target, ToDoubleFunction<Sample> figure) {
        List<Double> ratios = new ArrayList<>();
        for (Sample sample : of(work, target)) {
            double floor = same(sample, Target.NGINX).map(figure::applyAsDouble).orElse(0.0);
            if (floor > 0) {
                ratios.add(figure.applyAsDouble(sample) / floor);
            }
        }
        return target != Target.SLUICE || ratios.isEmpty() ? "" : text("%.2f", ratios);
    }

    /// On top of no gateway in the same round.
    private String added(Work work, Target target, ToDoubleFunction<Sample> figure) {
        List<Double> added = new ArrayList<>();
        for (Sample sample : of(work, target)) {
            same(sample, Target.DIRECT)
                    .ifPresent(direct ->
                            added.add(figure.applyAsDouble(sample) - figure.applyAsDouble(direct)));
        }
        return target == Target.DIRECT || added.isEmpty() ? "" : text("%.2f", added);
    }

    private List<Sample> of(Work work, Target target) {
        return samples.stream().filter(s -> s.work() == work && s.target() == target).toList();
    }

    private Optional<Sample> same(Sample sample, Target target) {
        return of(sample.work(), target).stream()
                .filter(other -> other.round() == sample.round())
                .findFirst();
    }

    private List<Double> figures(Work work, Target target, ToDoubleFunction<Sample> figure) {
        return figures(of(work, target), figure);
    }

    private static List<Double> figures(List<Sample> of, ToDoubleFunction<Sample> figure) {
        return of.stream().map(figure::applyAsDouble).toList();
    }

    private static String text(String format, List<Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        Spread spread = Spread.of(values);
        String median = number(format, spread.median());
        return values.size() == 1
                ? median
                : median
                        + " ("
                        + number(format, spread.least())
                        + "–"
                        + number(format, spread.most())
                        + ")";
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String name(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
