package dev.sluice.ledger.escrow;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldRequest.WalletClaim;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Own;
import dev.sluice.ledger.escrow.EscrowStore.Return;
import dev.sluice.ledger.escrow.EscrowStore.TakeReply;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The slices of this replica and the arithmetic of holds over them. One lock guards it; nothing
/// under it waits. Knows no threads, no clock and no store: it is told, and it says what to ask.
///
/// Invariant: what open calls hold of a slice is within its amount, and the amount within what the
/// store counts for this epoch. (While a confirmation is lost, `unshipped`, and what is held by a
/// call whose end no record says, count what the store has taken already: less seems free than is.)
public final class Escrow {

    /// A system property with the seconds of a shorter lease, for tests that wait for its end.
    public static final String LEASE_PROPERTY = "sluice.lease_seconds";

    /// How long a renewal gives the right to spend, from the time it was sent.
    public static final Duration LEASE = Duration.ofSeconds(Long.getLong(LEASE_PROPERTY, 120));

    /// Taken off the lease, for a clock that runs slow and a thread that is late.
    static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

    static final int PERIODS_PER_LEASE = 6;

    /// Over which the pace of spending is measured.
    static final Duration PERIOD = LEASE.dividedBy(PERIODS_PER_LEASE);

    private static final int PERIODS_PER_MINUTE = 3;

    private static final Limit UNKNOWN = new Limit(BigDecimal.ZERO, 0);

    private final Map<WindowKey, Slice> slices = new HashMap<>();
    private final Map<String, Settlement.Open> open = new HashMap<>();
    private PublishedLimits limits = PublishedLimits.NONE;
    private long spendUntilNanos;
    private long requests;
    private int periods;
    private boolean over;

    /// @param nowNanos the monotonic time the epoch was asked for
    public Escrow(long nowNanos) {
        renewed(nowNanos);
    }

    /// Grants the whole output limit from slices, in every window or in none.
    ///
    /// @return null when the store must be asked
    public synchronized Settlement.@Nullable Open tryHold(
            HoldRequest request, List<Claim> claims, long outputTokens, long nowNanos) {
        if (!maySpend(nowNanos)) {
            return null;
        }
        for (Claim claim : claims) {
            if (!claim.rule().shadow()
                    && !carries(
                            WindowKey.of(claim),
                            Pieces.bound(claim.base(), claim.perOutputToken(), outputTokens))) {
                return null;
            }
        }
        WalletClaim wallet = request.wallet();
        if (wallet != null
                && !carries(
                        WindowKey.wallet(request.organizationId()),
                        Pieces.bound(wallet.base(), wallet.perOutputToken(), outputTokens))) {
            return null;
        }
        return hold(request, claims, outputTokens);
    }

    private boolean carries(WindowKey key, long amount) {
        Slice slice = slices.get(key);
        return slice != null && slice.free() >= amount && !slice.lowered;
    }

    private Settlement.Open hold(HoldRequest request, List<Claim> claims, long outputTokens) {
        List<HeldWindow> windows = new ArrayList<>(claims.size());
        for (Claim claim : claims) {
            windows.add(HeldWindow.of(claim, outputTokens));
        }
        Settlement.Open hold = Settlement.Open.of(request, windows, outputTokens);
        change(hold, Slice::hold);
        open.put(hold.requestId(), hold);
        return hold;
    }

    /// What was granted in addition becomes part of the hold it adds to.
    ///
    /// @param more by an id of its own
    public synchronized Settlement.Open join(Settlement.Open hold, Settlement.Open more) {
        Settlement.Open both = hold.plus(more);
        open.remove(more.requestId());
        open.put(both.requestId(), both);
        return both;
    }

    /// The call never ran: all of it is free again.
    public synchronized void release(Settlement.Open hold) {
        if (open.remove(hold.requestId()) != null) {
            change(hold, (slice, amount) -> slice.held -= amount);
        }
    }

    /// The call ended: what it used waits to be shipped, the rest is free again.
    public synchronized void settle(Settlement.Open hold, Used used) {
        if (open.remove(hold.requestId()) == null) {
            return;
        }
        change(
                hold,
                (slice, amount) -> {
                    long taken = used.of(slice.key, amount);
                    slice.held -= amount;
                    slice.unshipped += taken;
                    slice.spentNow += taken;
                });
    }

