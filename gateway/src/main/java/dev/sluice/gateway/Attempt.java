package dev.sluice.gateway;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.Fault;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One try at one target, from the request sent to its verdict. Becomes one row of the call's
/// attempts, whichever way it ends.
final class Attempt {

    /// Hears the verdict on an attempt, once.
    interface Verdict {
        /// Nothing of this attempt was or will be shown to the client.
        void failed(Attempt attempt, Fault fault);
    }

    final String id;
    final PlannedTarget target;
    private final Instant startedAt;
    private final long startedNanos;

    /// The provider's HTTP status; 0 until it answered.
    int status;

    @Nullable String providerRequestId;

    Attempt(String id, PlannedTarget target, Instant startedAt, long startedNanos) {
        this.id = id;
        this.target = target;
        this.startedAt = startedAt;
        this.startedNanos = startedNanos;
    }

    /// The row of an attempt that failed. What it cost the operator is estimated when the provider
    /// may have worked on it.
    CallRecord.Attempt failedRow(Fault fault, Usage cost, long nowNanos) {
        return row(
                fault.code().wireName(),
                false,
                cost,
                !cost.equals(Usage.NONE),
                PricingContext.NONE,
                nowNanos);
    }

    /// The row of the attempt whose answer the client got.
    CallRecord.Attempt acceptedRow(Result result, @Nullable String errorCode, long nowNanos) {
        return row(errorCode, true, result.usage(), result.estimated(), result.context(), nowNanos);
    }

    private CallRecord.Attempt row(
            @Nullable String errorCode,
            boolean accepted,
            Usage usage,
            boolean estimated,
            PricingContext context,
            long nowNanos) {
        List<CostLine> cost = Charges.lines(target, usage, context, BigDecimal.ONE);
        return new CallRecord.Attempt(
                id,
                target.upstream().id(),
                target.upstream().name(),
                target.upstream().provider(),
                target.upstreamModel(),
                status,
                errorCode,
                providerRequestId,
                accepted,
                usage,
                estimated,
                cost,
                target.priceVersion(),
                startedAt,
                (nowNanos - startedNanos) / 1_000_000);
    }
}
