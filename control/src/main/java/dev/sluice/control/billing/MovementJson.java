package dev.sluice.control.billing;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.ledger.books.Entry;
import dev.sluice.ledger.books.Wallets;
import java.math.BigDecimal;
import tools.jackson.databind.node.ObjectNode;

/// Movements of money by hand, and the lines of the books, as JSON.
final class MovementJson {

    static final Shape MOVEMENT =
            Shape.object("Movement")
                    .word("object", "which kind", "topup", "refund", "adjustment")
                    .text("id", "the entry's id")
                    .time("created_at", "when it was booked")
                    .decimal("amount", "in `currency`; negative for a correction downwards")
                    .text("currency", "of the account")
                    .text("reference", "the caller's own name for it, unique per kind")
                    .text("request_id", "the call a refund belongs to, or null")
                    .text("reason", "why, or null")
                    .text("actor", "who booked it")
                    .decimal("balance_before", "of the account")
                    .decimal("balance_after", "of the account")
                    .nullable(
                            "reference",
                            "request_id",
                            "reason",
                            "actor",
                            "balance_before",
                            "balance_after");

    static final Shape ENTRY =
            Shape.object("LedgerEntry")
                    .word("object", "always `ledger_entry`", "ledger_entry")
                    .text("id", "`ent_…`")
                    .time("at", "when it was booked")
                    .time("created_at", "the same")
                    .text("kind", "topup charge provider_cost absorbed refund adjustment …")
                    .text("request_id", "the call, or null")
                    .text("attempt_id", "the attempt, or null")
                    .text("debit", "account")
                    .text("credit", "account")
                    .decimal("amount", "in `currency`, above zero")
                    .text("currency", "of both accounts")
                    .text("reference", "of movements by hand")
                    .text("reason", "of movements by hand")
                    .text("actor", "who booked it; null for what calls book")
                    .nullable("request_id", "attempt_id", "reference", "reason", "actor");

    private MovementJson() {}

    static ObjectNode movement(Entry entry) {
        BigDecimal amount = Wallets.change(entry);
        BigDecimal after = entry.balanceAfter();
        return Json.object()
                .put("object", entry.kind().wireName())
                .put("id", entry.id())
                .put("created_at", Json.time(entry.at()))
                .put("amount", Json.decimal(amount))
                .put("currency", entry.currency())
                .put("reference", entry.reference())
                .put("request_id", entry.requestId())
                .put("reason", entry.reason())
                .put("actor", entry.actor())
                .put("balance_before", after == null ? null : Json.decimal(after.subtract(amount)))
                .put("balance_after", Json.decimal(after));
    }

    static ObjectNode entry(Entry entry) {
        return Json.object()
                .put("object", "ledger_entry")
                .put("id", entry.id())
                .put("at", Json.time(entry.at()))
                .put("created_at", Json.time(entry.at()))
                .put("kind", entry.kind().wireName())
                .put("request_id", entry.requestId())
                .put("attempt_id", entry.attemptId())
                .put("debit", entry.debit().wireName())
                .put("credit", entry.credit().wireName())
                .put("amount", Json.decimal(entry.amount()))
                .put("currency", entry.currency())
                .put("reference", entry.reference())
                .put("reason", entry.reason())
                .put("actor", entry.actor());
    }
}
