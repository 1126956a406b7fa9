package dev.sluice.gateway.calls;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.telemetry.CallObserver;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The end of every exchange, whichever way it came: settle, record, tell the metrics. An exchange
/// is closed once; later ends of the same exchange change nothing.
public final class Closing {

    /// What a refused call was told is kept so far.
    private static final int MOST_WORDS_CHARACTERS = 1_000;

    private final Deadlines deadlines;
    private final Ledger ledger;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final OpenExchanges open;
    private final CallObserver observer;
    private final Limits limits;

    public Closing(
            Deadlines deadlines,
            Ledger ledger,
            InstantSource clock,
            LongSupplier nanoTime,
            OpenExchanges open,
            CallObserver observer,
            Limits limits) {
        this.deadlines = deadlines;
        this.ledger = ledger;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.open = open;
        this.observer = observer;
        this.limits = limits;
    }

    /// Ends a call that never held anything. Returns false when it was closed before.
    public boolean refused(Exchange exchange, Fault fault) {
        if (!close(exchange)) {
            return false;
        }
        CallRecord.Outcome outcome =
                outcome(Result.NOTHING, fault.status(), fault)
                        .saying(
                                fault.message()
                                        .substring(
                                                0,
                                                Math.min(
                                                        fault.message().length(),
                                                        MOST_WORDS_CHARACTERS)));
        CallRecord record =
                exchange.record(Result.NOTHING, null, outcome, null, nanoTime.getAsLong());
        ledger.refused(record);
        observer.ended(record);
        return true;
    }

    /// Ends a call that held money but has nothing to charge for.
    public boolean failed(Exchange exchange, Fault fault) {
        return settle(exchange, Result.NOTHING, null, fault.status(), fault, () -> {});
    }

    /// Ends a call whose answer the client gets, or got in part.
    ///
    /// @param target whose answer it is
    /// @param status what the client saw; 499 when it left
    /// @param fault what went wrong after the first byte, or null
    /// @param last writes what is left to write; runs on the event loop once the outcome cannot be
    ///     lost any more, or when waiting longer would hurt the client more than a lost row
    public boolean settle(
            Exchange exchange,
            Result result,
            @Nullable PlannedTarget target,
            int status,
            @Nullable Fault fault,
            Runnable last) {
        if (exchange.isClosed()) {
            return false;
        }
        // Before it is closed: should this fail, the call can still be ended otherwise.
        CallRecord record =
                exchange.record(
                        result, target, outcome(result, status, fault), null, nanoTime.getAsLong());
        close(exchange);
        AtomicBoolean ran = new AtomicBoolean();
        Runnable once =
                () -> {
                    if (ran.compareAndSet(false, true)) {
                        CrashPoint.SETTLE_BEFORE_LAST_BYTE.reached();
                        last.run();
                        CrashPoint.SETTLE_AFTER_LAST_BYTE.reached();
                    }
                };
        Deadlines.Deadline wait = deadlines.in(limits.settleWait().toMillis(), once);
        Runnable durable =
                () ->
                        exchange.context.runOnContext(_ -> {
                            wait.cancel();
                            once.run();
                        });
        JobCall job = exchange.job();
        if (job == null) {
            ledger.settle(record, durable);
        } else {
            job.settle(record, durable);
        }
        observer.ended(record);
        return true;
    }

    /// Writes down that a provider is about to be asked; the answer comes on the exchange's event
    /// loop.
    ///
    /// @param input what the call comes to if nothing else is ever known of it
    public void attempting(
            Exchange exchange, Attempt attempt, Usage input, Consumer<Boolean> written) {
        attempting(exchange, attempt, Result.estimated(input), written);
    }

    /// Writes the attempt down once more: with more held for it, and what it comes to so far.
    public void attempting(
            Exchange exchange, Attempt attempt, Result soFar, Consumer<Boolean> written) {
        CallRecord record = ifCutNow(exchange, attempt, soFar);
        Consumer<Boolean> answer =
                mayBe -> exchange.context.runOnContext(_ -> written.accept(mayBe));
        JobCall job = exchange.job();
        if (job == null) {
            ledger.attempting(record, answer);
        } else {
            job.attempting(attempt, record, answer);
        }
    }

    /// A call that begins a job, before anybody was asked.
    CallRecord begun(Exchange exchange, HoldResult.Held held) {
        CallRecord.Outcome outcome =
                new CallRecord.Outcome(500, CallRecord.GATEWAY_RESTARTED, null, null, null);
        return exchange.record(held, outcome, nanoTime.getAsLong());
    }

    /// A call whose job an upstream took, or may have taken, in this attempt.
    CallRecord taken(Exchange exchange, Attempt attempt) {
        return ifCutNow(exchange, attempt, Result.NOTHING);
    }

    /// Ends an exchange whose call goes on as a job, which is settled when that ends.
    void handedOver(Exchange exchange) {
        exchange.leftUpstream();
        close(exchange);
    }

    /// Writes down what a call that is being relayed comes to so far.
    public void progress(Exchange exchange, Attempt attempt, Result soFar) {
        ledger.progress(ifCutNow(exchange, attempt, soFar));
    }

    /// Asks whether the first byte may go to the client; the answer comes on its event loop.
    public void relaying(Exchange exchange, Consumer<Boolean> answer) {
        ledger.relaying(
                exchange.requestId,
                mayBe -> exchange.context.runOnContext(_ -> answer.accept(mayBe)));
    }

    private CallRecord ifCutNow(Exchange exchange, Attempt attempt, Result result) {
        long now = nanoTime.getAsLong();
        CallRecord.Outcome outcome =
                new CallRecord.Outcome(
                        500,
                        CallRecord.GATEWAY_RESTARTED,
                        result.finishReason(),
                        result.serviceTier(),
                        null);
        return exchange.record(
                result,
                attempt.target,
                outcome,
                attempt.acceptedRow(result, CallRecord.GATEWAY_RESTARTED, now),
                now);
    }

    private boolean close(Exchange exchange) {
        boolean closed = exchange.close();
        if (closed) {
            open.remove(exchange);
        }
        return closed;
    }

    private static CallRecord.Outcome outcome(Result result, int status, @Nullable Fault fault) {
        String rule =
                fault == null ? null : fault.detail("rule").map(Object::toString).orElse(null);
        String code =
                fault != null
                        ? fault.code().wireName()
                        : status == FaultCode.CLIENT_CLOSED.httpStatus()
                                ? FaultCode.CLIENT_CLOSED.wireName()
                                : null;
        return new CallRecord.Outcome(
                status, code, result.finishReason(), result.serviceTier(), rule);
    }

    /// The wall clock, for what is decided now.
    InstantSource clock() {
        return clock;
    }
}
