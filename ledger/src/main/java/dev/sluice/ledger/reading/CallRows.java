package dev.sluice.ledger.reading;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.OpenCall;
import dev.sluice.ledger.booking.LedgerJson;
import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.store.Row;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes [StoredCall]s of rows of `call` and of calls that are running.
final class CallRows {

    private CallRows() {}

    static StoredCall ended(Row row) {
        Map<String, BigDecimal> units =
                new LinkedHashMap<>(LedgerJson.readAmounts(row.text("measures")));
        units.keySet()
                .removeIf(unit ->
                        Measures.NOT_UNITS_OF_A_CALL.contains(unit)
                                || unit.startsWith(Measures.FAMILY_PREFIX));
        Usage usage = LedgerJson.readMeters(row.text("meters"));
        List<CostLine> lines = LedgerJson.readCostLines(row.text("cost_lines"));
        return new StoredCall(
                row.text("request_id"),
                attribution(row),
                StoredCall.State.valueOf(row.text("state").toUpperCase(Locale.ROOT)),
                row.bigint("count"),
                row.bigint("seq"),
                row.instant("admitted_at"),
                row.instant("ended_at"),
                row.text("endpoint"),
                row.bool("stream"),
                row.textOrNull("model"),
                row.textOrNull("model_served"),
                row.textOrNull("upstream_id"),
                row.textOrNull("upstream"),
                row.integer("status_code"),
                row.textOrNull("error_code"),
                row.textOrNull("error_message"),
                row.textOrNull("finish_reason"),
                row.textOrNull("service_tier"),
                row.textOrNull("rule"),
                row.bool("estimated"),
                row.decimalOrNull("hold_usd"),
                row.bigintOrNull("hold_output_tokens"),
                row.decimal("cost_usd"),
                row.decimal("absorbed_usd"),
                row.decimal("provider_usd"),
                row.textOrNull("price_version"),
                usage,
                units,
                lines,
                LedgerJson.readAttempts(row.text("attempts"), usage, lines),
                LedgerJson.readTextMaps(row.text("decisions")),
                row.bigintOrNull("held_ms"),
                row.bigintOrNull("first_byte_ms"));
    }

    static StoredCall running(OpenCall call) {
        CallOrigin origin = call.origin();
        return StoredCall.running(
                call.hold().requestId(),
                origin.attribution(),
                call.admittedAt(),
                origin.endpoint(),
                origin.stream(),
                origin.modelAsked(),
                null,
                call.hold().amount().toDecimal(),
                call.hold().outputTokens(),
                List.of(),
                null,
                null);
    }

    private static @Nullable Attribution attribution(Row row) {
        String organization = row.textOrNull("organization_id");
        if (organization == null) {
            return null;
        }
        return new Attribution(
                organization,
                row.textOrNull("team_id"),
                row.textOrNull("key_id"),
                row.textOrNull("owner"),
                row.textOrNull("environment"),
                row.textOrNull("workflow"),
                row.textOrNull("product_area"),
                row.textOrNull("customer"),
                row.textOrNull("plan"),
                row.textOrNull("traffic_class"),
                row.textOrNull("end_user"),
                row.textOrNull("action_id"),
                LedgerJson.readTexts(row.text("tags")));
    }
}
