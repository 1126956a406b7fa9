package dev.sluice.gateway.calls;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.Fault;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.requests.Result;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan.PlannedTarget;
import io.vertx.core.MultiMap;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One try at one target, from the request sent to its verdict. Becomes one row of the call's
/// attempts, whichever way it ends.
public final class Attempt {

    private static final List<String> REQUEST_ID_HEADERS =
            List.of("x-request-id", "request-id", "apim-request-id");

    /// Of an id that is kept, in characters.
    private static final int LONGEST_ID = 256;

    /// Hears the verdict on an attempt, once.
    interface Verdict {
        /// Nothing of this attempt was or will be shown to the client.
        void failed(Attempt attempt, Fault fault);
    }

    final String id;
    public final PlannedTarget target;
    private final Instant startedAt;
    private final long startedNanos;

    private int status;
    private @Nullable String providerRequestId;
    private MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    public Attempt(String id, PlannedTarget target, Instant startedAt, long startedNanos) {
        this.id = id;
        this.target = target;
        this.startedAt = startedAt;
        this.startedNanos = startedNanos;
    }

    /// The head of the provider's answer is here.
    void answered(int with, MultiMap head) {
        status = with;
        headers = head;
        providerRequestId = providersId();
    }

    /// As [#answered(int, MultiMap)], of a provider that answers on a connection that was open.
    public void answered(int with, String requestId) {
        status = with;
        providerRequestId = requestId;
    }

    /// The provider's HTTP status; 0 until it answered.
    int status() {
        return status;
    }

    /// The provider's own id of a call: in the header its entry names, else in the usual ones.
    private @Nullable String providersId() {
        List<String> named = target.upstream().reach().requestIdHeaders();
        for (String name : named.isEmpty() ? REQUEST_ID_HEADERS : named) {
            String value = headers.get(name);
            if (value != null && value.length() <= LONGEST_ID) {
                return value;
            }
        }
        return null;
    }

    /// A header of the provider's answer.
    @Nullable String header(String name) {
        return headers.get(name);
    }

    /// What the provider says its answer is; empty where it does not say.
    String contentType() {
        String type = header("content-type");
        return type == null ? "" : type;
    }

    /// Whether the provider answered with success.
    boolean succeeded() {
        return status >= 200 && status <= 299;
    }

    /// The row of an attempt that failed. What it cost the operator is estimated when the provider
    /// may have worked on it.
    public CallRecord.Attempt failedRow(Fault fault, Usage cost, long nowNanos) {
        return row(
                fault.code().wireName(),
                false,
                cost,
                !cost.equals(Usage.NONE),
                PricingContext.NONE,
                nowNanos);
    }

    /// The row of the attempt whose answer the client got.
    public CallRecord.Attempt acceptedRow(
            Result result, @Nullable String errorCode, long nowNanos) {
        String named = result.providerId();
        if (providerRequestId == null && named != null && named.length() <= LONGEST_ID) {
            // no header named it: its answer's own id is what the provider knows it by
            providerRequestId = named;
        }
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
