package dev.sluice.gateway;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Counts every call that ended. Labels are few and bounded: nothing a caller can make up.
public final class CallMetrics implements CallObserver {

    private static final double PICOS = 1e12;

    private final MeterRegistry registry;

    public CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void ended(CallRecord call) {
        String error = call.outcome().errorCode();
        Counter.builder("sluice_calls")
                .description("Calls to models that ended, refused ones included")
                .tag("endpoint", call.endpoint())
                .tag("status", Integer.toString(call.outcome().statusCode()))
                .tag("error", error == null ? "" : error)
                .register(registry)
                .increment();
        Timer.builder("sluice_call_duration")
                .description("From arrival to the end of the call")
                .tag("endpoint", call.endpoint())
                .publishPercentileHistogram(false)
                .register(registry)
                .record(Duration.between(call.timings().admittedAt(), call.timings().endedAt()));
        Long firstByte = call.timings().firstByteMillis();
        if (firstByte != null) {
            Timer.builder("sluice_first_byte")
                    .description("From arrival to the first byte for the client")
                    .tag("endpoint", call.endpoint())
                    .register(registry)
                    .record(firstByte, TimeUnit.MILLISECONDS);
        }
        call.usage()
                .toMap()
                .forEach((meter, count) ->
                        Counter.builder("sluice_units")
                                .description("Units used, by disjoint meter")
                                .tag("unit", meter.wireName())
                                .register(registry)
                                .increment(count));
        attempts(call);
        money(call);
    }

    private void attempts(CallRecord call) {
        for (CallRecord.Attempt attempt : call.attempts()) {
            String error = attempt.errorCode();
            Counter.builder("sluice_attempts")
                    .description("Attempts at upstreams")
                    .tag("upstream", attempt.upstream())
                    .tag("error", error == null ? "" : error)
                    .register(registry)
                    .increment();
        }
    }

    /// Estimate against final, per model that was really served: the drift of SPEC M3.
    private void money(CallRecord call) {
        CallRecord.Granted hold = call.hold();
        if (hold == null || call.modelServed() == null) {
            return;
        }
        String model = call.modelServed();
        counted("sluice_held_usd", "Money held for calls", model, hold.amount());
        counted("sluice_charged_usd", "Money charged for calls", model, sum(call.chargeLines()));
    }

    private void counted(String name, String what, String model, Money amount) {
        Counter.builder(name)
                .description(what)
                .tag("model", model)
                .register(registry)
                .increment(amount.picos() / PICOS);
    }

    private static Money sum(List<CostLine> lines) {
        Money total = Money.ZERO;
        for (CostLine line : lines) {
            total = total.plus(line.amount());
        }
        return total;
    }
}
