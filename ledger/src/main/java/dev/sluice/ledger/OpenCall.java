package dev.sluice.ledger;

import dev.sluice.ledger.journal.CallReceipts;
import dev.sluice.ledger.window.Settlement;
import java.time.Instant;

/// A call between its hold and the confirmation that PostgreSQL has its outcome.
final class OpenCall {

    final CallOrigin origin;
    final Settlement.Open hold;
    final Instant admittedAt;
    final RateWindows.Taken rates;
    final CallReceipts receipts = new CallReceipts();
    private boolean ended;
    private Runnable whenBooked = () -> {};

    OpenCall(CallOrigin origin, Settlement.Open hold, Instant admittedAt, RateWindows.Taken rates) {
        this.origin = origin;
        this.hold = hold;
        this.admittedAt = admittedAt;
        this.rates = rates;
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
    synchronized void whenBooked(Runnable run) {
        whenBooked = run;
    }

    void booked() {
        Runnable run;
        synchronized (this) {
            run = whenBooked;
        }
        run.run();
    }
}
