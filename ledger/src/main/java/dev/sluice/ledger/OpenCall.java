package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.ledger.journal.Place;
import dev.sluice.ledger.journal.Receipt;
import dev.sluice.ledger.window.Settlement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A call between its hold and the confirmation that PostgreSQL has its outcome, and what of it is
/// in the journal.
final class OpenCall {

    /// Where the latest attempt stands in the journal.
    private enum Attempt {
        NONE,
        WRITING,
        ON_DISK,
        FAILED
    }

    final CallOrigin origin;
    final Instant admittedAt;

    /// Grows while the call runs, never after its end.
    volatile Settlement.Open hold;

    volatile RateWindows.Taken rates;
    private int extensions;
    private Attempt attempt = Attempt.NONE;
    private boolean ended;
    private Runnable whenBooked = () -> {};
    private final List<Consumer<Boolean>> waiting = new ArrayList<>(1);

    OpenCall(CallOrigin origin, Settlement.Open hold, Instant admittedAt, RateWindows.Taken rates) {
        this.origin = origin;
        this.hold = hold;
        this.admittedAt = admittedAt;
        this.rates = rates;
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

    synchronized void attempting() {
        attempt = Attempt.WRITING;
    }

    /// For the record of an attempt.
    ///
    /// @param written hears whether the provider may be asked
    Receipt hearsOfAttempt(Consumer<Boolean> written) {
        return new Receipt() {
            private boolean told;

            @Override
            public void written(Place at) {
                CrashPoint.ATTEMPT_AFTER_JOURNAL.reached();
                told = true;
                written.accept(true);
            }

            @Override
            public void flushed() {
                attemptOnDisk(true);
            }

            @Override
            public void failed(String reason) {
                attemptOnDisk(false);
                if (!told) {
                    written.accept(false);
                }
            }
        };
    }

    /// For the record that the client is about to get its first byte.
    ///
    /// @param answer hears whether it may
    Receipt hearsOfRelay(Consumer<Boolean> answer) {
        return new Receipt() {
            private boolean written;

            @Override
            public void written(Place at) {
                written = true;
                whenAttemptOnDisk(answer);
            }

            @Override
            public void failed(String reason) {
                if (!written) {
                    answer.accept(false);
                }
            }
        };
    }

    private void attemptOnDisk(boolean flushed) {
        List<Consumer<Boolean>> hear;
        synchronized (this) {
            attempt = flushed ? Attempt.ON_DISK : Attempt.FAILED;
            hear = List.copyOf(waiting);
            waiting.clear();
        }
        hear.forEach(consumer -> consumer.accept(flushed));
    }

    /// Runs `hear` once the attempt is on disk, with true, or will never be, with false.
    void whenAttemptOnDisk(Consumer<Boolean> hear) {
        boolean flushed;
        synchronized (this) {
            if (attempt == Attempt.WRITING) {
                waiting.add(hear);
                return;
            }
            flushed = attempt != Attempt.FAILED;
        }
        hear.accept(flushed);
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
