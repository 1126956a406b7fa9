package dev.sluice.ledger;

import dev.sluice.domain.Fault;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads calls: those that ended and those that are running. Calls block.
public final class Calls {

    /// Which calls to list; null matches all. Teams and keys are ids, the rest names.
    ///
    /// @param from admitted at or after
    /// @param to admitted before
    /// @param status the HTTP status code
    public record Filter(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String key,
            @Nullable String team,
            @Nullable String environment,
            @Nullable String workflow,
            @Nullable String customer,
            @Nullable String model,
            @Nullable String upstream,
            @Nullable Integer status,
            @Nullable String errorCode,
            @Nullable BigDecimal minCost,
            @Nullable String actionId,
            @Nullable String providerRequestId,
            @Nullable String owner,
            StoredCall.@Nullable State state) {

        public static final Filter ALL =
                new Filter(
                        null, null, null, null, null, null, null, null, null, null, null, null,
                        null, null, null, null);
    }

    private static final Comparator<StoredCall> NEWEST_FIRST =
            Comparator.comparing(StoredCall::admittedAt)
                    .thenComparing(StoredCall::requestId)
                    .reversed();

    private final Database database;

    public Calls(Database database) {
        this.database = database;
    }

    /// One call, running or ended.
    ///
    /// @param organizationId null for calls with an unknown credential
    public Optional<StoredCall> get(@Nullable String organizationId, String requestId) {
        return database.snapshot(sql -> {
            Optional<StoredCall> ended =
                    sql.optional(
                            """
                            SELECT * FROM call WHERE request_id = ?
                               AND organization_id IS NOT DISTINCT FROM ?
                            """,
                            CallRows::ended,
                            requestId,
                            organizationId);
            return ended.isPresent() || organizationId == null
                    ? ended
                    : sql.optional(
                            """
                            SELECT * FROM hold WHERE request_id = ? AND state = 'open'
                               AND organization_id = ?
                            """,
                            CallRows::running,
                            requestId,
                            organizationId);
        });
    }

    /// Newest first.
    ///
    /// @param organizationId null for calls with an unknown credential
    /// @throws dev.sluice.domain.FaultException for a cursor that no page gave
    public Page<StoredCall> list(
            @Nullable String organizationId, Filter filter, @Nullable String cursor, int limit) {
        int rows = Math.clamp(limit, 1, Page.LARGEST);
        Cursor after = cursor == null ? null : Cursor.read(cursor);
        // one picture of both tables: a call that ends meanwhile is in one of them
        List<StoredCall> found =
                database.snapshot(sql -> {
                    Map<String, StoredCall> calls = new LinkedHashMap<>();
                    for (StoredCall call : ended(sql, organizationId, filter, after, rows + 1)) {
                        calls.put(call.requestId(), call);
                    }
                    for (StoredCall call : running(sql, organizationId, filter, after, rows + 1)) {
                        calls.putIfAbsent(call.requestId(), call);
                    }
                    return calls.values().stream().sorted(NEWEST_FIRST).toList();
                });
        boolean more = found.size() > rows;
        List<StoredCall> data = more ? found.subList(0, rows) : found;
        return new Page<>(List.copyOf(data), more ? Cursor.of(data.getLast()).toString() : null);
    }

    /// Calls written after `seq`, oldest first. Writers commit out of order: read again from a
    /// little before the last `seq` and skip what was seen ([CallTail] does).
    List<StoredCall> since(@Nullable String organizationId, Filter filter, long seq, int limit) {
        CallFilter where = new CallFilter(organizationId).ended(filter).and("seq > ?", seq);
        return database.read(sql ->
                sql.list(
                        "SELECT * FROM call WHERE %s ORDER BY seq LIMIT %d"
                                .formatted(where.text(), limit),
                        CallRows::ended,
                        where.arguments()));
    }

    long lastSeq(@Nullable String organizationId) {
        CallFilter where = new CallFilter(organizationId);
        return database.read(sql ->
                sql.one(
                        "SELECT COALESCE(max(seq), 0) AS n FROM call WHERE " + where.text(),
                        row -> row.bigint("n"),
                        where.arguments()));
    }

    private static List<StoredCall> ended(
            Sql sql,
            @Nullable String organizationId,
            Filter filter,
            @Nullable Cursor after,
            int limit) {
        CallFilter where = new CallFilter(organizationId).ended(filter);
        return newest(sql, "call", where, after, limit, CallRows::ended);
    }

