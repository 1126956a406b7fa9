package dev.sluice.ledger.reading;

import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.booking.RollupStore;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls.Filter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds calls by what no index of theirs has, such as a team or a workflow, through the roll-ups:
/// they tell on which days, then in which slots and by which keys there were any, so that a page of
/// rare calls costs no walk over all the others, and calls that are booked need no further index.
final class RareCalls {

    /// Every call is one of these.
    private static final String COUNTED =
            "unit IN ('%s', '%s')".formatted(Measures.REQUESTS, Measures.REFUSED);

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private final @Nullable Instant from;
    private @Nullable Instant until;

    private RareCalls(String organizationId, Filter filter) {
        and("organization_id = ?", organizationId);
        conditions.add(COUNTED);
        and("team = ?", filter.team());
        and("key = ?", filter.key());
        and("owner = ?", filter.owner());
        and("environment = ?", filter.environment());
        and("workflow = ?", filter.workflow());
        and("customer = ?", filter.customer());
        and("model = ?", filter.model());
        and("upstream = ?", filter.upstream());
        from = filter.from();
        until = filter.to();
    }

    /// A way to what an organization's filter asks for; null where an index of the calls has one.
    static @Nullable RareCalls of(String organizationId, Filter filter) {
        boolean unindexed =
                filter.team() != null
                        || filter.owner() != null
                        || filter.environment() != null
                        || filter.workflow() != null
                        || filter.upstream() != null;
        Integer status = filter.status();
        boolean indexed =
                filter.actionId() != null
                        || filter.providerRequestId() != null
                        || filter.state() == StoredCall.State.REFUSED
                        || (status != null && status >= Calls.FAILURE);
        return unindexed && !indexed ? new RareCalls(organizationId, filter) : null;
    }

    private void and(String condition, @Nullable String value) {
        if (value != null) {
            conditions.add(condition);
            arguments.add(value);
        }
    }

    /// Calls admitted later are not asked for.
    void until(Instant moment) {
        Instant before = until;
        until = before == null || moment.isBefore(before) ? moment : before;
    }

    /// Newest first; takes [#arguments]. Each level is in order and ends once enough is found.
    ///
    /// @param where what the calls' own rows must be
    String select(String where, int limit) {
        String rollups = String.join(" AND ", conditions);
        return """
        SELECT c.* FROM (
               SELECT day FROM usage_day WHERE %1$s%4$s
                GROUP BY day ORDER BY day DESC) d
         CROSS JOIN LATERAL (
               SELECT c.* FROM (
                      SELECT slot, key FROM usage_rollup
                       WHERE %1$s%5$s AND slot >= day AND slot < day + interval '1 day'
                       GROUP BY slot, key ORDER BY slot DESC, key) s
                CROSS JOIN LATERAL (
                      SELECT * FROM call
                       WHERE %2$s AND key_id = s.key AND admitted_at >= slot
                         AND admitted_at < slot + interval '15 minutes'
                       ORDER BY admitted_at DESC, request_id DESC LIMIT %3$d) c
                ORDER BY slot DESC, c.admitted_at DESC, c.request_id DESC LIMIT %3$d) c
         ORDER BY day DESC, c.admitted_at DESC, c.request_id DESC LIMIT %3$d
        """
                .formatted(rollups, where, limit, bounds("day"), bounds("slot"));
    }

    private String bounds(String start) {
        return (from == null ? "" : " AND %s >= ?".formatted(start))
                + (until == null ? "" : " AND %s <= ?".formatted(start));
    }

    Object[] arguments(Object[] ofCalls) {
        List<Object> all = new ArrayList<>(arguments);
        addBounds(all, from == null ? null : RollupStore.dayOf(from));
        all.addAll(arguments);
        addBounds(all, from == null ? null : RollupStore.slotOf(from));
        all.addAll(Arrays.asList(ofCalls));
        return all.toArray();
    }

    private void addBounds(List<Object> all, @Nullable Instant first) {
        if (first != null) {
            all.add(first);
        }
        if (until != null) {
            all.add(until);
        }
    }
}