    /// The store has what the call used; one whose end no record says ends by that.
    public synchronized void shipped(Settlement.Open hold, Used used) {
        settle(hold, used);
        change(hold, (slice, amount) -> slice.unshipped -= used.of(slice.key, amount));
    }

    /// States that came with any answer of the store.
    public synchronized void adopt(Map<WindowKey, SliceState> states) {
        states.forEach((key, state) -> {
            Slice slice = slices.get(key);
            if (slice != null) {
                slice.adopt(state);
            }
        });
    }

    /// How much of a hold a call used, at most what it held.
    public interface Used {
        long of(WindowKey key, long held);
    }

    private interface Change {
        void of(Slice slice, long amount);
    }

    private void change(Settlement.Open hold, Change change) {
        for (HeldWindow window : hold.windows()) {
            if (!window.shadow()) {
                change.of(slice(window.key()), window.pieces());
            }
        }
        BigDecimal wallet = hold.walletHeld();
        if (wallet != null) {
            change.of(
                    slice(WindowKey.wallet(hold.organizationId())), Money.exactly(wallet).picos());
        }
    }

    private Slice slice(WindowKey key) {
        return slices.computeIfAbsent(key, _ -> new Slice(key, null, UNKNOWN));
    }

    /// Notes the windows of calls that wait.
    ///
    /// @return the same calls, under the limits of now
    synchronized List<Ask> meet(List<Ask> asks) {
        List<Ask> met = new ArrayList<>(asks.size());
        for (Ask ask : asks) {
            known(ask);
            List<Claim> claims = new ArrayList<>(ask.claims().size());
            for (Claim claim : ask.claims()) {
                BigDecimal limit = limit(WindowKey.of(claim), claim.rule().limit()).amount();
                claims.add(
                        limit.compareTo(claim.rule().limit()) == 0
                                ? claim
                                : claim.withLimit(limit));
            }
            met.add(new Ask(ask.request(), claims, ask.outputTokensMax(), ask.patience()));
        }
        return met;
    }

    /// Makes the request for calls that wait, and promises them what they need of what is free of
    /// their windows until [#taken] or [#failed]. No more than that: while the store does not
    /// answer, other calls go on with the rest. Windows that run low are asked for as well.
    synchronized TakeRequest request(Epoch epoch, List<Ask> asks) {
        Map<WindowKey, Long> needs = new LinkedHashMap<>();
        for (Ask ask : asks) {
            // a window that nobody uses is forgotten from time to time: also since it was met
            known(ask);
            TakeDecision.needs(ask).forEach((key, need) -> needs.merge(key, need, Slice::sum));
        }
        Map<WindowKey, Own> own = new LinkedHashMap<>();
        needs.forEach((key, need) -> own.put(key, slice(key).ask(need)));
        return new TakeRequest(epoch, ++requests, asks, own);
    }

    /// Notes the windows of a call and the limits it knows.
    private void known(Ask ask) {
        for (Claim claim : ask.claims()) {
            if (!claim.rule().shadow()) {
                WindowKey key = WindowKey.of(claim);
                Limit limit = limit(key, claim.rule().limit());
                slices.computeIfAbsent(key, _ -> new Slice(key, claim.window().end(), limit))
                        .know(limit, claim.rule().window());
            }
        }
        WalletClaim wallet = ask.request().wallet();
        if (wallet != null) {
            WindowKey key = WindowKey.wallet(ask.request().organizationId());
            Limit limit = limit(key, wallet.creditLimit());
            slices.computeIfAbsent(key, _ -> new Slice(key, null, limit)).know(limit);
        }
    }

    /// The limits as they are now. Told before calls are decided by them, so that a lower one is in
    /// force at once, also for calls that wait under the one before. What is older than what is
    /// known changes nothing.
    public synchronized void limits(PublishedLimits newest) {
        if (newest.revision() <= limits.revision()) {
            return;
        }
        // in one that this replica never saw others may have been given more than is allowed now
        boolean missedOne = newest.revision() > limits.revision() + 1;
        limits = newest;
        for (Slice slice : slices.values()) {
            Limit limit = newest.of(slice.key);
            if (limit != null) {
                slice.know(limit);
                slice.lowered |= missedOne;
            }
        }
    }

