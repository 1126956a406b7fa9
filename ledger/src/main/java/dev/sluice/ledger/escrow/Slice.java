package dev.sluice.ledger.escrow;

import dev.sluice.domain.Window;
import dev.sluice.ledger.window.WindowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What this replica has of one window. Guarded by the lock of its [Escrow].
final class Slice {

    /// At most so long before its window begins a slice is asked for.
    static final Duration AHEAD = Duration.ofSeconds(30);

    final WindowKey key;
    final @Nullable Instant end;

    /// What its key is an instance of; null for accounts.
    private @Nullable Window window;

    /// Of the rule, or the credit limit of an account, as the newest call knew it.
    Limit limit;

    /// As the store last said.
    long amount;

    long version;

    /// Of open calls.
    long held;

    /// Part of what is free, promised to a request that is on its way to the store.
    private long frozen;

    /// Whether a request for calls that wait is on its way to the store.
    private boolean asked;

    /// Of calls that ended and are not in the store yet.
    long unshipped;

    /// Spent in this period, in the busiest one of this minute, and in that of the minute before:
    /// how much a replica needs at hand.
    long spentNow;

    private long busiestNow;
    private long busiestBefore;

    /// The held figure the store was last told.
    long heldTold;

    /// Lowered here, and the store has not confirmed it.
    boolean returning;

    /// The limit went down, or may have been higher for a while, and more may be counted than it
    /// allows: until the store says otherwise nothing is granted from memory, and what becomes free
    /// goes back.
    boolean lowered;

    Slice(WindowKey key, @Nullable Instant end, Limit limit) {
        this.key = key;
        this.end = end;
        this.limit = limit;
    }

    long free() {
        return amount - held - frozen - unshipped;
    }

    /// The largest hold of this minute and of the one before.
    long largestNow;

    long largestBefore;

    /// What the replica should have free, so that a lease passes without the store: its spending in
    /// that time at the pace of its busiest period, room for as many calls as are open, and for
    /// some more of the largest.
    long need() {
        long busiest = Math.max(spentNow, Math.max(busiestNow, busiestBefore));
        long largest = Math.max(largestNow, largestBefore);
        long spent = saturated(busiest, Escrow.PERIODS_PER_LEASE);
        return sum(sum(spent, held), saturated(largest, 2));
    }

    /// What it asks for when it has less than it needs: some more, not to ask again at once.
    long wish() {
        long need = need();
        return sum(need, need / 4);
    }

    /// What the instance after this one begins with, when that is soon and this one is in use: its
    /// pace, so that it is filled beforehand and emptied like any other if nobody comes.
    ///
    /// @return null when there is nothing to do yet
    @Nullable Slice successor(Instant now) {
        if (window == null || end == null || need() == 0) {
            return null;
        }
        // not all at the same moment: a midnight ends very many
        long jitter =
                Math.floorMod(Objects.hash(key.ruleId(), key.member()), AHEAD.toSeconds() / 2);
        if (now.isBefore(end.minus(AHEAD).plusSeconds(jitter)) || !now.isBefore(end)) {
            return null;
        }
        Window.Instance next = window.at(end);
        Slice successor = new Slice(key.startingAt(next.start()), next.end(), limit);
        successor.window = window;
        successor.busiestNow = Math.max(spentNow, Math.max(busiestNow, busiestBefore));
        successor.largestNow = Math.max(largestNow, largestBefore);
        return successor;
    }

    void know(Limit newest, Window of) {
        window = of;
        know(newest);
    }

    void know(Limit newest) {
        lowered |= newest.amount().compareTo(limit.amount()) < 0;
        limit = newest;
    }

    /// What the store said to a request under a limit. It knows of more than this replica: that
    /// everything fits is believed under the limit of now only, that it does not under any.
    void heard(boolean over, Limit asked) {
        lowered = over || (lowered && !asked.isSameAs(limit));
    }

    /// What a request says of it, which is promised as much of what is free as its calls need.
    EscrowStore.Own ask(long need) {
        long all = Math.max(0, free());
        long free = Math.min(all, need);
        frozen += free;
        asked = true;
        return new EscrowStore.Own(limit, end, free, all - free, unshipped, wish());
    }

    /// The promise of [#ask] is over.
    void answered(EscrowStore.Own own) {
        frozen -= own.free();
        asked = false;
    }

    void hold(long pieces) {
        held = Math.addExact(held, pieces);
        largestNow = Math.max(largestNow, pieces);
    }

    void periodPassed() {
        busiestNow = Math.max(busiestNow, spentNow);
        spentNow = 0;
    }

    void minutePassed() {
        busiestBefore = busiestNow;
        busiestNow = 0;
        largestBefore = largestNow;
        largestNow = 0;
    }

    /// Nothing depends on it any more.
    boolean isIdle() {
        return held == 0 && frozen == 0 && unshipped == 0 && !asked;
    }

    /// Takes over what the store said, unless it is older than what was heard before. The same
    /// version is no news either: the amount may have been lowered here since.
    void adopt(SliceState state) {
        if (state.version() > version) {
            amount = state.amount();
            version = state.version();
            returning = false;
        }
    }

    /// Lowers the slice to what is in use.
    EscrowStore.Return giveBack(long answers) {
        amount -= Math.max(0, free());
        returning = true;
        return new EscrowStore.Return(key, amount, version, answers);
    }

    static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static long saturated(long amount, long times) {
        return amount > Long.MAX_VALUE / times ? Long.MAX_VALUE : amount * times;
    }
}
