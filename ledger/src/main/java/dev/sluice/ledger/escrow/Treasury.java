package dev.sluice.ledger.escrow;

import dev.sluice.domain.Claim;
import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Patience;
import dev.sluice.ledger.escrow.EscrowStore.Return;
import dev.sluice.ledger.escrow.EscrowStore.TakeReply;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One replica's dealings with the store: takes for calls that wait, answers recalls, renews,
/// returns what nobody needs. Each method is one step and blocks for its exchange; who calls it
/// when is not its concern.
public final class Treasury {

    private static final Logger LOG = LoggerFactory.getLogger(Treasury.class);

    /// How long a call waits for others to give back before it is refused.
    static final Duration RECALL_WAIT = Duration.ofSeconds(1);

    /// The right to spend is renewed this often, also when nothing else is exchanged.
    static final Duration RENEW_EVERY = Escrow.LEASE.dividedBy(12);

    private final EscrowStore store;
    private final Escrow escrow;
    private final Epoch epoch;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private long renewedNanos;
    private long agedNanos;

    public Treasury(
            EscrowStore store,
            Escrow escrow,
            Epoch epoch,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.store = store;
        this.escrow = escrow;
        this.epoch = epoch;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.renewedNanos = nanoTime.getAsLong();
        this.agedNanos = renewedNanos;
    }

    /// A call that waits for its hold. Hears once what became of it.
    public abstract static class Waiting {
        final HoldRequest request;
        final List<Claim> claims;
        final long outputTokensMax;
        private Patience patience = Patience.RECALL;
        private long recalledNanos;

        /// @param claims those PostgreSQL keeps
        protected Waiting(HoldRequest request, List<Claim> claims, long outputTokensMax) {
            this.request = request;
            this.claims = claims;
            this.outputTokensMax = outputTokensMax;
        }

        /// False once nobody waits any more.
        protected abstract boolean waits();

        /// The call has its hold.
        ///
        /// @return false when nobody waits any more: the hold is released
        protected abstract boolean held(Settlement.Open hold);

        protected abstract void refused(HoldResult.Refused refused);

        protected abstract void unavailable(String reason);

        /// Others were asked to give back: offer this call again in a moment.
        protected abstract void again();
    }

    /// From memory alone.
    public Settlement.@Nullable Open tryHold(
            HoldRequest request, List<Claim> claims, long outputTokens) {
        return escrow.tryHold(request, claims, outputTokens, nanoTime.getAsLong());
    }

    /// Serves calls that wait: from memory where others have made room meanwhile, the rest in one
    /// exchange.
    public void serve(List<? extends Waiting> batch) {
        List<Waiting> rest = new ArrayList<>(batch.size());
        for (Waiting waiting : batch) {
            if (!waiting.waits()) {
                continue;
            }
            Settlement.Open hold =
                    tryHold(waiting.request, waiting.claims, waiting.outputTokensMax);
            if (hold == null) {
                rest.add(waiting);
            } else {
                granted(waiting, hold);
            }
        }
        if (!rest.isEmpty()) {
            take(rest);
        }
    }

    /// One request at a time: a later one never overtakes an earlier one.
    private synchronized void take(List<Waiting> batch) {
        List<Ask> asks = new ArrayList<>(batch.size());
        for (Waiting waiting : batch) {
            asks.add(
                    new Ask(
                            waiting.request,
                            waiting.claims,
                            waiting.outputTokensMax,
                            patience(waiting)));
        }
        List<Ask> met = escrow.meet(asks);
        @Nullable TakeRequest request = null;
        long sent;
        TakeReply reply;
        try {
            giveBack(escrow.lowered());
            request = escrow.request(epoch, met);
            sent = nanoTime.getAsLong();
            CrashPoint.SLICE_BEFORE_TAKE.reached();
            reply = store.take(request);
            CrashPoint.SLICE_AFTER_TAKE.reached();
        } catch (RuntimeException e) {
            LOG.warn("{} calls get no hold: {}", batch.size(), e.toString());
            if (request != null) {
                escrow.failed(request);
            }
            batch.forEach(waiting -> waiting.unavailable("the money authority failed"));
            return;
        }
        switch (reply) {
            case TakeReply.EpochOver _ -> {
                escrow.failed(request);
                over();
                batch.forEach(waiting -> waiting.unavailable("this replica was written off"));
            }
            case TakeReply.Late _ -> throw new IllegalStateException("overtaken: " + request);
            case TakeReply.Taken taken ->
                    answer(batch, taken, escrow.taken(request, taken, sent, nanoTime.getAsLong()));
        }
    }