    /// The published limit of a window, or what a call brings along where there is none.
    private Limit limit(WindowKey key, BigDecimal ofCall) {
        Limit published = limits.of(key);
        return published == null ? new Limit(ofCall, 0) : published;
    }

    /// Slices of windows whose limit is lower than it was: all that no open call needs goes back
    /// before another call is granted anything.
    synchronized List<Return> lowered() {
        List<Return> returns = new ArrayList<>();
        for (Slice slice : slices.values()) {
            if (slice.lowered) {
                returns.add(slice.giveBack(0));
            }
        }
        return returns;
    }

    /// Windows whose slice has run below what the replica needs to go on without the store, and
    /// those that follow soon: asked for before a call has to wait. Promises nothing.
    synchronized TakeRequest topUps(Epoch epoch, Instant now) {
        for (Slice slice : List.copyOf(slices.values())) {
            Slice successor = slice.successor(now);
            if (successor != null) {
                slices.putIfAbsent(successor.key, successor);
            }
        }
        Map<WindowKey, Own> own = new LinkedHashMap<>();
        for (Slice slice : slices.values()) {
            long need = slice.need();
            long free = slice.free();
            if (need > 0 && free < need && !isEnded(slice, now)) {
                own.put(
                        slice.key,
                        new Own(
                                slice.limit,
                                slice.end,
                                0,
                                Math.max(0, free),
                                slice.unshipped,
                                slice.wish()));
            }
        }
        return new TakeRequest(epoch, ++requests, List.of(), own);
    }

    /// Applies the answer of the store: granted calls hold, promises end.
    ///
    /// @return for each ask the hold it got, or null; null for one that was granted means that it
    ///     is to be asked again
    synchronized List<Settlement.@Nullable Open> taken(
            TakeRequest request, TakeReply.Taken reply, long sentNanos, long nowNanos) {
        thaw(request);
        adopt(reply.slices());
        request.own()
                .forEach((key, own) -> slice(key).heard(reply.over().contains(key), own.limit()));
        renewed(sentNanos);
        List<Settlement.@Nullable Open> holds = new ArrayList<>(request.asks().size());
        for (int i = 0; i < request.asks().size(); i++) {
            Ask ask = request.asks().get(i);
            holds.add(
                    reply.answers().get(i)
                                            instanceof
                                            Answer.Decided(
                                                    HoldResult.Held(long outputTokens, Money _))
                                    && maySpend(nowNanos)
                                    && isUnderLimitsOfNow(ask, request)
                            ? hold(ask.request(), ask.claims(), outputTokens)
                            : null);
        }
        return holds;
    }

    /// False when a limit went down while the answer was on its way: what was granted stays in the
    /// slice and goes back with it.
    private boolean isUnderLimitsOfNow(Ask ask, TakeRequest request) {
        for (WindowKey key : TakeDecision.keys(ask)) {
            Slice slice = slice(key);
            Limit asked = Objects.requireNonNull(request.own().get(key)).limit();
            if (slice.lowered && !asked.isSameAs(slice.limit)) {
                return false;
            }
        }
        return true;
    }

    /// Nobody knows whether the store did it: what it may have given is learnt from its next
    /// answer.
    synchronized void failed(TakeRequest request) {
        thaw(request);
    }

    private void thaw(TakeRequest request) {
        if (!request.asks().isEmpty()) {
            request.own().forEach((key, own) -> slice(key).answered(own));
        }
    }

    /// Everything of a window that no open call needs, lowered here before the store hears of it.
    ///
    /// @param answers the recall this answers
    synchronized Return giveBack(WindowKey key, long answers) {
        return slice(key).giveBack(answers);
    }

