package dev.sluice.domain;

import java.math.BigDecimal;

/// Decimal numbers as Sluice writes and reads them.
public final class Decimals {

    private Decimals() {}

    /// Plain digits, no exponent, no trailing zeros: `5.00` is `5`.
    public static String canonical(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        return number.stripTrailingZeros().toPlainString();
    }

    /// Reads a plain decimal (`-12.5`); throws [NumberFormatException] for exponents, blanks,
    /// more than 26 integer digits or more than 12 decimals, so that what is read always fits
    /// the database's `NUMERIC(38,12)`.
    public static BigDecimal parse(String text) {
        if (!text.matches("-?\\d{1,26}(\\.\\d{1,12})?")) {
            throw new NumberFormatException(
                    "not a plain decimal with at most 12 decimals: '" + text + "'");
        }
        return new BigDecimal(text);
    }
}
