package dev.sluice.ledger.window;

import java.math.BigDecimal;

/// What a transaction adds to one window or account.
public final class Change {

    /// For an account, what leaves its balance.
    public BigDecimal spent = BigDecimal.ZERO;

    public BigDecimal escrowed = BigDecimal.ZERO;

    /// Of windows; accounts count none.
    public long calls;
}