    private Patience patience(Waiting waiting) {
        if (waiting.patience == Patience.WAIT
                && nanoTime.getAsLong() - waiting.recalledNanos >= RECALL_WAIT.toNanos()) {
            waiting.patience = Patience.NONE;
        }
        return waiting.patience;
    }

    private void answer(
            List<Waiting> batch, TakeReply.Taken taken, List<Settlement.@Nullable Open> holds) {
        for (int i = 0; i < batch.size(); i++) {
            Waiting waiting = batch.get(i);
            Settlement.Open hold = holds.get(i);
            if (hold != null) {
                granted(waiting, hold);
                continue;
            }
            switch (taken.answers().get(i)) {
                case Answer.Decided(HoldResult.Refused refused) -> waiting.refused(refused);
                case Answer.Decided(HoldResult.Held _) -> waiting.again();
                case Answer.Decided(HoldResult.Unavailable other) ->
                        throw new IllegalStateException("no store answers " + other);
                case Answer.Recalling _ -> {
                    if (waiting.patience == Patience.RECALL) {
                        waiting.patience = Patience.WAIT;
                        waiting.recalledNanos = nanoTime.getAsLong();
                    }
                    waiting.again();
                }
            }
        }
    }

    private void granted(Waiting waiting, Settlement.Open hold) {
        if (!waiting.held(hold)) {
            escrow.release(hold);
        }
    }

    /// Gives back what others ask for and no open call needs.
    public void answerRecalls() {
        List<Return> returns = new ArrayList<>();
        store.recalled(epoch)
                .forEach((key, generation) -> returns.add(escrow.giveBack(key, generation)));
        if (!returns.isEmpty()) {
            CrashPoint.RECALL_BEFORE_ANSWER.reached();
            giveBack(returns);
            CrashPoint.RECALL_AFTER_ANSWER.reached();
        }
    }

    /// Everything that is due: renewal, what open calls hold, slices that run low or lie idle.
    public void tick() {
        long now = nanoTime.getAsLong();
        if (now - agedNanos >= Escrow.PERIOD.toNanos()) {
            agedNanos = now;
            escrow.periodPassed();
        }
        renew(now);
        Instant wall = clock.instant();
        topUp(wall);
        giveBack(escrow.unused(wall));
    }

    private synchronized void topUp(Instant wall) {
        TakeRequest topUps = escrow.topUps(epoch, wall);
        if (topUps.own().isEmpty()) {
            return;
        }
        long sent = nanoTime.getAsLong();
        switch (store.take(topUps)) {
            case TakeReply.EpochOver _ -> over();
            case TakeReply.Late _ -> throw new IllegalStateException("overtaken: " + topUps);
            case TakeReply.Taken taken -> escrow.taken(topUps, taken, sent, nanoTime.getAsLong());
        }
    }

    private void renew(long now) {
        Map<WindowKey, Long> held = escrow.heldToTell();
        if (held.isEmpty() && now - renewedNanos < RENEW_EVERY.toNanos()) {
            return;
        }
        CrashPoint.LEASE_BEFORE_RENEW.reached();
        if (store.renew(epoch, held).open()) {
            CrashPoint.LEASE_AFTER_RENEW.reached();
            escrow.renewed(now);
            escrow.told(held);
            renewedNanos = now;
        } else {
            over();
        }
    }

    private void giveBack(List<Return> returns) {
        if (!returns.isEmpty()) {
            CrashPoint.SLICE_BEFORE_RETURN.reached();
            escrow.adopt(store.giveBack(epoch, returns));
            CrashPoint.SLICE_AFTER_RETURN.reached();
        }
    }

    /// The life this replica is in.
    public Epoch epoch() {
        return epoch;
    }

    /// How long holds may be granted without a word from the store; never negative.
    public Duration leaseLeft() {
        return escrow.leaseLeft(nanoTime.getAsLong());
    }

    /// After the last call was shipped: everything returns, and this epoch is history.
    public void end() {
        store.end(epoch, "stopped");
        escrow.over();
    }

    private void over() {
        if (!escrow.isOver()) {
            LOG.error(
                    "Epoch {} was written off: this replica admits nothing until it is restarted",
                    epoch);
        }
        escrow.over();
    }
}
