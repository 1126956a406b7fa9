package dev.sluice.ledger.reading;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Fault;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.OpenCall;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.jobs.JobRows;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads calls: those that ended, of all replicas, and those that are running on this one. Calls
/// block.
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

        /// Of everything, the one that a provider knows under this id.
        public static Filter ofProviderRequest(String id) {
            return new Filter(
                    null, null, null, null, null, null, null, null, null, null, null, null, null,
                    id, null, null);
        }
    }

    /// Calls of this status and above have an index of their own.
    static final int FAILURE = 400;

    private static final Comparator<StoredCall> NEWEST_FIRST =
            Comparator.comparing(StoredCall::admittedAt)
                    .thenComparing(StoredCall::requestId)
                    .reversed();

    private final Database database;
    private final EscrowLedger ledger;

    /// @param ledger knows the calls that are running on this replica
    public Calls(Database database, EscrowLedger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /// One call, running or ended.
    ///
    /// @param organizationId null for calls with an unknown credential
    public Optional<StoredCall> get(@Nullable String organizationId, String requestId) {
        // running first: a call that ends in between has its row by then, or is found running
        OpenCall running = ledger.running(requestId);
        Optional<StoredCall> job = job(organizationId, requestId);
        Optional<StoredCall> ended =
                database.read(sql ->
                        sql.optional(
                                """
                                SELECT * FROM call WHERE request_id = ?
                                   AND organization_id IS NOT DISTINCT FROM ?
                                """,
                                CallRows::ended,
                                requestId,
                                organizationId));
        return ended.or(() -> job)
                .or(() ->
                        Optional.ofNullable(running)
                                .filter(call -> call.hold().organizationId().equals(organizationId))
                                .map(CallRows::running));
    }

    /// A job that is not at its end is a call that runs, on no replica.
    private Optional<StoredCall> job(@Nullable String organizationId, String requestId) {
        return organizationId == null
                ? Optional.empty()
                : database.read(sql -> JobRows.openByRequest(sql, organizationId, requestId))
                        .map(JobRows::running);
    }

    /// Newest first.
    ///
    /// @param organizationId null for calls with an unknown credential
    /// @throws dev.sluice.domain.FaultException for a cursor that no page gave
    public Page<StoredCall> list(
            @Nullable String organizationId, Filter filter, @Nullable String cursor, int limit) {
        int rows = Math.clamp(limit, 1, Page.LARGEST);
        Cursor after = cursor == null ? null : Cursor.read(cursor);
        // running first: a call that ends in between is then found twice, never not at all
        List<StoredCall> running = running(organizationId, filter, after);
        Map<String, StoredCall> calls = new LinkedHashMap<>();
        database.read(sql -> ended(sql, organizationId, filter, after, rows + 1))
                .forEach(call -> calls.put(call.requestId(), call));
        running.forEach(call -> calls.putIfAbsent(call.requestId(), call));
        List<StoredCall> found = calls.values().stream().sorted(NEWEST_FIRST).toList();
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
        if (after != null) {
            where.and("(admitted_at, request_id) < (?, ?)", after.admittedAt(), after.requestId());
        }
        RareCalls rare = organizationId == null ? null : RareCalls.of(organizationId, filter);
        if (rare != null) {
            if (after != null) {
                rare.until(after.admittedAt());
            }
            return sql.list(
                    rare.select(where.text(), limit),
                    CallRows::ended,
                    rare.arguments(where.arguments()));
        }
        return sql.list(
                "SELECT * FROM call WHERE %s ORDER BY admitted_at DESC, request_id DESC LIMIT %d"
                        .formatted(where.text(), limit),
                CallRows::ended,
                where.arguments());
    }

    private List<StoredCall> running(
            @Nullable String organizationId, Filter filter, @Nullable Cursor after) {
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
        Stream<StoredCall> jobs =
                database.read(sql -> JobRows.open(sql, organizationId)).stream()
                        .map(JobRows::running);
        Stream<StoredCall> here =
                ledger.running().stream()
                        .filter(call -> call.hold().organizationId().equals(organizationId))
                        .map(CallRows::running);
        return Stream.concat(here, jobs)
                .filter(call -> matches(call, filter))
                .filter(call -> after == null || after.isBefore(call))
                .toList();
    }

    private static boolean matches(StoredCall call, Filter filter) {
        Attribution who = Objects.requireNonNull(call.attribution());
        return (filter.from() == null || !call.admittedAt().isBefore(filter.from()))
                && (filter.to() == null || call.admittedAt().isBefore(filter.to()))
                && is(filter.key(), who.keyId())
                && is(filter.team(), who.teamId())
                && is(filter.environment(), who.environment())
                && is(filter.workflow(), who.workflow())
                && is(filter.customer(), who.customer())
                && is(filter.model(), call.model())
                && is(filter.actionId(), who.actionId())
                && is(filter.owner(), who.owner());
    }

    private static boolean is(@Nullable String wanted, @Nullable String value) {
        return wanted == null || wanted.equals(value);
    }

    private record Cursor(Instant admittedAt, String requestId) {

        /// Whether a list that goes on after this place still has the call before it.
        boolean isBefore(StoredCall call) {
            int byTime = call.admittedAt().compareTo(admittedAt);
            return byTime < 0 || (byTime == 0 && call.requestId().compareTo(requestId) < 0);
        }

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
            if (filter.status() != null) {
                and("status_code = ?", filter.status());
                // as the index of them says it, which an argument cannot
                if (filter.status() >= FAILURE) {
                    conditions.add("status_code >= " + FAILURE);
                }
            }
            andIf("error_code = ?", filter.errorCode());
            andIf("cost_usd >= ?", filter.minCost());
            andIf("action_id = ?", filter.actionId());
            if (filter.providerRequestId() != null) {
                String id = filter.providerRequestId();
                // two indexes: nearly every call has one attempt
                and(
                        "(provider_request_ids[1] = ? OR cardinality(provider_request_ids) > 1"
                                + " AND provider_request_ids @> ARRAY[?::text])",
                        id,
                        id);
            }
            andIf("owner = ?", filter.owner());
            if (filter.state() != null) {
                // a word of ours, in the text for the same reason
                conditions.add(
                        "state = '%s'".formatted(filter.state().name().toLowerCase(Locale.ROOT)));
            }
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
