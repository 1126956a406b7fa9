package dev.sluice.ledger.booking;

import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.window.Change;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What calls that ended change: who pays for them, and what that takes of windows, accounts and
/// slices whose rows are locked. Pure: a store reads rows, adds the calls it does not have yet, and
/// writes what came of them.
public final class Booking {

    /// What an epoch's calls can be settled from.
    public enum Standing {
        /// From its slices.
        OPEN,
        /// Its slices are not in the books any more, because the books were put back: from what
        /// windows and accounts have left.
        PUT_BACK,
        /// It was declared over, and others may have spent its slices: nobody pays.
        OVER;

        /// Of an epoch that the books know.
        ///
        /// @param restored it was ended because the books were put back
        public static Standing of(boolean open, boolean restored) {
            return open ? OPEN : restored ? PUT_BACK : OVER;
        }

        /// The same for calls that the books may have had and lost.
        public Standing again() {
            return this == OPEN ? PUT_BACK : this;
        }
    }

    private final Standing standing;
    private final Map<WindowKey, Balance> balances;
    private final Map<WindowKey, Long> slices;
    private final Map<WindowKey, BigDecimal> limits;
    private final Map<WindowKey, Change> changes = new LinkedHashMap<>();
    private final Map<WindowKey, Long> taken = new LinkedHashMap<>();
    private final List<Posting> postings = new ArrayList<>();

    /// @param balances of all windows and accounts that the calls hold something of
    /// @param slices what the epoch has of them; nobody looks where [#needsSlices] is false
    /// @param limits the newest ones that windows have met; nobody looks where [#needsLimits] is
    ///     false
    public Booking(
            Standing standing,
            Map<WindowKey, Balance> balances,
            Map<WindowKey, Long> slices,
            Map<WindowKey, BigDecimal> limits) {
        this.standing = standing;
        this.balances = new HashMap<>(balances);
        this.slices = Map.copyOf(slices);
        this.limits = Map.copyOf(limits);
    }

    /// Whether what an epoch has decides anything about these calls.
    public static boolean needsSlices(Standing standing, List<Shipment> shipments) {
        return standing == Standing.OPEN && shipments.stream().anyMatch(Booking::isEstimated);
    }

    /// Whether what windows have left decides anything about these calls.
    public static boolean needsLimits(Standing standing, List<Shipment> shipments) {
        return standing == Standing.PUT_BACK
                || (standing == Standing.OPEN
                        && shipments.stream().anyMatch(Booking::usedMoreThanHeld));
    }

    private static boolean isEstimated(Shipment shipment) {
        return shipment.known() == RecoveredCall.Known.ESTIMATED;
    }

    private static boolean usedMoreThanHeld(Shipment shipment) {
        Settlement.Open hold = shipment.hold();
        if (hold == null || isEstimated(shipment)) {
            return false;
        }
        Money charge = Posting.sum(shipment.call().chargeLines());
        for (HeldWindow window : hold.windows()) {
            BigDecimal used =
                    Settlement.actual(window.key().unit(), charge, shipment.call().usage());
            if (!window.shadow() && used.compareTo(window.held()) > 0) {
                return true;
            }
        }
        return false;
    }

    /// Adds a call that the books do not have. Calls whose end is known come before those whose
    /// end is not.
    public Posting add(Shipment shipment) {
        Settlement.Open hold = shipment.hold();
        Posting posting =
                switch (standing) {
                    case OPEN -> settle(shipment, hold);
                    case PUT_BACK -> settle(shipment, hold == null ? null : hold.unheld());
                    case OVER -> late(shipment);
                };
        postings.add(posting);
        return posting;
    }

    private Posting settle(Shipment shipment, Settlement.@Nullable Open hold) {
        CallRecord call = shipment.call();
        Money charge = Posting.sum(call.chargeLines());
        if (hold == null) {
            return Posting.of(call, null, Settlement.withoutHold(charge), false);
        }
        boolean estimated = isEstimated(shipment);
        Settlement.Open has = hold;
        if (!estimated) {
            has = hold.under(limits);
        } else if (standing == Standing.OPEN) {
            has = hold.within(this::left);
        }
        Settlement settlement =
                estimated
                        ? Settlement.withinHold(has, charge, call.usage())
                        : Settlement.of(
                                has,
                                charge,
                                call.usage(),
                                this::balance,
                                balance(WindowKey.wallet(hold.organizationId())));
        for (Settlement.WindowChange change : settlement.windows()) {
            HeldWindow window = change.window();
            BigDecimal spent = change.spent().add(window.counted());
            change(
                    window.key(),
                    spent,
                    window.shadow()
                            ? BigDecimal.ZERO
                            : spent.min(window.held().add(window.counted())));
        }
        BigDecimal walletHeld = has.walletHeld();
        if (walletHeld != null) {
            change(
                    WindowKey.wallet(hold.organizationId()),
                    settlement.walletSpent(),
                    settlement.walletSpent().min(walletHeld));
        }
        return Posting.of(call, hold, settlement, shipment.abandoned());
    }

    // what an epoch that is over still tells is booked in full, and nobody pays it
    private static Posting late(Shipment shipment) {
        CallRecord call = shipment.call();
        return Posting.of(
                call,
                shipment.hold(),
                Settlement.withoutHold(Posting.sum(call.chargeLines())),
                shipment.abandoned());
    }

    private Balance balance(WindowKey key) {
        return balances.getOrDefault(key, Balance.EMPTY);
    }

    /// What is left of a slice. The record that a call ended with less than it held may be lost
    /// with the power, after the rest was given to others: then its estimate does not get it twice.
    private long left(WindowKey key) {
        return slices.getOrDefault(key, 0L) - taken.getOrDefault(key, 0L);
    }

    private void change(WindowKey key, BigDecimal spent, BigDecimal ofSlice) {
        Change change = changes.computeIfAbsent(key, _ -> new Change());
        change.spent = change.spent.add(spent);
        change.escrowed = change.escrowed.subtract(ofSlice);
        change.calls++;
        balances.computeIfPresent(
                key, (_, old) -> new Balance(old.used().add(spent), old.held().subtract(ofSlice)));
        long pieces = Pieces.floor(key.unit(), ofSlice);
        if (pieces != 0) {
            taken.merge(key, pieces, Math::addExact);
        }
    }

    /// What was added, in its order.
    public List<Posting> postings() {
        return postings;
    }

    /// What windows and accounts change by.
    public Map<WindowKey, Change> changes() {
        return changes;
    }

    /// What leaves the slices of the epoch.
    public Map<WindowKey, Long> taken() {
        return taken;
    }

    /// What the operator bears of all that was added.
    public Money absorbed() {
        Money absorbed = Money.ZERO;
        for (Posting posting : postings) {
            absorbed = absorbed.plus(posting.settlement().absorbed());
        }
        return absorbed;
    }
}
