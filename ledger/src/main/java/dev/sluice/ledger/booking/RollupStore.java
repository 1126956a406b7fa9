package dev.sluice.ledger.booking;

import dev.sluice.domain.Attribution;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Adds what calls used to `usage_rollup` and to `usage_day`, in the transaction of their rows.
public final class RollupStore {

    /// The grain: every time zone's hour is a whole number of slots.
    public static final long SLOT_SECONDS = 15 * 60;

    /// The dimensions by their public names, in the order of their columns.
    public static final List<String> DIMENSIONS =
            List.of(
                    "team",
                    "key",
                    "owner",
                    "environment",
                    "workflow",
                    "product_area",
                    "customer",
                    "plan",
                    "traffic_class",
                    "model",
                    "upstream");

    /// The same dimensions of a call's row, as expressions.
    public static final List<String> CALL_DIMENSIONS =
            List.of(
                    "COALESCE(team_id, '')",
                    "COALESCE(key_id, '')",
                    "COALESCE(owner, '')",
                    "COALESCE(environment, '')",
                    "COALESCE(workflow, '')",
                    "COALESCE(product_area, '')",
                    "COALESCE(customer, '')",
                    "COALESCE(plan, '')",
                    "COALESCE(traffic_class, '')",
                    "COALESCE(model, '')",
                    "COALESCE(upstream, '')");

    private final Map<Cell, Map<String, BigDecimal>> sums = new LinkedHashMap<>();

    /// @param start of the slot or of the day
    private record Cell(String organizationId, Instant start, List<String> dimensions) {
        UUID dims() {
            // MD5 as a short name, not as a proof
            return UUID.nameUUIDFromBytes(
                    String.join("\u0000", dimensions).getBytes(StandardCharsets.UTF_8));
        }

        Cell ofItsDay() {
            return new Cell(organizationId, dayOf(start), dimensions);
        }
    }

    public static Instant slotOf(Instant admittedAt) {
        return Instant.ofEpochSecond(
                Math.floorDiv(admittedAt.getEpochSecond(), SLOT_SECONDS) * SLOT_SECONDS);
    }

    /// The midnight of UTC that begins the day.
    public static Instant dayOf(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS);
    }

    /// Calls with an unknown credential belong to no organization and are in no roll-up.
    void add(CallRecord call, Map<String, BigDecimal> measures) {
        Attribution who = call.attribution();
        if (who == null) {
            return;
        }
        CallRecord.Attempt served = Posting.served(call);
        List<String> dimensions = new ArrayList<>(DIMENSIONS.size());
        for (@Nullable String value :
                new @Nullable String[] {
                    who.teamId(),
                    who.keyId(),
                    who.owner(),
                    who.environment(),
                    who.workflow(),
                    who.productArea(),
                    who.customer(),
                    who.plan(),
                    who.trafficClass(),
                    call.modelAsked(),
                    served == null ? null : served.upstream()
                }) {
            dimensions.add(value == null ? "" : value);
        }
        Cell cell = new Cell(who.organizationId(), slotOf(call.timings().admittedAt()), dimensions);
        Map<String, BigDecimal> sum = sums.computeIfAbsent(cell, _ -> new LinkedHashMap<>());
        measures.forEach((unit, quantity) -> sum.merge(unit, quantity, BigDecimal::add));
    }

    /// One statement for all slots and one for all days; rows are taken in key order, slots first,
    /// so that two writers never wait for each other in a circle.
    void write(Sql sql) {
        if (!sums.isEmpty()) {
            add(sql, SLOTS, sums);
            add(sql, DAYS, byDay());
        }
    }

    private Map<Cell, Map<String, BigDecimal>> byDay() {
        Map<Cell, Map<String, BigDecimal>> days = new LinkedHashMap<>();
        sums.forEach((cell, measures) -> {
            Map<String, BigDecimal> sum =
                    days.computeIfAbsent(cell.ofItsDay(), _ -> new LinkedHashMap<>());
            measures.forEach((unit, quantity) -> sum.merge(unit, quantity, BigDecimal::add));
        });
        return days;
    }

    private static void add(Sql sql, String statement, Map<Cell, Map<String, BigDecimal>> sums) {
        List<String> organizations = new ArrayList<>();
        List<Instant> starts = new ArrayList<>();
        List<String> dims = new ArrayList<>();
        List<String> units = new ArrayList<>();
        List<BigDecimal> quantities = new ArrayList<>();
        List<List<String>> columns = new ArrayList<>();
        DIMENSIONS.forEach(_ -> columns.add(new ArrayList<>()));
        sums.forEach((cell, measures) -> {
            String name = cell.dims().toString();
            measures.forEach((unit, quantity) -> {
                organizations.add(cell.organizationId());
                starts.add(cell.start());
                dims.add(name);
                units.add(unit);
                quantities.add(quantity);
                for (int i = 0; i < columns.size(); i++) {
                    columns.get(i).add(cell.dimensions().get(i));
                }
            });
        });
        List<@Nullable Object> arguments =
                new ArrayList<>(List.of(organizations, starts, dims, units, quantities));
        arguments.addAll(columns);
        sql.update(statement, arguments.toArray());
    }

    private static final String SLOTS = adding("usage_rollup", "slot");
    private static final String DAYS = adding("usage_day", "day");

    private static String adding(String table, String start) {
        return """
        INSERT INTO %3$s AS r (organization_id, %4$s, dims, unit, quantity, %1$s)
        SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::text[]::uuid[], ?::text[],
                             ?::numeric[]%2$s)
               AS k(organization_id, %4$s, dims, unit, quantity, %1$s)
         ORDER BY 1, 2, 3, 4
        ON CONFLICT (organization_id, %4$s, dims, unit)
        DO UPDATE SET quantity = r.quantity + excluded.quantity
        """
                .formatted(
                        String.join(", ", DIMENSIONS),
                        ", ?::text[]".repeat(DIMENSIONS.size()),
                        table,
                        start);
    }
}
