package dev.sluice.gateway.telemetry;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts every call that ended. Labels are few and bounded: nothing a caller can make up.
public final class CallMetrics implements CallObserver {

    private static final double PICOS = 1e12;

    private final MeterRegistry registry;

    // looking a meter up in the registry costs more than counting: each is looked up once
    private final Map<Ended, Counter> calls = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<String, Timer> firstBytes = new ConcurrentHashMap<>();
    private final Map<MeterKind, Counter> units = new ConcurrentHashMap<>();
    private final Map<Attempted, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, Counter> held = new ConcurrentHashMap<>();
    private final Map<String, Counter> charged = new ConcurrentHashMap<>();

    private LongSupplier turnedAway = () -> 0;

    private record Ended(String endpoint, int status, String error) {}

    private record Attempted(String upstream, String error) {}

    public CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Shows what is open and what was lost, too.
    ///
    /// @param openExchanges how many calls are not closed
    /// @param turnedAway calls that an event loop was too busy for, since the start
    public void watch(Supplier<Number> openExchanges, LongSupplier turnedAway, CallLog log) {
        Gauge.builder("sluice_open_exchanges", openExchanges)
                .description("Calls to models that are not closed")
                .register(registry);
        this.turnedAway = turnedAway;
        // it holds what it counts by weakly
        FunctionCounter.builder("sluice_calls_turned_away", this, its -> its.turnedAway.getAsLong())
                .description("Calls that were told 503 unread, because more came than are served")
                .register(registry);
        Gauge.builder("sluice_call_log_dropped", log, CallLog::dropped)
                .description("Lines of the call log that were lost")
                .register(registry);
    }

    @Override
    public void ended(CallRecord call) {
        String endpoint = call.endpoint();
        calls.computeIfAbsent(
                        new Ended(
                                endpoint,
                                call.outcome().statusCode(),
                                orEmpty(call.outcome().errorCode())),
                        this::callCounter)
                .increment();
        durations
                .computeIfAbsent(
                        endpoint,
                        _ ->
                                timer(
                                        "sluice_call_duration",
                                        "From arrival to the end of the call",
                                        endpoint))
                .record(Duration.between(call.timings().admittedAt(), call.timings().endedAt()));
        Long firstByte = call.timings().firstByteMillis();
        if (firstByte != null) {
            firstBytes
                    .computeIfAbsent(
                            endpoint,
                            _ ->
                                    timer(
                                            "sluice_first_byte",
                                            "From arrival to the first byte for the client",
                                            endpoint))
                    .record(firstByte, TimeUnit.MILLISECONDS);
        }
        call.usage()
                .toMap()
                .forEach((meter, count) ->
                        units.computeIfAbsent(meter, this::unitCounter).increment(count));
        for (CallRecord.Attempt attempt : call.attempts()) {
            attempts.computeIfAbsent(
                            new Attempted(attempt.upstream(), orEmpty(attempt.errorCode())),
                            this::attemptCounter)
                    .increment();
        }
        money(call);
    }

    private static String orEmpty(@Nullable String error) {
        return error == null ? "" : error;
    }

    private Counter callCounter(Ended ended) {
        return Counter.builder("sluice_calls")
                .description("Calls to models that ended, refused ones included")
                .tag("endpoint", ended.endpoint())
                .tag("status", Integer.toString(ended.status()))
                .tag("error", ended.error())
                .register(registry);
    }

    private Timer timer(String name, String what, String endpoint) {
        return Timer.builder(name).description(what).tag("endpoint", endpoint).register(registry);
    }

    private Counter unitCounter(MeterKind meter) {
        return Counter.builder("sluice_units")
                .description("Units used, by disjoint meter")
                .tag("unit", meter.wireName())
                .register(registry);
    }

    private Counter attemptCounter(Attempted attempted) {
        return Counter.builder("sluice_attempts")
                .description("Attempts at upstreams")
                .tag("upstream", attempted.upstream())
                .tag("error", attempted.error())
                .register(registry);
    }

    /// Estimate against final, per model that was really served: how far holds are off.
    private void money(CallRecord call) {
        CallRecord.Granted hold = call.hold();
        String model = call.modelServed();
        if (hold == null || model == null) {
            return;
        }
        held.computeIfAbsent(model, _ -> ofModel("sluice_held_usd", "Money held for calls", model))
                .increment(hold.amount().picos() / PICOS);
        charged.computeIfAbsent(
                        model, _ -> ofModel("sluice_charged_usd", "Money charged for calls", model))
                .increment(sum(call.chargeLines()).picos() / PICOS);
    }

    private Counter ofModel(String name, String what, String model) {
        return Counter.builder(name).description(what).tag("model", model).register(registry);
    }

    private static Money sum(List<CostLine> lines) {
        Money total = Money.ZERO;
        for (CostLine line : lines) {
            total = total.plus(line.amount());
        }
        return total;
    }
}
