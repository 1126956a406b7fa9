package dev.sluice.ledger.reading;

import dev.sluice.domain.Fault;
import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.booking.RollupStore;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was used, over any dimensions, in any time zone, from [UsageSources]. Calls block.
public final class UsageReport {

    /// The stretch one row stands for.
    public enum Interval {
        /// Finer than the roll-ups: read from the calls themselves, so for short stretches only.
        MINUTE,
        HOUR,
        DAY,
        MONTH;

        public static Optional<Interval> ofWireName(String name) {
            for (Interval interval : values()) {
                if (interval.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return Optional.of(interval);
                }
            }
            return Optional.empty();
        }
    }

    /// What to report: calls with `from` ≤ admission < `to`.
    ///
    /// @param groupBy of [#dimensions], in the order wanted
    /// @param only dimension values that calls must have; empty for all
    /// @param interval null for one row per group over the whole stretch
    public record Query(
            String organizationId,
            Instant from,
            Instant to,
            List<String> groupBy,
            Map<String, String> only,
            @Nullable Interval interval,
            ZoneId zone) {}

    /// What one group used in one stretch.
    ///
    /// @param group a value per dimension asked for; null where calls had none
    /// @param units quantities by unit: `requests`, `errors`, `usd`, `provider_usd`, tokens, …
    public record UsageRow(
            Instant start, Map<String, @Nullable String> group, Map<String, BigDecimal> units) {}

    /// Rows and their totals, of one moment.
    ///
    /// @param totals by unit, over all that the query takes; summed by the database, not by row
    public record Report(List<UsageRow> rows, Map<String, BigDecimal> totals) {}

    private final Database database;

    public UsageReport(Database database) {
        this.database = database;
    }

    /// The names `groupBy` and `only` may use.
    public static List<String> dimensions() {
        return RollupStore.DIMENSIONS;
    }

    /// Rows and totals of one moment.
    ///
    /// @throws dev.sluice.domain.FaultException as [#rows]
    public Report report(Query query) {
        Query whole =
                new Query(
                        query.organizationId(),
                        query.from(),
                        query.to(),
                        List.of(),
                        query.only(),
                        null,
                        query.zone());
        return database.snapshot(sql -> {
            List<UsageRow> total = rows(sql, whole, false);
            return new Report(
                    query.equals(whole) ? total : rows(sql, query, false),
                    total.isEmpty() ? Map.of() : total.getFirst().units());
        });
    }

    /// Rows by start, then by group.
    ///
    /// @throws dev.sluice.domain.FaultException for an unknown dimension or a zone without a region
    public List<UsageRow> rows(Query query) {
        return database.read(sql -> rows(sql, query, false));
    }

    /// As [#rows], with what calls that are no conversations used besides, by family: units named
    /// by [#ofFamily]. Conversations used the rest.
    public List<UsageRow> families(Query query) {
        return database.read(sql -> rows(sql, query, true));
    }

    /// The unit under which calls of one endpoint family count `of`: `requests`, or one of
    /// [Measures#FAMILY_TOKENS].
    public static String ofFamily(String family, String of) {
        return Measures.ofFamily(family, of);
    }

    /// Whether a unit is what calls of some family count of `of`.
    public static boolean isOfFamily(String unit, String of) {
        return unit.startsWith(Measures.FAMILY_PREFIX) && unit.endsWith(":" + of);
    }

    private static List<UsageRow> rows(Sql connection, Query query, boolean families) {
        query.groupBy().forEach(name -> requireDimension(name, "group_by"));
        query.only().keySet().forEach(name -> requireDimension(name, name));
        List<@Nullable Object> arguments = new ArrayList<>();
        String sql = statement(query, arguments, families);
        Map<List<@Nullable Object>, UsageRow> rows = new LinkedHashMap<>();
        connection.each(sql, row -> add(rows, query, row), arguments.toArray());
        return List.copyOf(rows.values());
    }

    private static void add(Map<List<@Nullable Object>, UsageRow> rows, Query query, Row row) {
        List<@Nullable Object> key = new ArrayList<>();
        Instant start = query.interval() == null ? query.from() : row.instant("start");
        key.add(start);
        Map<String, @Nullable String> group = new LinkedHashMap<>();
        for (String name : query.groupBy()) {
            String value = row.text("d_" + name);
            group.put(name, value.isEmpty() ? null : value);
            key.add(value);
        }
        rows.computeIfAbsent(key, _ -> new UsageRow(start, group, new LinkedHashMap<>()))
                .units()
                .put(row.text("unit"), row.decimal("quantity"));
    }

    private static String statement(
            Query query, List<@Nullable Object> arguments, boolean families) {
        Interval interval = query.interval();
        List<String> columns = new ArrayList<>();
        if (interval != null) {
            columns.add("date_trunc(?, at, ?) AS start");
            arguments.add(interval.name().toLowerCase(Locale.ROOT));
            arguments.add(region(query.zone()));
        }
        query.groupBy().forEach(name -> columns.add(name + " AS d_" + name));
        columns.add("unit");
        StringBuilder only = new StringBuilder();
        UsageSources.arguments(query, arguments);
        query.only()
                .forEach((name, value) -> {
                    only.append(" AND ").append(name).append(" = ?");
                    arguments.add(value);
                });
        String grouping =
                String.join(
                        ", ",
                        java.util.stream.IntStream.rangeClosed(1, columns.size())
                                .mapToObj(Integer::toString)
                                .toList());
        return """
        SELECT %s, sum(quantity) AS quantity FROM (%s) parts
         WHERE unit NOT IN ('%s', '%s')%s%s
         GROUP BY %s ORDER BY %s
        """
                .formatted(
                        String.join(", ", columns),
                        UsageSources.SQL,
                        Measures.ESTIMATE_USD,
                        Measures.FINAL_USD,
                        families ? "" : " AND unit NOT LIKE '" + Measures.FAMILY_PREFIX + "%'",
                        only,
                        grouping,
                        grouping);
    }

    // PostgreSQL reads "+02:00" with the opposite sign, so only regions are passed on
    private static String region(ZoneId zone) {
        String id = zone.getId();
        try {
            if (id.equals("Z") || !ZoneId.getAvailableZoneIds().contains(id)) {
                if (UsageSources.isUtc(zone)) {
                    return "UTC";
                }
                throw new DateTimeException("not a region");
            }
        } catch (DateTimeException e) {
            throw Fault.invalid("Name the time zone by region, as Europe/Berlin.", "time_zone")
                    .asException();
        }
        return id;
    }

    private static void requireDimension(String name, String param) {
        if (!RollupStore.DIMENSIONS.contains(name)) {
            throw Fault.invalid(
                            "'%s' is none of: %s."
                                    .formatted(name, String.join(", ", RollupStore.DIMENSIONS)),
                            param)
                    .asException();
        }
    }
}
