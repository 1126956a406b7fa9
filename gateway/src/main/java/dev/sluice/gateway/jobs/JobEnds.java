package dev.sluice.gateway.jobs;

import dev.sluice.catalog.CostLine;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.PricingContext;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.protocol.job.JobLook;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The calls of jobs at their end. The client was answered when its job was taken: whatever became
/// of the job, that is the status its call has.
public final class JobEnds {

    private static final int TAKEN = 200;

    private final Pricing pricing;

    public JobEnds(Pricing pricing) {
        this.pricing = pricing;
    }

    /// What was wanted is there, or as much of it as was made before the client stopped it: what
    /// the provider says it made is charged, at the price of the submit.
    CallRecord completed(Job job, JobLook look, Instant now) {
        PricingContext context = PricingContext.NONE;
        for (Map.Entry<String, String> served : look.served().entrySet()) {
            Dimension dimension = Dimension.ofKey(served.getKey()).orElseThrow();
            context = context.with(dimension, served.getValue());
        }
        return ended(
                job,
                now,
                new End(look.usage(), true, false, context, null, look.state().word(), TAKEN));
    }

    /// The provider failed: nothing is charged, whatever it says it used.
    CallRecord failed(Job job, JobLook look, Instant now) {
        return ended(
                job,
                now,
                new End(
                        look.usage(),
                        false,
                        false,
                        PricingContext.NONE,
                        FaultCode.UPSTREAM_ERROR.wireName(),
                        JobLook.State.FAILED.word(),
                        TAKEN));
    }

    /// Nobody knows what the provider made. The customer pays nothing; what it may cost is the
    /// operator's.
    ///
    /// @param most what it may have used
    CallRecord lost(Job job, Usage most, Instant now) {
        boolean taken = job.state() == Job.State.SUBMITTED;
        return ended(
                job,
                now,
                new End(
                        most,
                        false,
                        true,
                        PricingContext.NONE,
                        FaultCode.UPSTREAM_TIMEOUT.wireName(),
                        "lost",
                        taken ? TAKEN : FaultCode.UPSTREAM_TIMEOUT.httpStatus()));
    }

    /// A batch that held its items: each was a call of its own, so nothing is charged for it.
    ///
    /// @param ran items that were run
    CallRecord batch(Job job, long ran, Instant now) {
        return ended(
                job,
                now,
                new End(
                        Usage.of(MeterKind.REQUESTS, ran),
                        true,
                        false,
                        PricingContext.NONE,
                        null,
                        null,
                        TAKEN));
    }

    /// The provider was never asked.
    CallRecord neverSent(Job job, Instant now) {
        return ended(
                job,
                now,
                new End(
                        Usage.NONE,
                        false,
                        false,
                        PricingContext.NONE,
                        CallRecord.GATEWAY_RESTARTED,
                        null,
                        FaultCode.ESCROW_UNAVAILABLE.httpStatus()));
    }

    /// @param usage of the provider
    /// @param paid whether the customer pays for it
    private record End(
            Usage usage,
            boolean paid,
            boolean estimated,
            PricingContext context,
            @Nullable String errorCode,
            @Nullable String finishReason,
            int status) {

        Usage charged() {
            return paid ? usage : Usage.NONE;
        }

        boolean accepted() {
            return errorCode == null;
        }
    }

    private CallRecord ended(Job job, Instant now, End end) {
        CallRecord begun = job.call();
        Job.Place place = job.place();
        List<CallRecord.Attempt> attempts = new ArrayList<>(begun.attempts());
        List<CostLine> charge = List.of();
        if (place != null && !attempts.isEmpty()) {
            charge = pricing.lines(place.price(), end.charged(), end.context(), job.multiply());
            attempts.add(attempt(attempts.removeLast(), place, end, now));
        }
        CallRecord.Attempt last = attempts.isEmpty() ? null : attempts.getLast();
        CallRecord.Timings timings = begun.timings();
        return new CallRecord(
                begun.requestId(),
                begun.attribution(),
                begun.endpoint(),
                false,
                begun.modelAsked(),
                last == null ? null : last.model(),
                begun.hold(),
                end.charged(),
                false,
                charge,
                last == null ? null : last.priceVersion(),
                new CallRecord.Outcome(
                        end.status(), end.errorCode(), end.finishReason(), null, null),
                new CallRecord.Timings(
                        timings.admittedAt(), now, timings.heldMillis(), timings.firstByteMillis()),
                attempts,
                begun.decisions());
    }

    private CallRecord.Attempt attempt(
            CallRecord.Attempt begun, Job.Place place, End end, Instant now) {
        List<CostLine> cost =
                pricing.lines(place.price(), end.usage(), end.context(), BigDecimal.ONE);
        return new CallRecord.Attempt(
                begun.id(),
                begun.upstreamId(),
                begun.upstream(),
                begun.provider(),
                begun.model(),
                begun.status(),
                end.errorCode(),
                begun.providerRequestId(),
                end.accepted(),
                end.usage(),
                end.estimated(),
                cost,
                begun.priceVersion(),
                begun.startedAt(),
                Math.max(0, Duration.between(begun.startedAt(), now).toMillis()));
    }

    /// For messages about a job that is somewhere.
    static Job.Place place(Job job) {
        return Objects.requireNonNull(job.place(), () -> job.id() + " was sent nowhere");
    }
}
