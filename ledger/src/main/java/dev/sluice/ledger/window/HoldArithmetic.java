package dev.sluice.ledger.window;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides whether a call fits, and with which output limit. Pure: reads balances, changes nothing.
///
/// The precedence of refusals: claims in their order, then the account. A claim whose rule may not
/// lower the output limit must fit at the asked limit; the others must fit at the least one.
public final class HoldArithmetic {

    private HoldArithmetic() {}

    /// What a window or an account has used and holds. For an account `used` is minus its balance.
    public record Balance(BigDecimal used, BigDecimal held) {
        public static final Balance EMPTY = new Balance(BigDecimal.ZERO, BigDecimal.ZERO);
    }

    /// What became of a call.
    public sealed interface Decision {
        record Fits(long outputTokens) implements Decision {}

        record Refuses(HoldResult.Refused refused) implements Decision {}
    }

    /// Decides one call.
    ///
    /// @param claims those to look at, in order of precedence
    /// @param wallet the account's claim, or null to leave it out
    public static Decision decide(
            List<Claim> claims,
            Function<Claim, Balance> balances,
            HoldRequest.@Nullable WalletClaim wallet,
            Balance account,
            long min,
            long max) {
        long output = max;
        for (Claim claim : claims) {
            if (claim.rule().shadow()) {
                continue;
            }
            QuotaUnit unit = claim.rule().unit();
            Balance balance = balances.apply(claim);
            long room = room(unit, claim.rule().limit(), balance);
            long least = claim.rule().clamp() ? min : max;
            if (Pieces.bound(claim.base(), claim.perOutputToken(), least) > room) {
                return shortOf(claim, balance, least);
            }
            output =
                    Math.min(
                            output,
                            claim.rule().clamp()
                                    ? largest(claim.base(), claim.perOutputToken(), room, max)
                                    : max);
        }
        if (wallet != null) {
            long room = room(QuotaUnit.USD, wallet.creditLimit(), account);
            if (Pieces.bound(wallet.base(), wallet.perOutputToken(), min) > room) {
                return shortOf(wallet, account, min);
            }
            output = Math.min(output, largest(wallet.base(), wallet.perOutputToken(), room, max));
        }
        return new Decision.Fits(output);
    }

    private static long room(QuotaUnit unit, BigDecimal limit, Balance balance) {
        return Pieces.floor(unit, limit.subtract(balance.used()).subtract(balance.held()));
    }

    private static long largest(long base, long perOutputToken, long room, long max) {
        if (perOutputToken <= 0) {
            return max;
        }
        return Math.min(max, Math.subtractExact(room, base) / perOutputToken);
    }

    private static Decision shortOf(Claim claim, Balance balance, long output) {
        return new Decision.Refuses(
                new HoldResult.Refused(
                        claim,
                        claim.rule().limit(),
                        balance.used(),
                        balance.held(),
                        exact(claim.rule().unit(), claim.base(), claim.perOutputToken(), output)));
    }

    // an account's limit is what it has: balance plus credit; nothing of that is used
    private static Decision shortOf(HoldRequest.WalletClaim wallet, Balance account, long output) {
        return new Decision.Refuses(
                new HoldResult.Refused(
                        null,
                        wallet.creditLimit().subtract(account.used()),
                        BigDecimal.ZERO,
                        account.held(),
                        exact(QuotaUnit.USD, wallet.base(), wallet.perOutputToken(), output)));
    }

    private static BigDecimal exact(QuotaUnit unit, long base, long perOutputToken, long output) {
        BigDecimal pieces =
                BigDecimal.valueOf(perOutputToken)
                        .multiply(BigDecimal.valueOf(output))
                        .add(BigDecimal.valueOf(base));
        return unit == QuotaUnit.USD ? pieces.movePointLeft(dev.sluice.domain.Money.SCALE) : pieces;
    }
}
