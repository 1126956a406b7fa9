package dev.sluice.control.usage;

import dev.sluice.control.access.Right;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.ledger.reading.UsageReport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRulesException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The parameters of `GET /admin/v1/usage`, checked one by one.
///
/// @param report what the ledger is asked
/// @param format how the rows are written
record UsageQuery(UsageReport.Query report, Format format) {

    /// Without `from`, this much before `to`.
    private static final Duration USUAL_STRETCH = Duration.ofDays(30);

    /// Hours of more than this would be too many rows for one answer.
    private static final Duration MOST_OF_HOURS = Duration.ofDays(400);

    private static final Set<String> OTHER_NAMES =
            Set.of("from", "to", "group_by", "interval", "time_zone", "format", "unowned");

    /// How rows are written; the lower-case names are public.
    enum Format {
        JSON,
        CSV,
        JSONL;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param organizationZone where `time_zone` is absent
    static UsageQuery of(ManagementCall call, ZoneId organizationZone, References references) {
        ManagementRequest request = call.request();
        onlyKnown(request);
        ZoneId zone = zone(request).orElse(organizationZone);
        Instant to = QueryTimes.instant(request, "to", zone).orElse(call.now());
        Instant from = QueryTimes.instant(request, "from", zone).orElse(to.minus(USUAL_STRETCH));
        if (!from.isBefore(to)) {
            throw wrong("from", "must be before 'to'.");
        }
        UsageReport.@Nullable Interval interval = interval(request);
        if (interval == UsageReport.Interval.HOUR
                && Duration.between(from, to).compareTo(MOST_OF_HOURS) > 0) {
            throw wrong(
                    "interval",
                    "may be hour for at most " + MOST_OF_HOURS.toDays() + " days; take day.");
        }
        return new UsageQuery(
                new UsageReport.Query(
                        call.organizationId(),
                        from,
                        to,
                        groupBy(request),
                        only(call, references),
                        interval,
                        zone),
                format(call));
    }

    /// Turns names of teams and keys into ids.
    interface References {

        String team(String reference);

        String key(String reference);
    }

    private static void onlyKnown(ManagementRequest request) {
        Set<String> known = new TreeSet<>(OTHER_NAMES);
        known.addAll(UsageReport.dimensions());
        request.query().keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw wrong(name, "is not a parameter of usage.");
                });
    }

    private static Optional<ZoneId> zone(ManagementRequest request) {
        return request.query("time_zone")
                .map(name -> {
                    if (!ZoneId.getAvailableZoneIds().contains(name)) {
                        throw wrong("time_zone", "must name a region such as Europe/Berlin.");
                    }
                    try {
                        return ZoneId.of(name);
                    } catch (ZoneRulesException _) {
                        throw wrong("time_zone", "has no rules here.");
                    }
                });
    }

    private static UsageReport.@Nullable Interval interval(ManagementRequest request) {
        Optional<String> name = request.query("interval");
        if (name.isEmpty()) {
            return null;
        }
        return UsageReport.Interval.ofWireName(name.get())
                .filter(interval -> interval != UsageReport.Interval.MINUTE)
                .orElseThrow(() -> wrong("interval", "must be hour, day or month."));
    }

    private static List<String> groupBy(ManagementRequest request) {
        return names(request, "group_by");
    }

    /// Dimensions by comma, each once.
    private static List<String> names(ManagementRequest request, String parameter) {
        Optional<String> text = request.query(parameter);
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> names = List.of(text.get().split(",", -1));
        for (String name : names) {
            if (!UsageReport.dimensions().contains(name)) {
                throw wrong(
                        parameter,
                        "takes "
                                + String.join(", ", UsageReport.dimensions())
                                + ", not '"
                                + name
                                + "'.");
            }
        }
        if (Set.copyOf(names).size() != names.size()) {
            throw wrong(parameter, "names something twice.");
        }
        return names;
    }

    private static Map<String, String> only(ManagementCall call, References references) {
        Map<String, String> only = new LinkedHashMap<>();
        for (String name : UsageReport.dimensions()) {
            call.request().query(name).ifPresent(value -> only.put(name, value));
        }
        only.computeIfPresent("team", (_, value) -> references.team(value));
        only.computeIfPresent("key", (_, value) -> references.key(value));
        for (String name : names(call.request(), "unowned")) {
            if (only.putIfAbsent(name, "") != null) {
                throw wrong("unowned", "and a filter both name " + name + ".");
            }
        }
        if (call.actor().onlyOwn(Right.USAGE_VIEW)) {
            only.put("owner", String.valueOf(call.actor().owner()));
        }
        return only;
    }

    private static Format format(ManagementCall call) {
        String name = call.request().query("format").orElse("json");
        for (Format format : Format.values()) {
            if (format.wireName().equals(name)) {
                return format;
            }
        }
        throw wrong("format", "must be json, csv or jsonl.");
    }

    private static FaultException wrong(String name, String problem) {
        return Fault.invalid("'" + name + "' " + problem, name).asException();
    }
}