    private static List<StoredCall> running(
            Sql sql,
            @Nullable String organizationId,
            Filter filter,
            @Nullable Cursor after,
            int limit) {
        boolean endedOnly =
                filter.upstream() != null
                        || filter.status() != null
                        || filter.errorCode() != null
                        || filter.minCost() != null
                        || filter.providerRequestId() != null
                        || (filter.state() != null && filter.state() != StoredCall.State.HELD);
        if (endedOnly || organizationId == null) {
            return List.of();
        }
        CallFilter where = new CallFilter(organizationId).running(filter);
        return newest(sql, "hold", where, after, limit, CallRows::running);
    }

    private static List<StoredCall> newest(
            Sql sql,
            String table,
            CallFilter where,
            @Nullable Cursor after,
            int limit,
            java.util.function.Function<dev.sluice.store.Row, StoredCall> mapper) {
        if (after != null) {
            where.and("(admitted_at, request_id) < (?, ?)", after.admittedAt(), after.requestId());
        }
        return sql.list(
                "SELECT * FROM %s WHERE %s ORDER BY admitted_at DESC, request_id DESC LIMIT %d"
                        .formatted(table, where.text(), limit),
                mapper,
                where.arguments());
    }

    private record Cursor(Instant admittedAt, String requestId) {

        static Cursor of(StoredCall call) {
            return new Cursor(call.admittedAt(), call.requestId());
        }

        static Cursor read(String text) {
            int comma = text.indexOf(',');
            try {
                return new Cursor(
                        Instant.parse(text.substring(0, Math.max(0, comma))),
                        text.substring(comma + 1));
            } catch (DateTimeException _) {
                throw Fault.invalid("Use next_cursor of the page before.", "cursor").asException();
            }
        }

        @Override
        public String toString() {
            return admittedAt + "," + requestId;
        }
    }

    /// Conditions and their arguments, in order.
    private static final class CallFilter {
        private final List<String> conditions = new ArrayList<>();
        private final List<@Nullable Object> arguments = new ArrayList<>();

        CallFilter(@Nullable String organizationId) {
            if (organizationId == null) {
                conditions.add("organization_id IS NULL");
            } else {
                and("organization_id = ?", organizationId);
            }
        }

        CallFilter and(String condition, Object... values) {
            conditions.add(condition);
            arguments.addAll(List.of(values));
            return this;
        }

        private void andIf(String condition, @Nullable Object value) {
            if (value != null) {
                and(condition, value);
            }
        }

        CallFilter ended(Filter filter) {
            andIf("admitted_at >= ?", filter.from());
            andIf("admitted_at < ?", filter.to());
            andIf("key_id = ?", filter.key());
            andIf("team_id = ?", filter.team());
            andIf("environment = ?", filter.environment());
            andIf("workflow = ?", filter.workflow());
            andIf("customer = ?", filter.customer());
            andIf("model = ?", filter.model());
            andIf("upstream = ?", filter.upstream());
            andIf("status_code = ?", filter.status());
            andIf("error_code = ?", filter.errorCode());
            andIf("cost_usd >= ?", filter.minCost());
            andIf("action_id = ?", filter.actionId());
            andIf("provider_request_ids @> ARRAY[?::text]", filter.providerRequestId());
            andIf("owner = ?", filter.owner());
            if (filter.state() != null) {
                and("state = ?", filter.state().name().toLowerCase(java.util.Locale.ROOT));
            }
            return this;
        }

        CallFilter running(Filter filter) {
            conditions.add("state = 'open'");
            andIf("admitted_at >= ?", filter.from());
            andIf("admitted_at < ?", filter.to());
            andIf("origin->>'key' = ?", filter.key());
            andIf("origin->>'team' = ?", filter.team());
            andIf("origin->>'environment' = ?", filter.environment());
            andIf("origin->>'workflow' = ?", filter.workflow());
            andIf("origin->>'customer' = ?", filter.customer());
            andIf("origin->>'model' = ?", filter.model());
            andIf("origin->>'action_id' = ?", filter.actionId());
            andIf("origin->>'owner' = ?", filter.owner());
            return this;
        }

        String text() {
            return String.join(" AND ", conditions);
        }

        Object[] arguments() {
            return arguments.toArray();
        }
    }
}
