package dev.sluice.ledger;

import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.journal.CallReceipts;
import dev.sluice.ledger.window.Settlement;
import java.time.Instant;
import java.util.function.UnaryOperator;

/// A call between its hold and the confirmation that PostgreSQL has its outcome.
public final class OpenCall {

    private final CallOrigin origin;
    private final Instant admittedAt;
    final CallReceipts receipts = new CallReceipts();

    private volatile Settlement.Open hold;

    volatile RateWindows.Taken rates;
    private int extensions;
    private boolean ended;
    private Runnable whenBooked = () -> {};
    private boolean booked;

    OpenCall(CallOrigin origin, Settlement.Open hold, Instant admittedAt, RateWindows.Taken rates) {
        this.origin = origin;
        this.hold = hold;
        this.admittedAt = admittedAt;
        this.rates = rates;
    }

    public CallOrigin origin() {
        return origin;
    }

    public Instant admittedAt() {
        return admittedAt;
    }

    /// Grows while the call runs, never after its end.
    public Settlement.Open hold() {
        return hold;
    }

    /// The id of the next hold that is to be added to this one.
    synchronized String nextExtension() {
        return hold.requestId() + "+" + ++extensions;
    }

    /// Adds to the hold, unless the call has ended.
    ///
    /// @param join makes one hold of both
    synchronized boolean extend(UnaryOperator<Settlement.Open> join, RateWindows.Taken moreRates) {
        if (ended) {
            return false;
        }
        hold = join.apply(hold);
        rates = rates.plus(moreRates);
        return true;
    }

    /// True for whoever ends the call first.
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /// What is to run once PostgreSQL has the outcome.
    void whenBooked(Runnable run) {
        synchronized (this) {
            if (!booked) {
                whenBooked = run;
                return;
            }
        }
        run.run();
    }

    void booked() {
        Runnable run;
        synchronized (this) {
            booked = true;
            run = whenBooked;
        }
        run.run();
    }
}
