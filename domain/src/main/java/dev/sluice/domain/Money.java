package dev.sluice.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// An amount of one currency in picounits (10⁻¹² of it), exact.
///
/// Meant for one call or one window increment: the range is ±9,223,372 units of currency, and every
/// operation that would leave it throws [ArithmeticException] instead of wrapping. Balances and
/// totals are `NUMERIC(38,12)` in the database and [BigDecimal] in Java.
public record Money(long picos) implements Comparable<Money> {

    /// Decimal places carried; the same figure as in the database's `NUMERIC(38,12)`.
    public static final int SCALE = 12;

    public static final Money ZERO = new Money(0);

    /// The exact amount of a decimal number; throws when it needs more than 12 decimals.
    public static Money exactly(BigDecimal amount) {
        return new Money(amount.movePointRight(SCALE).longValueExact());
    }

    /// Rounds half-even to a picounit: the one rounding of a cost line.
    public static Money halfEven(BigDecimal amount) {
        return rounded(amount, RoundingMode.HALF_EVEN);
    }

    /// Rounds away from zero: holds are never smaller than what they stand for.
    public static Money up(BigDecimal amount) {
        return rounded(amount, RoundingMode.UP);
    }

    private static Money rounded(BigDecimal amount, RoundingMode mode) {
        return new Money(amount.movePointRight(SCALE).setScale(0, mode).longValueExact());
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(picos, other.picos));
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(picos, other.picos));
    }

    public Money times(long factor) {
        return new Money(Math.multiplyExact(picos, factor));
    }

    public Money min(Money other) {
        return picos <= other.picos ? this : other;
    }

    public Money max(Money other) {
        return picos >= other.picos ? this : other;
    }

    public boolean isPositive() {
        return picos > 0;
    }

    public boolean isZero() {
        return picos == 0;
    }

    public BigDecimal toDecimal() {
        return BigDecimal.valueOf(picos, SCALE);
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(picos, other.picos);
    }

    /// The canonical decimal string: no exponent, no trailing zeros.
    @Override
    public String toString() {
        return Decimals.canonical(toDecimal());
    }
}
