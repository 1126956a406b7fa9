package dev.sluice.control.compat;

import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.ledger.reading.UsageReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The parameters of a report in buckets, checked one by one.
///
/// @param from where this page begins
/// @param to where the whole report ends; `open` when nobody said so
/// @param groupBy as asked, in the order asked
/// @param only values that calls must have, by dimension
record BucketQuery(
        Instant from,
        Instant to,
        boolean open,
        Width width,
        int limit,
        List<String> groupBy,
        Map<String, Set<String>> only) {

    private static final String PAGE = "page_";

    /// Names of OpenAI's for our dimensions.
    static final Map<String, String> DIMENSIONS =
            Map.of("project_id", "team", "user_id", "owner", "api_key_id", "key", "model", "model");

    private static final Map<String, String> FILTERS =
            Map.of(
                    "project_ids", "team",
                    "user_ids", "owner",
                    "api_key_ids", "key",
                    "models", "model");

    /// Filters of OpenAI's that nothing here could be filtered by.
    private static final Set<String> UNTOLD =
            Set.of("batch", "sources", "sizes", "context_levels", "vector_store_ids");

    /// How long a bucket is, and how many of them a page has.
    enum Width {
        MINUTE("1m", Duration.ofMinutes(1), 60, 1_440, UsageReport.Interval.MINUTE),
        HOUR("1h", Duration.ofHours(1), 24, 168, UsageReport.Interval.HOUR),
        DAY("1d", Duration.ofDays(1), 7, 31, UsageReport.Interval.DAY);

        final String wireName;
        final Duration length;
        final int usual;
        final int most;
        final UsageReport.Interval interval;

        Width(
                String wireName,
                Duration length,
                int usual,
                int most,
                UsageReport.Interval interval) {
            this.wireName = wireName;
            this.length = length;
            this.usual = usual;
            this.most = most;
            this.interval = interval;
        }

        /// The beginning of the bucket that a moment is in.
        Instant floor(Instant at) {
            return Instant.ofEpochSecond(
                    Math.floorDiv(at.getEpochSecond(), length.toSeconds()) * length.toSeconds());
        }
    }

    /// `start` ≤ admission < `end`.
    record Bucket(Instant start, Instant end) {}

    /// What a report takes besides the times.
    ///
    /// @param groups names `group_by` takes besides all dimensions
    /// @param widths lengths of buckets it knows
    /// @param mostDays the largest page of day buckets
    record Report(Set<String> groups, List<Width> widths, int mostDays) {}

    static BucketQuery of(ManagementCall call, Report report) {
        ManagementRequest request = call.request();
        onlyKnown(request);
        Width width = width(request, report);
        Instant from = seconds(request, "start_time").orElseThrow(BucketQuery::noStart);
        Optional<Instant> end = seconds(request, "end_time");
        Instant to = end.orElseGet(() -> width.floor(call.now()).plus(width.length));
        if (end.isPresent() && !from.isBefore(to)) {
            throw wrong("end_time", "must be after 'start_time'.");
        }
        int most = width == Width.DAY ? report.mostDays : width.most;
        return new BucketQuery(
                page(request, width, from, to),
                to,
                end.isEmpty(),
                width,
                limit(request, width.usual, most),
                groupBy(request, report),
                only(request));
    }

    /// The buckets of this page, each from its beginning to its end.
    List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>();
        Instant start = from;
        while (buckets.size() < limit && start.isBefore(to)) {
            Instant next = width.floor(start).plus(width.length);
            Instant end = next.isAfter(to) ? to : next;
            buckets.add(new Bucket(start, end));
            start = next;
        }
        return buckets;
    }

    static String token(Instant next) {
        byte[] text = Long.toString(next.getEpochSecond()).getBytes(StandardCharsets.UTF_8);
        return PAGE + Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    private static Instant page(ManagementRequest request, Width width, Instant from, Instant to) {
        Optional<String> token = request.query("page");
        if (token.isEmpty()) {
            return from;
        }
        try {
            if (token.get().startsWith(PAGE)) {
                byte[] text = Base64.getUrlDecoder().decode(token.get().substring(PAGE.length()));
                Instant next =
                        Instant.ofEpochSecond(
                                Long.parseLong(new String(text, StandardCharsets.UTF_8)));
                if (next.isAfter(from) && next.isBefore(to) && width.floor(next).equals(next)) {
                    return next;
                }
            }
        } catch (IllegalArgumentException | java.time.DateTimeException _) {
            // answered below
        }
        throw wrong("page", "is not one that this report gave out: take next_page as it is.");
    }

    private static void onlyKnown(ManagementRequest request) {
        Set<String> known =
                new TreeSet<>(
                        Set.of("start_time", "end_time", "bucket_width", "group_by", "limit"));
        known.add("page");
        known.addAll(FILTERS.keySet());
        for (String name : request.query().keySet()) {
            if (UNTOLD.contains(plain(name))) {
                throw wrong(name, "is nothing the roll-ups tell apart: leave it out.");
            }
            if (!known.contains(plain(name))) {
                throw wrong(name, "is not a parameter of this report.");
            }
        }
    }

    /// SDKs write lists as `group_by[]=…`.
    private static String plain(String name) {
        return name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
    }

    private static List<String> values(ManagementRequest request, String name) {
        return Stream.of(name, name + "[]")
                .flatMap(one -> request.query().getOrDefault(one, List.of()).stream())
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static Width width(ManagementRequest request, Report report) {
        String name = request.query("bucket_width").orElse(Width.DAY.wireName);
        return report.widths.stream()
                .filter(width -> width.wireName.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        wrong(
                                "bucket_width",
                                "must be one of "
                                        + String.join(
                                                ", ",
                                                report.widths.stream()
                                                        .map(width -> width.wireName)
                                                        .toList())
                                        + "."));
    }

    private static Optional<Instant> seconds(ManagementRequest request, String name) {
        return request.query(name)
                .map(text -> {
                    if (!text.matches("[0-9]{1,11}")) {
                        throw wrong(name, "must be whole seconds since 1970, such as 1764410400.");
                    }
                    return Instant.ofEpochSecond(Long.parseLong(text));
                });
    }

    private static int limit(ManagementRequest request, int usual, int most) {
        return request.query("limit")
                .map(text -> {
                    if (!text.matches("[0-9]{1,4}")
                            || Integer.parseInt(text) < 1
                            || Integer.parseInt(text) > most) {
                        throw wrong("limit", "must be a whole number from 1 to " + most + ".");
                    }
                    return Integer.parseInt(text);
                })
                .orElse(usual);
    }

    private static List<String> groupBy(ManagementRequest request, Report report) {
        Set<String> groups = new LinkedHashSet<>();
        for (String name : values(request, "group_by")) {
            boolean known = report.groups.contains(name) || UsageReport.dimensions().contains(name);
            if (!known) {
                Set<String> all = new TreeSet<>(report.groups);
                all.addAll(UsageReport.dimensions());
                throw wrong(
                        "group_by", "takes " + String.join(", ", all) + ", not '" + name + "'.");
            }
            groups.add(name);
        }
        return List.copyOf(groups);
    }

    private static Map<String, Set<String>> only(ManagementRequest request) {
        Map<String, Set<String>> only = new LinkedHashMap<>();
        FILTERS.forEach((name, dimension) -> {
            List<String> values = values(request, name);
            if (!values.isEmpty()) {
                only.put(dimension, Set.copyOf(values));
            }
        });
        return only;
    }

    private static FaultException noStart() {
        return wrong("start_time", "is required: whole seconds since 1970.");
    }

    private static FaultException wrong(String name, String problem) {
        return Fault.invalid("'" + name + "' " + problem, name).asException();
    }
}
