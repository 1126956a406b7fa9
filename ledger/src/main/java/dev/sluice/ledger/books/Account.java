package dev.sluice.ledger.books;

import java.math.BigDecimal;
import java.util.Locale;

/// The accounts of one organization's books.
public enum Account {
    /// What the organization has paid in and not used: the operator owes it.
    WALLET(false),
    /// What calls were sold for.
    REVENUE(false),
    /// What calls cost the operator at the providers.
    PROVIDER_COST(true),
    /// What the operator owes the providers.
    PROVIDER_PAYABLE(false),
    /// What customers were not charged although it was used: beyond the hold, or lost in a crash.
    OPERATOR_ABSORBED(true),
    /// Where top-ups come from and pay-outs go.
    CASH(true),
    /// Credits given away.
    PROMOTIONS(true),
    /// What was given back of charges.
    REFUNDS(true),
    /// What waits for a decision.
    SUSPENSE(false),
    /// Corrections by hand.
    ADJUSTMENTS(true),
    /// Use at list price that no account pays: sandboxes, a team's own provider account.
    UNBILLED(true),
    /// The other side of [#UNBILLED].
    UNBILLED_USE(false);

    private final boolean debitNormal;

    Account(boolean debitNormal) {
        this.debitNormal = debitNormal;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Debits minus credits for what is owned or spent, the reverse for what is owed or earned.
    public BigDecimal balance(BigDecimal debits, BigDecimal credits) {
        return debitNormal ? debits.subtract(credits) : credits.subtract(debits);
    }

    public static Account ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
