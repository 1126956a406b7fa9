package dev.sluice.ledger.books;

import dev.sluice.store.Row;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One line of the books: `amount` moved from account `debit` to account `credit`.
///
/// @param reference the caller's own name for it, unique per organization and kind
/// @param actor who booked it; null for what calls book
/// @param balanceAfter of the wallet, for movements by hand; null for what calls book
public record Entry(
        String id,
        String organizationId,
        Instant at,
        Kind kind,
        @Nullable String requestId,
        @Nullable String attemptId,
        Account debit,
        Account credit,
        BigDecimal amount,
        String currency,
        @Nullable String reference,
        @Nullable String reason,
        @Nullable String actor,
        @Nullable BigDecimal balanceAfter) {

    public static Entry of(Row row) {
        return new Entry(
                row.text("id"),
                row.text("organization_id"),
                row.instant("at"),
                Kind.ofWireName(row.text("kind")),
                row.textOrNull("request_id"),
                row.textOrNull("attempt_id"),
                Account.ofWireName(row.text("debit")),
                Account.ofWireName(row.text("credit")),
                row.decimal("amount"),
                row.text("currency"),
                row.textOrNull("reference"),
                row.textOrNull("reason"),
                row.textOrNull("actor"),
                row.decimalOrNull("balance_after"));
    }
}
