package dev.sluice.ledger.booking;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the rows of calls that ended.
final class CallStore {

    static final List<String> COLUMNS =
            List.of(
                    "request_id",
                    "organization_id",
                    "state",
                    "count",
                    "admitted_at",
                    "ended_at",
                    "endpoint",
                    "stream",
                    "team_id",
                    "key_id",
                    "owner",
                    "environment",
                    "workflow",
                    "product_area",
                    "customer",
                    "plan",
                    "traffic_class",
                    "end_user",
                    "action_id",
                    "tags",
                    "model",
                    "model_served",
                    "upstream_id",
                    "upstream",
                    "provider",
                    "provider_request_ids",
                    "status_code",
                    "error_code",
                    "error_message",
                    "finish_reason",
                    "service_tier",
                    "rule",
                    "estimated",
                    "hold_usd",
                    "hold_output_tokens",
                    "cost_usd",
                    "absorbed_usd",
                    "provider_usd",
                    "price_version",
                    "meters",
                    "measures",
                    "cost_lines",
                    "attempts",
                    "decisions",
                    "windows",
                    "held_ms",
                    "first_byte_ms");

    private static final List<String> JSON_COLUMNS =
            List.of("tags", "meters", "measures", "cost_lines", "attempts", "decisions", "windows");

    // Not COPY, which costs less: a database that waits inside it for a connection that died
    // without a word keeps its locks for ever, between two statements for 15 s.
    private static final String INSERT =
            "INSERT INTO call (%s) VALUES (%s)"
                    .formatted(
                            String.join(", ", COLUMNS),
                            String.join(
                                    ", ",
                                    COLUMNS.stream()
                                            .map(column ->
                                                    JSON_COLUMNS.contains(column)
                                                            ? "?::jsonb"
                                                            : "?")
                                            .toList()));

    private CallStore() {}

    static void insertSettled(Sql sql, List<Posting> postings) {
        List<List<@Nullable Object>> rows = new ArrayList<>(postings.size());
        for (Posting posting : postings) {
            Settlement.Open open = posting.open();
            rows.add(
                    row(
                            posting.call(),
                            "settled",
                            1,
                            open == null ? null : open.amount(),
                            open == null ? null : open.outputTokens(),
                            posting.settlement(),
                            posting.providerCost(),
                            posting.measures()));
        }
        sql.batch(INSERT, rows);
    }

    /// Those of the given requests that have a row.
    static Set<String> known(Sql sql, Collection<String> requestIds) {
        return new HashSet<>(
                sql.list(
                        "SELECT request_id FROM call WHERE request_id = ANY(?::text[])",
                        row -> row.text("request_id"),
                        requestIds));
    }

    /// Refused calls, or several of one kind in one row; none of them may be [#known].
    static void insertRefused(Sql sql, List<CallRecord> calls, List<Long> counts) {
        List<List<@Nullable Object>> rows = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            rows.add(
                    row(
                            calls.get(i),
                            "refused",
                            counts.get(i),
                            null,
                            null,
                            Settlement.withoutHold(Money.ZERO),
                            Money.ZERO,
                            Map.of(Measures.REFUSED, BigDecimal.valueOf(counts.get(i)))));
        }
        sql.batch(INSERT, rows);
    }

    private static List<@Nullable Object> row(
            CallRecord call,
            String state,
            long count,
            @Nullable Money hold,
            @Nullable Long holdOutputTokens,
            Settlement settlement,
            Money providerCost,
            Map<String, BigDecimal> measures) {
        List<@Nullable Object> row = new ArrayList<>(COLUMNS.size());
        Attribution who = call.attribution();
        row.addAll(
                Arrays.asList(
                        call.requestId(),
                        who == null ? null : who.organizationId(),
                        state,
                        count,
                        call.timings().admittedAt(),
                        call.timings().endedAt(),
                        call.endpoint(),
                        call.stream()));
        row.addAll(who == null ? nobody() : attribution(who));
        CallRecord.Attempt served = Posting.served(call);
        row.addAll(
                Arrays.asList(
                        call.modelAsked(),
                        call.modelServed(),
                        served == null ? null : served.upstreamId(),
                        served == null ? null : served.upstream(),
                        served == null ? null : served.provider(),
                        call.attempts().stream()
                                .map(CallRecord.Attempt::providerRequestId)
                                .filter(Objects::nonNull)
                                .toList(),
                        call.outcome().statusCode(),
                        call.outcome().errorCode(),
                        call.outcome().errorMessage(),
                        call.outcome().finishReason(),
                        call.outcome().serviceTier(),
                        call.outcome().rule(),
                        call.estimated(),
                        hold == null ? null : hold.toDecimal(),
                        holdOutputTokens,
                        settlement.charged().toDecimal(),
                        settlement.absorbed().toDecimal(),
                        providerCost.toDecimal(),
                        call.priceVersion(),
                        LedgerJson.meters(call.usage()),
                        LedgerJson.amounts(measures),
                        LedgerJson.costLines(call.chargeLines()),
                        LedgerJson.attempts(call),
                        LedgerJson.textMaps(call.decisions()),
                        LedgerJson.spent(settlement.windows()),
                        call.timings().heldMillis(),
                        call.timings().firstByteMillis()));
        return row;
    }

    private static List<@Nullable Object> attribution(Attribution who) {
        return Arrays.asList(
                who.teamId(),
                who.keyId(),
                who.owner(),
                who.environment(),
                who.workflow(),
                who.productArea(),
                who.customer(),
                who.plan(),
                who.trafficClass(),
                who.endUser(),
                who.actionId(),
                LedgerJson.texts(who.tags()));
    }

    private static List<@Nullable Object> nobody() {
        return Arrays.asList(
                null, null, null, null, null, null, null, null, null, null, null, "{}");
    }
}
