package dev.sluice.ledger.verification;

import dev.sluice.ledger.booking.RollupStore;
import java.util.List;

/// The equations of the books. Each is a query for organization, check, place, what it must be
/// (`expected`) and what is there (`found`), as numbers; rows in which the two differ are problems.
/// What is read of the same rows is one query: of ten million calls each reading takes a minute.
///
/// `{only}` stands for the condition that leaves one organization, or all.
enum VerifierChecks {
    /// An account's totals are the sums of its transfers.
    ACCOUNTS_ARE_THEIR_TRANSFERS(
            """
            SELECT COALESCE(t.organization_id, a.organization_id) AS organization_id,
                   'accounts_are_their_transfers' AS "check",
                   COALESCE(t.name, a.name) || '/' || side AS place,
                   CASE side WHEN 'debits' THEN COALESCE(t.debits, 0)
                             ELSE COALESCE(t.credits, 0) END AS expected,
                   CASE side WHEN 'debits' THEN COALESCE(a.debits, 0)
                             ELSE COALESCE(a.credits, 0) END AS found
              FROM (SELECT organization_id, v.name, currency,
                           sum(v.debits) AS debits, sum(v.credits) AS credits
                      FROM (SELECT organization_id, debit, credit, currency,
                                   sum(amount) AS amount
                              FROM transfer WHERE {only} GROUP BY 1, 2, 3, 4) s
                     CROSS JOIN LATERAL (VALUES (debit, amount, 0), (credit, 0, amount))
                             v(name, debits, credits)
                     GROUP BY 1, 2, 3) t
              FULL JOIN account a USING (organization_id, name, currency)
              CROSS JOIN (VALUES ('debits'), ('credits')) v(side)
            """),
    /// Debits equal credits.
    BOOKS_BALANCE(
            """
            SELECT organization_id, 'books_balance' AS "check", currency AS place,
                   sum(debits) AS expected, sum(credits) AS found
              FROM account GROUP BY 1, 2, 3
            """),
    /// A wallet's balance is that of its account.
    WALLET_IS_ITS_ACCOUNT(
            """
            SELECT COALESCE(w.organization_id, a.organization_id) AS organization_id,
                   'wallet_is_its_account' AS "check", 'wallet' AS place,
                   COALESCE(a.credits - a.debits, 0) AS expected, w.balance AS found
              FROM wallet w
              FULL JOIN (SELECT * FROM account WHERE name = 'wallet') a USING (organization_id)
            """),
    /// What is escrowed of a wallet is the sum of its slices.
    WALLET_ESCROW_IS_ITS_SLICES(
            """
            SELECT w.organization_id, 'wallet_escrow_is_its_slices' AS "check",
                   'wallet' AS place,
                   COALESCE((SELECT sum(s.amount) FROM escrow_slice s
                              WHERE s.organization_id = w.organization_id
                                AND s.rule_id = ''), 0) AS expected,
                   w.escrowed AS found
              FROM wallet w
            """),
    /// What is escrowed of a window is the sum of its slices.
    WINDOW_ESCROW_IS_ITS_SLICES(
            """
            SELECT COALESCE(w.organization_id, s.organization_id) AS organization_id,
                   'window_escrow_is_its_slices' AS "check",
                   concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                   COALESCE(s.amount, 0) AS expected, COALESCE(w.escrowed, 0) AS found
              FROM (SELECT organization_id, rule_id, member, unit, span, window_start,
                           sum(amount) AS amount
                      FROM escrow_slice WHERE rule_id <> '' AND {only}
                     GROUP BY 1, 2, 3, 4, 5, 6) s
              FULL JOIN (SELECT * FROM budget_window WHERE {only}) w
                   USING (organization_id, rule_id, member, unit, span, window_start)
            """),
    /// A window counts its calls, and has spent what they spent of it.
    WINDOWS_ARE_THEIR_CALLS(
            """
            SELECT organization_id, v."check", place, v.expected, v.found
              FROM (SELECT COALESCE(w.organization_id, s.organization_id) AS organization_id,
                           concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                           COALESCE(s.spent, 0) AS spent_by_calls,
                           COALESCE(w.spent, 0) AS spent,
                           COALESCE(s.calls, 0)::numeric AS calls_there_are,
                           COALESCE(w.calls, 0)::numeric AS calls
                      FROM (SELECT organization_id, l->>'rule' AS rule_id,
                                   l->>'member' AS member, l->>'unit' AS unit,
                                   l->>'span' AS span,
                                   (l->>'start')::timestamptz AS window_start,
                                   sum((l->>'spent')::numeric) AS spent, count(*) AS calls
                              FROM (SELECT organization_id, jsonb_array_elements(windows) AS l
                                      FROM call WHERE {only}) lines
                             GROUP BY 1, 2, 3, 4, 5, 6) s
                      FULL JOIN (SELECT * FROM budget_window WHERE {only}) w
                           USING (organization_id, rule_id, member, unit, span, window_start)) b
             CROSS JOIN LATERAL (VALUES
                   ('window_spent_is_its_calls', spent_by_calls, spent),
                   ('window_counts_its_calls', calls_there_are, calls)) v("check", expected, found)
            """),
    /// Roll-ups are the sums of their calls. A call's dimensions are one text here: each of its
    /// measures is added up by it.
    ROLLUPS_ARE_THEIR_CALLS(
            """
            SELECT COALESCE(c.organization_id, r.organization_id) AS organization_id,
                   'rollups_are_their_calls' AS "check",
                   concat_ws('/', slot, replace(dimensions, chr(31), '/'), unit) AS place,
                   COALESCE(c.quantity, 0) AS expected, COALESCE(r.quantity, 0) AS found
              FROM (SELECT organization_id, slot, dimensions, unit,
                           sum(value::numeric) AS quantity
                      FROM (SELECT organization_id, measures, %1$s AS dimensions,
                                   date_bin('15 minutes', admitted_at, 'epoch'::timestamptz)
                                     AS slot
                              FROM call WHERE organization_id IS NOT NULL AND {only}
                            OFFSET 0) calls
                     CROSS JOIN LATERAL jsonb_each_text(measures) m(unit, value)
                     GROUP BY 1, 2, 3, 4) c
              FULL JOIN (SELECT organization_id, slot, %2$s AS dimensions, unit,
                                sum(quantity) AS quantity
                           FROM usage_rollup WHERE {only} GROUP BY 1, 2, 3, 4) r
                   USING (organization_id, slot, dimensions, unit)
            """
                    .formatted(
                            Parts.oneText(RollupStore.CALL_DIMENSIONS),
                            Parts.oneText(RollupStore.DIMENSIONS))),
    /// Roll-ups by day are the sums of those by slot.
    DAYS_ARE_THEIR_ROLLUPS(
            """
            SELECT COALESCE(s.organization_id, d.organization_id) AS organization_id,
                   'days_are_their_rollups' AS "check",
                   concat_ws('/', day, key, model, upstream, unit) AS place,
                   COALESCE(s.quantity, 0) AS expected, COALESCE(d.quantity, 0) AS found
              FROM (SELECT organization_id, date_trunc('day', slot, 'UTC') AS day, %1$s, unit,
                           sum(quantity) AS quantity
                      FROM usage_rollup WHERE {only} GROUP BY %2$s) s
              FULL JOIN (SELECT organization_id, day, %1$s, unit, sum(quantity) AS quantity
                           FROM usage_day WHERE {only} GROUP BY %2$s) d
                   USING (organization_id, day, %1$s, unit)
            """
                    .formatted(String.join(", ", RollupStore.DIMENSIONS), Parts.ROLLUP_COLUMNS)),
    /// A call's `cost_usd` is the sum of its charges, it is charged once and no more than its
    /// priced lines say, and every charge has its call. Its provider cost is the sum of its
    /// attempts' entries. What its operator absorbed is booked. No more is refunded than was
    /// charged.
    CALLS_ARE_THEIR_TRANSFERS(
            """
            SELECT organization_id, v."check", request_id AS place, v.expected, v.found
              FROM (SELECT organization_id, request_id,
                           sum(amount) FILTER (WHERE kind = 'charge') AS charged,
                           sum(amount) FILTER (WHERE kind = 'provider_cost') AS provider,
                           sum(amount) FILTER (WHERE kind = 'absorbed') AS absorbed,
                           sum(amount) FILTER (WHERE kind = 'refund') AS refunded,
                           count(*) FILTER (WHERE kind = 'charge') AS charges
                      FROM transfer WHERE request_id IS NOT NULL AND {only}
                     GROUP BY 1, 2) t
              FULL JOIN (SELECT organization_id, request_id, cost_usd, provider_usd,
                                absorbed_usd,
                                COALESCE((SELECT sum((l->>'amount')::numeric)
                                            FROM jsonb_array_elements(cost_lines) l), 0)
                                  AS priced
                           FROM call WHERE organization_id IS NOT NULL AND {only}) c
                   USING (organization_id, request_id)
             CROSS JOIN LATERAL (VALUES
                   ('costs_are_charges', COALESCE(cost_usd, -1), COALESCE(charged, 0)),
                   ('provider_costs_are_booked',
                    COALESCE(provider_usd, -1), COALESCE(provider, 0)),
                   ('absorbed_is_booked', COALESCE(absorbed_usd, -1), COALESCE(absorbed, 0)),
                   ('charged_once', LEAST(COALESCE(charges, 0), 1), COALESCE(charges, 0)),
                   ('charged_what_was_priced', LEAST(cost_usd, priced), cost_usd),
                   ('refunded_what_was_charged',
                    LEAST(COALESCE(refunded, 0), COALESCE(charged, 0)), COALESCE(refunded, 0)))
                   v("check", expected, found)
            """);

    private final String equation;

    VerifierChecks(String equation) {
        this.equation = equation;
    }

    /// The query for one organization, which it takes as often as it has a question mark, or for
    /// all.
    String equation(boolean ofOne) {
        return equation.replace("{only}", ofOne ? "organization_id = ?" : "TRUE");
    }

    private static final class Parts {

        static final String ROLLUP_COLUMNS = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14";

        static String oneText(List<String> columns) {
            return "concat_ws(chr(31), " + String.join(", ", columns) + ")";
        }
    }
}
