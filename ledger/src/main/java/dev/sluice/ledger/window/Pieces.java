package dev.sluice.ledger.window;

import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Amounts of a window as whole numbers (picodollars for [QuotaUnit#USD], pieces otherwise) and as
/// the decimals that are stored and shown.
public final class Pieces {

    /// Larger than any amount that is ever granted: nothing this large fits anywhere.
    public static final long TOO_MANY = Long.MAX_VALUE;

    private static final BigInteger MOST = BigInteger.valueOf(TOO_MANY - 1);

    private Pieces() {}

    public static BigDecimal decimal(QuotaUnit unit, long pieces) {
        return unit == QuotaUnit.USD
                ? BigDecimal.valueOf(pieces, Money.SCALE)
                : BigDecimal.valueOf(pieces);
    }

    /// Rounded down; what exceeds the range is cut to it, which only ever makes room smaller.
    public static long floor(QuotaUnit unit, BigDecimal amount) {
        BigDecimal shifted = unit == QuotaUnit.USD ? amount.movePointRight(Money.SCALE) : amount;
        BigInteger whole = shifted.setScale(0, RoundingMode.FLOOR).toBigInteger();
        return whole.min(MOST).max(MOST.negate()).longValueExact();
    }

    /// `base + perOutputToken × outputTokens`, or [#TOO_MANY] where that leaves the range.
    public static long bound(long base, long perOutputToken, long outputTokens) {
        try {
            return Math.addExact(base, Math.multiplyExact(perOutputToken, outputTokens));
        } catch (ArithmeticException _) {
            return TOO_MANY;
        }
    }
}
