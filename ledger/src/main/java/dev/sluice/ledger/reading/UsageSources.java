package dev.sluice.ledger.reading;

import dev.sluice.ledger.booking.RollupStore;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the sums of a stretch are read. Whole days of UTC come from the roll-ups by day, what is
/// left of whole slots before and after them from the roll-ups by slot, and where `from` or `to`
/// cut a slot, that part comes from the call rows; rows by the minute come from there alone.
final class UsageSources {

    private static final String COLUMNS = String.join(", ", RollupStore.DIMENSIONS);

    /// Rows of `at`, the dimensions, `unit` and `quantity`; takes [#arguments].
    static final String SQL =
            """
            SELECT day AS at, %1$s, unit, quantity FROM usage_day
             WHERE organization_id = ? AND day >= ? AND day < ?
            UNION ALL
            SELECT slot, %1$s, unit, quantity FROM usage_rollup
             WHERE organization_id = ? AND slot >= ? AND slot < ?
            UNION ALL
            SELECT slot, %1$s, unit, quantity FROM usage_rollup
             WHERE organization_id = ? AND slot >= ? AND slot < ?
            UNION ALL
            SELECT admitted_at, %2$s, m.key, m.value::numeric
              FROM call CROSS JOIN LATERAL jsonb_each_text(measures) m(key, value)
             WHERE organization_id = ?
               AND (admitted_at >= ? AND admitted_at < ? OR admitted_at >= ? AND admitted_at < ?)
            """
                    .formatted(COLUMNS, String.join(", ", RollupStore.CALL_DIMENSIONS));

    private UsageSources() {}

    static void arguments(UsageReport.Query query, List<@Nullable Object> arguments) {
        Instant from = query.from();
        Instant to = query.to();
        Instant firstSlot = RollupStore.slotOf(from);
        if (firstSlot.isBefore(from)) {
            firstSlot = firstSlot.plusSeconds(RollupStore.SLOT_SECONDS);
        }
        Instant lastSlot = RollupStore.slotOf(to);
        if (query.interval() == UsageReport.Interval.MINUTE) {
            firstSlot = to;
            lastSlot = to;
        }
        Instant firstDay = RollupStore.dayOf(firstSlot);
        if (firstDay.isBefore(firstSlot)) {
            firstDay = firstDay.plus(1, ChronoUnit.DAYS);
        }
        Instant lastDay = RollupStore.dayOf(lastSlot);
        if (!mayTakeDays(query) || !firstDay.isBefore(lastDay)) {
            firstDay = lastSlot;
            lastDay = lastSlot;
        }
        stretch(query, firstDay, lastDay, arguments);
        stretch(query, firstSlot, firstDay, arguments);
        stretch(query, lastDay, lastSlot, arguments);
        arguments.add(query.organizationId());
        arguments.add(from);
        arguments.add(firstSlot.isBefore(to) ? firstSlot : to);
        // when both ends cut the same slot, the first edge has it all
        arguments.add(lastSlot.isBefore(firstSlot) ? to : lastSlot);
        arguments.add(to);
    }

    private static void stretch(
            UsageReport.Query query, Instant from, Instant to, List<@Nullable Object> arguments) {
        arguments.add(query.organizationId());
        arguments.add(from);
        arguments.add(to);
    }

    /// A day of UTC falls into one row, unless rows are shorter or begin at another midnight.
    private static boolean mayTakeDays(UsageReport.Query query) {
        return switch (query.interval()) {
            case null -> true;
            case MINUTE, HOUR -> false;
            case DAY, MONTH -> isUtc(query.zone());
        };
    }

    static boolean isUtc(ZoneId zone) {
        return zone.getRules().isFixedOffset()
                && zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds() == 0;
    }
}