    /// What is free of windows that have ended, or that nobody has used for two minutes; and once
    /// more what was given back without a confirmation.
    synchronized List<Return> unused(Instant now) {
        List<Return> returns = new ArrayList<>();
        for (Slice slice : slices.values()) {
            boolean asleep = slice.isIdle() && slice.wish() == 0;
            if (slice.returning || (slice.free() > 0 && (asleep || isEnded(slice, now)))) {
                returns.add(slice.giveBack(0));
            }
        }
        slices.values()
                .removeIf(slice ->
                        slice.isIdle()
                                && slice.amount == 0
                                && slice.wish() == 0
                                && slice.heldTold == 0
                                && !slice.returning);
        return returns;
    }

    private static boolean isEnded(Slice slice, Instant now) {
        return slice.end != null && !now.isBefore(slice.end);
    }

    /// What calls take of windows and the books do not have: holds of open calls, and what ended
    /// ones used. Of windows where that changed since the store was told.
    synchronized Map<WindowKey, Long> heldToTell() {
        Map<WindowKey, Long> held = new HashMap<>();
        for (Slice slice : slices.values()) {
            long taken = slice.held + slice.unshipped;
            if (taken != slice.heldTold) {
                held.put(slice.key, taken);
            }
        }
        return held;
    }

    synchronized void told(Map<WindowKey, Long> held) {
        held.forEach((key, amount) -> slice(key).heldTold = amount);
    }

    /// Once in a period: what was spent grows old.
    synchronized void periodPassed() {
        boolean minute = ++periods % PERIODS_PER_MINUTE == 0;
        for (Slice slice : slices.values()) {
            slice.periodPassed();
            if (minute) {
                slice.minutePassed();
            }
        }
    }

    /// The store confirmed that the epoch lives, in answer to something sent at `sentNanos`.
    synchronized void renewed(long sentNanos) {
        long until = sentNanos + LEASE.toNanos() - LEASE_MARGIN.toNanos();
        if (spendUntilNanos == 0 || until - spendUntilNanos > 0) {
            spendUntilNanos = until;
        }
    }

    /// This epoch was written off: nothing is granted any more.
    public synchronized void over() {
        over = true;
    }

    /// Whether anything may be granted from memory: the lease runs, nobody wrote this epoch off.
    public synchronized boolean maySpend(long nowNanos) {
        return !over && spendUntilNanos - nowNanos >= 0;
    }

    public synchronized boolean isOver() {
        return over;
    }

    public synchronized int openCalls() {
        return open.size();
    }

    /// How long the lease still gives the right to spend, never negative.
    synchronized Duration leaseLeft(long nowNanos) {
        return Duration.ofNanos(over ? 0 : Math.max(0, spendUntilNanos - nowNanos));
    }

    /// All that this replica has, in dollars.
    public synchronized Totals totals() {
        BigDecimal accounts = BigDecimal.ZERO;
        BigDecimal accountsHeld = BigDecimal.ZERO;
        BigDecimal windows = BigDecimal.ZERO;
        BigDecimal windowsHeld = BigDecimal.ZERO;
        for (Slice slice : slices.values()) {
            if (slice.key.unit() == QuotaUnit.USD) {
                BigDecimal amount = Pieces.decimal(QuotaUnit.USD, slice.amount);
                BigDecimal held = Pieces.decimal(QuotaUnit.USD, slice.held);
                if (slice.key.isWallet()) {
                    accounts = accounts.add(amount);
                    accountsHeld = accountsHeld.add(held);
                } else {
                    windows = windows.add(amount);
                    windowsHeld = windowsHeld.add(held);
                }
            }
        }
        return new Totals(slices.size(), accounts, accountsHeld, windows, windowsHeld);
    }

    /// Money counts once in its account and once in each window it is taken from.
    ///
    /// @param slices in any unit
    /// @param accountsHeld of the accounts, by open calls
    /// @param windowsHeld of the windows, by open calls
    public record Totals(
            int slices,
            BigDecimal accounts,
            BigDecimal accountsHeld,
            BigDecimal windows,
            BigDecimal windowsHeld) {}

    /// What this replica has of a window, for tests and `GET escrow`.
    public synchronized @Nullable Holding holding(WindowKey key) {
        Slice slice = slices.get(key);
        return slice == null
                ? null
                : new Holding(slice.amount, slice.held, slice.unshipped, slice.free());
    }

    /// One slice at one moment.
    public record Holding(long amount, long held, long unshipped, long free) {}
}
