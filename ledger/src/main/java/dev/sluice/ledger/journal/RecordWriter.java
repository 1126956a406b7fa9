package dev.sluice.ledger.journal;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the parts of a record, field by field in the order of their declaration.
final class RecordWriter {

    private static final MeterKind[] METERS = MeterKind.values();

    private final ByteSink sink;

    RecordWriter(ByteSink sink) {
        this.sink = sink;
    }

    void hold(Settlement.@Nullable Open hold) {
        sink.flag(hold != null);
        if (hold == null) {
            return;
        }
        sink.text(hold.requestId());
        sink.text(hold.organizationId());
        sink.signed(hold.amount().picos());
        sink.signed(hold.outputTokens());
        sink.optionalDecimal(hold.walletHeld());
        sink.optionalDecimal(hold.creditLimit());
        sink.unsigned(hold.windows().size());
        for (HeldWindow window : hold.windows()) {
            window(window);
        }
    }

    private void window(HeldWindow window) {
        WindowKey key = window.key();
        sink.text(key.organizationId());
        sink.text(key.ruleId());
        sink.text(key.member());
        sink.oneByte(WireNumbers.of(key.unit()));
        sink.text(key.span());
        sink.instant(key.start());
        sink.optionalInstant(window.end());
        sink.decimal(window.limit());
        sink.flag(window.shadow());
        sink.decimal(window.counted());
        sink.decimal(window.held());
    }

    void call(CallRecord call) {
        sink.text(call.requestId());
        attribution(call.attribution());
        sink.text(call.endpoint());
        sink.flag(call.stream());
        sink.optionalText(call.modelAsked());
        sink.optionalText(call.modelServed());
        CallRecord.Granted granted = call.hold();
        sink.flag(granted != null);
        if (granted != null) {
            sink.signed(granted.outputTokens());
            sink.signed(granted.amount().picos());
        }
        usage(call.usage());
        sink.flag(call.estimated());
        lines(call.chargeLines());
        sink.optionalText(call.priceVersion());
        outcome(call.outcome());
        timings(call.timings());
        sink.unsigned(call.attempts().size());
        for (CallRecord.Attempt attempt : call.attempts()) {
            attempt(attempt);
        }
        sink.unsigned(call.decisions().size());
        for (Map<String, String> decision : call.decisions()) {
            texts(decision);
        }
    }

    private void attribution(@Nullable Attribution attribution) {
        sink.flag(attribution != null);
        if (attribution == null) {
            return;
        }
        sink.text(attribution.organizationId());
        sink.optionalText(attribution.teamId());
        sink.optionalText(attribution.keyId());
        sink.optionalText(attribution.owner());
        sink.optionalText(attribution.environment());
        sink.optionalText(attribution.workflow());
        sink.optionalText(attribution.productArea());
        sink.optionalText(attribution.customer());
        sink.optionalText(attribution.plan());
        sink.optionalText(attribution.trafficClass());
        sink.optionalText(attribution.endUser());
        sink.optionalText(attribution.actionId());
        texts(attribution.tags());
    }

    private void outcome(CallRecord.Outcome outcome) {
        sink.signed(outcome.statusCode());
        sink.optionalText(outcome.errorCode());
        sink.optionalText(outcome.finishReason());
        sink.optionalText(outcome.serviceTier());
        sink.optionalText(outcome.rule());
    }

    private void timings(CallRecord.Timings timings) {
        sink.instant(timings.admittedAt());
        sink.instant(timings.endedAt());
        sink.optionalLong(timings.heldMillis());
        sink.optionalLong(timings.firstByteMillis());
    }

    private void attempt(CallRecord.Attempt attempt) {
        sink.text(attempt.id());
        sink.text(attempt.upstreamId());
        sink.text(attempt.upstream());
        sink.text(attempt.provider());
        sink.text(attempt.model());
        sink.signed(attempt.status());
        sink.optionalText(attempt.errorCode());
        sink.optionalText(attempt.providerRequestId());
        sink.flag(attempt.accepted());
        usage(attempt.usage());
        sink.flag(attempt.estimated());
        lines(attempt.costLines());
        sink.optionalText(attempt.priceVersion());
        sink.instant(attempt.startedAt());
        sink.signed(attempt.durationMillis());
    }

    // pairs of meter and count, ended by a zero
    private void usage(Usage usage) {
        for (MeterKind meter : METERS) {
            long count = usage.count(meter);
            if (count > 0) {
                sink.oneByte(WireNumbers.of(meter));
                sink.unsigned(count);
            }
        }
        sink.oneByte(0);
    }

    private void lines(List<CostLine> lines) {
        sink.unsigned(lines.size());
        for (CostLine line : lines) {
            sink.oneByte(WireNumbers.of(line.meter()));
            sink.signed(line.quantity());
            sink.decimal(line.unitPrice());
            sink.signed(line.unitsPerPrice());
            sink.decimal(line.multiply());
            sink.signed(line.amount().picos());
        }
    }

    private void texts(Map<String, String> texts) {
        sink.unsigned(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            sink.text(text.getKey());
            sink.text(text.getValue());
        }
    }
}
