package dev.sluice.ledger.window;

import dev.sluice.domain.HoldRequest.WalletClaim;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What settling one call does to its windows and its account. Pure.
///
/// @param charged what the customer pays
/// @param absorbed what was used beyond the hold and did not fit anywhere: the operator's
/// @param walletSpent what leaves the account, zero when the account is left alone
public record Settlement(
        Money charged, Money absorbed, List<WindowChange> windows, BigDecimal walletSpent) {

    /// What settling does to one window.
    ///
    /// @param spent what settlement adds to `spent`; the whole of what was held is released
    public record WindowChange(HeldWindow window, BigDecimal spent) {}

    /// A hold as it was recorded.
    ///
    /// @param walletHeld null when the account is left alone
    /// @param creditLimit of the account at admission; null with `walletHeld`
    public record Open(
            String requestId,
            String organizationId,
            Money amount,
            long outputTokens,
            @Nullable BigDecimal walletHeld,
            @Nullable BigDecimal creditLimit,
            List<HeldWindow> windows) {

        public static Open of(
                dev.sluice.domain.HoldRequest request,
                List<HeldWindow> windows,
                long outputTokens) {
            WalletClaim wallet = request.wallet();
            Money walletHeld = wallet == null ? null : new Money(wallet.amountAt(outputTokens));
            return new Open(
                    request.requestId(),
                    request.organizationId(),
                    walletHeld == null ? largestMoney(windows) : walletHeld,
                    outputTokens,
                    walletHeld == null ? null : walletHeld.toDecimal(),
                    wallet == null ? null : wallet.creditLimit(),
                    windows);
        }

        /// The same hold with what was granted in addition.
        public Open plus(Open more) {
            return new Open(
                    requestId,
                    organizationId,
                    amount.plus(more.amount),
                    Math.addExact(outputTokens, more.outputTokens),
                    walletHeld == null || more.walletHeld == null
                            ? walletHeld
                            : walletHeld.add(more.walletHeld),
                    creditLimit,
                    HeldWindow.join(windows, more.windows));
        }

        /// The same with nothing held of anything: of a call that the books had, and lost.
        public Open unheld() {
            return new Open(
                    requestId,
                    organizationId,
                    amount,
                    outputTokens,
                    walletHeld == null ? null : BigDecimal.ZERO,
                    creditLimit,
                    windows.stream().map(HeldWindow::unheld).toList());
        }

        /// The same under limits that are lower than they were at admission.
        public Open under(Map<WindowKey, BigDecimal> limits) {
            if (limits.isEmpty()) {
                return this;
            }
            List<HeldWindow> under = new ArrayList<>(windows.size());
            for (HeldWindow window : windows) {
                under.add(window.under(limits.get(window.key())));
            }
            return new Open(
                    requestId,
                    organizationId,
                    amount,
                    outputTokens,
                    walletHeld,
                    creditLimit,
                    under);
        }

        /// The same with no more held of anything than is left of it.
        ///
        /// @param left in pieces, by window or account
        public Open within(ToLongFunction<WindowKey> left) {
            List<HeldWindow> within = new ArrayList<>(windows.size());
            for (HeldWindow window : windows) {
                within.add(window.shadow() ? window : window.atMost(left(window.key(), left)));
            }
            return new Open(
                    requestId,
                    organizationId,
                    amount,
                    outputTokens,
                    walletHeld == null
                            ? null
                            : left(WindowKey.wallet(organizationId), left).min(walletHeld),
                    creditLimit,
                    within);
        }

        private static BigDecimal left(WindowKey key, ToLongFunction<WindowKey> left) {
            return Pieces.decimal(key.unit(), Math.max(0, left.applyAsLong(key)));
        }

        // without an account the hold's amount is what the money windows hold
        private static Money largestMoney(List<HeldWindow> windows) {
            Money largest = Money.ZERO;
            for (HeldWindow window : windows) {
                if (window.key().unit() == QuotaUnit.USD) {
                    largest = largest.max(Money.exactly(window.held()));
                }
            }
            return largest;
        }
    }

    /// Settles one call.
    ///
    /// @param balances of the windows and, with `account`, of the account, holds included
    public static Settlement of(
            Open open,
            Money charge,
            Usage usage,
            Function<WindowKey, HoldArithmetic.Balance> balances,
            HoldArithmetic.Balance account) {
        return of(open, charge, usage, fits(open, charge, usage, balances, account));
    }

    /// Of a call whose use is only estimated: never more than was held.
    public static Settlement withinHold(Open open, Money charge, Usage usage) {
        return of(open, charge, usage, false);
    }

    private static Settlement of(Open open, Money charge, Usage usage, boolean fits) {
        BigDecimal charged = charge.toDecimal();
        if (!fits) {
            for (HeldWindow window : open.windows()) {
                if (window.key().unit() == QuotaUnit.USD && !window.shadow()) {
                    charged = charged.min(window.held());
                }
            }
            charged = open.walletHeld() == null ? charged : charged.min(open.walletHeld());
        }
        List<WindowChange> changes = new ArrayList<>(open.windows().size());
        for (HeldWindow window : open.windows()) {
            BigDecimal spent =
                    window.key().unit() == QuotaUnit.USD
                            ? charged
                            : actual(window.key().unit(), charge, usage);
            // never above what was held, unless the excess was found to fit
            boolean cap = !fits && !window.shadow();
            changes.add(new WindowChange(window, cap ? spent.min(window.held()) : spent));
        }
        Money paid = Money.exactly(charged);
        return new Settlement(
                paid,
                charge.minus(paid),
                changes,
                open.walletHeld() == null ? BigDecimal.ZERO : charged);
    }

    /// A call whose hold is unknown (lost with a database, or never made): nobody agreed to pay.
    public static Settlement withoutHold(Money charge) {
        return new Settlement(Money.ZERO, charge, List.of(), BigDecimal.ZERO);
    }

    // all or none: the excess is taken from every window and the account, or from nothing
    private static boolean fits(
            Open open,
            Money charge,
            Usage usage,
            Function<WindowKey, HoldArithmetic.Balance> balances,
            HoldArithmetic.Balance account) {
        for (HeldWindow window : open.windows()) {
            BigDecimal excess = actual(window.key().unit(), charge, usage).subtract(window.held());
            if (!window.shadow() && excess.signum() > 0) {
                HoldArithmetic.Balance balance = balances.apply(window.key());
                if (exceeds(window.limit(), balance, excess)) {
                    return false;
                }
            }
        }
        if (open.walletHeld() == null || open.creditLimit() == null) {
            return true;
        }
        BigDecimal excess = charge.toDecimal().subtract(open.walletHeld());
        return excess.signum() <= 0 || !exceeds(open.creditLimit(), account, excess);
    }

    private static boolean exceeds(
            BigDecimal limit, HoldArithmetic.Balance balance, BigDecimal excess) {
        return balance.used().add(balance.held()).add(excess).compareTo(limit) > 0;
    }

    /// What a call used of a unit at its end; requests were counted at admission.
    public static BigDecimal actual(QuotaUnit unit, Money charge, Usage usage) {
        return switch (unit) {
            case USD -> charge.toDecimal();
            case REQUESTS -> BigDecimal.ZERO;
            default -> BigDecimal.valueOf(unit.count(usage));
        };
    }
}
