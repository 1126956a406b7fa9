package dev.sluice.ledger.simulation;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a gateway would tell of a simulated call.
final class Records {

    private static final Attribution WHO =
            new Attribution(
                    Requests.ORGANIZATION,
                    null,
                    "key_1",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Map.of());

    private Records() {}

    /// The call as it ended, or as if it ended now.
    ///
    /// @param answered false for one that no provider answered
    static CallRecord of(HoldRequest request, Instant now, long charge, boolean answered) {
        List<CostLine> lines = charge == 0 ? List.of() : List.of(line(charge));
        int status = answered ? 200 : 502;
        return new CallRecord(
                request.requestId(),
                WHO,
                "/v1/chat/completions",
                true,
                "m1",
                answered ? "m1" : null,
                null,
                Usage.NONE,
                false,
                lines,
                "v1",
                new CallRecord.Outcome(
                        status, answered ? null : "upstream_error", null, null, null),
                new CallRecord.Timings(request.admittedAt(), now, 1L, answered ? 2L : null),
                List.of(
                        new CallRecord.Attempt(
                                "att_" + request.requestId(),
                                "up_1",
                                "east",
                                "simulated",
                                "m1",
                                status,
                                answered ? null : "upstream_error",
                                null,
                                answered,
                                Usage.NONE,
                                false,
                                lines,
                                "v1",
                                request.admittedAt(),
                                1)),
                List.of());
    }

    private static CostLine line(long picos) {
        Money amount = new Money(picos);
        return new CostLine(MeterKind.INPUT, 1, amount.toDecimal(), 1, BigDecimal.ONE, amount);
    }
}
