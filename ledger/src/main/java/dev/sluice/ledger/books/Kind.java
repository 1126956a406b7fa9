package dev.sluice.ledger.books;

import java.util.Locale;

/// What a transfer is for. The lower-case names are public API (`GET ledger/entries`).
public enum Kind {
    TOPUP,
    CHARGE,
    PROVIDER_COST,
    ABSORBED,
    REFUND,
    ADJUSTMENT,
    CREDIT,
    EXPIRY,
    HOLD,
    RELEASE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Kind ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
