package dev.sluice.ledger.verification;

import dev.sluice.ledger.booking.RollupStore;
import java.util.Locale;

/// The equations of the books. Each is a query for organization, place, what it must be
/// (`expected`) and what is there (`found`), as numbers; rows in which the two differ are problems.
enum VerifierChecks {
    /// An account's totals are the sums of its transfers.
    ACCOUNTS_ARE_THEIR_TRANSFERS(
            """
            SELECT COALESCE(t.organization_id, a.organization_id) AS organization_id,
                   COALESCE(t.name, a.name) || '/' || side AS place,
                   CASE side WHEN 'debits' THEN COALESCE(t.debits, 0)
                             ELSE COALESCE(t.credits, 0) END AS expected,
                   CASE side WHEN 'debits' THEN COALESCE(a.debits, 0)
                             ELSE COALESCE(a.credits, 0) END AS found
              FROM (SELECT organization_id, name, currency,
                           sum(debits) AS debits, sum(credits) AS credits
                      FROM (SELECT organization_id, debit AS name, currency,
                                   amount AS debits, 0 AS credits FROM transfer
                            UNION ALL
                            SELECT organization_id, credit, currency, 0, amount FROM transfer) s
                     GROUP BY 1, 2, 3) t
              FULL JOIN account a USING (organization_id, name, currency)
              CROSS JOIN (VALUES ('debits'), ('credits')) v(side)
            """),
    /// Debits equal credits.
    BOOKS_BALANCE(
            """
            SELECT organization_id, currency AS place, sum(debits) AS expected,
                   sum(credits) AS found
              FROM account GROUP BY 1, 2
            """),
    /// A wallet's balance is that of its account.
    WALLET_IS_ITS_ACCOUNT(
            """
            SELECT COALESCE(w.organization_id, a.organization_id) AS organization_id,
                   'wallet' AS place, COALESCE(a.credits - a.debits, 0) AS expected,
                   w.balance AS found
              FROM wallet w
              FULL JOIN (SELECT * FROM account WHERE name = 'wallet') a USING (organization_id)
            """),
    /// What is escrowed of a wallet is the sum of its slices.
    WALLET_ESCROW_IS_ITS_SLICES(
            """
            SELECT w.organization_id, 'wallet' AS place,
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
                   concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                   COALESCE(s.amount, 0) AS expected, COALESCE(w.escrowed, 0) AS found
              FROM (SELECT organization_id, rule_id, member, unit, span, window_start,
                           sum(amount) AS amount
                      FROM escrow_slice WHERE rule_id <> '' GROUP BY 1, 2, 3, 4, 5, 6) s
              FULL JOIN budget_window w
                   USING (organization_id, rule_id, member, unit, span, window_start)
            """),
    /// What a window has spent is what its calls spent of it.
    WINDOW_SPENT_IS_ITS_CALLS(Parts.WINDOWS.formatted("spent", "spent")),
    /// A window counts its calls.
    WINDOW_COUNTS_ITS_CALLS(Parts.WINDOWS.formatted("calls", "calls")),
    /// Roll-ups are the sums of their calls.
    ROLLUPS_ARE_THEIR_CALLS(
            """
            SELECT COALESCE(c.organization_id, r.organization_id) AS organization_id,
                   concat_ws('/', slot, key, model, upstream, unit) AS place,
                   COALESCE(c.quantity, 0) AS expected, COALESCE(r.quantity, 0) AS found
              FROM (SELECT organization_id,
                           date_bin('15 minutes', admitted_at, 'epoch'::timestamptz) AS slot,
                           %1$s, m.key AS unit, sum(m.value::numeric) AS quantity
                      FROM call CROSS JOIN LATERAL jsonb_each_text(measures) m(key, value)
                     WHERE organization_id IS NOT NULL
                     GROUP BY %3$s) c
              FULL JOIN (SELECT organization_id, slot, %2$s, unit, sum(quantity) AS quantity
                           FROM usage_rollup GROUP BY %3$s) r
                   USING (organization_id, slot, %2$s, unit)
            """
                    .formatted(
                            Parts.callDimensions(),
                            String.join(", ", RollupStore.DIMENSIONS),
                            Parts.ROLLUP_COLUMNS)),
    /// Roll-ups by day are the sums of those by slot.
    DAYS_ARE_THEIR_ROLLUPS(
            """
            SELECT COALESCE(s.organization_id, d.organization_id) AS organization_id,
                   concat_ws('/', day, key, model, upstream, unit) AS place,
                   COALESCE(s.quantity, 0) AS expected, COALESCE(d.quantity, 0) AS found
              FROM (SELECT organization_id, date_trunc('day', slot, 'UTC') AS day, %1$s, unit,
                           sum(quantity) AS quantity
                      FROM usage_rollup GROUP BY %2$s) s
              FULL JOIN (SELECT organization_id, day, %1$s, unit, sum(quantity) AS quantity
                           FROM usage_day GROUP BY %2$s) d
                   USING (organization_id, day, %1$s, unit)
            """
                    .formatted(String.join(", ", RollupStore.DIMENSIONS), Parts.ROLLUP_COLUMNS)),
    /// A call's `cost_usd` is the sum of its charges, and every charge has its call.
    COSTS_ARE_CHARGES(Parts.AMOUNTS.formatted("charge", "cost_usd")),
    /// A call's provider cost is the sum of its attempts' entries.
    PROVIDER_COSTS_ARE_BOOKED(Parts.AMOUNTS.formatted("provider_cost", "provider_usd")),
    /// What a call's operator absorbed is booked.
    ABSORBED_IS_BOOKED(Parts.AMOUNTS.formatted("absorbed", "absorbed_usd")),
    /// A call is charged once.
    CHARGED_ONCE(
            """
            SELECT organization_id, request_id AS place, 1::numeric AS expected,
                   count(*)::numeric AS found
              FROM transfer WHERE kind = 'charge' GROUP BY 1, 2
            """),
    /// No call is charged more than its priced lines say.
    CHARGED_WHAT_WAS_PRICED(
            """
            SELECT organization_id, request_id AS place,
                   LEAST(cost_usd, COALESCE((SELECT sum((l->>'amount')::numeric)
                                               FROM jsonb_array_elements(cost_lines) l), 0))
                     AS expected,
                   cost_usd AS found
              FROM call WHERE organization_id IS NOT NULL
            """),
    /// No call is refunded more than it was charged.
    REFUNDED_WHAT_WAS_CHARGED(
            """
            SELECT organization_id, request_id AS place,
                   LEAST(refunded, charged) AS expected, refunded AS found
              FROM (SELECT organization_id, request_id,
                           sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) AS refunded,
                           sum(CASE kind WHEN 'charge' THEN amount ELSE 0 END) AS charged
                      FROM transfer WHERE request_id IS NOT NULL GROUP BY 1, 2) s
            """);

    private final String equation;

    VerifierChecks(String equation) {
        this.equation = equation;
    }

    String equation() {
        return equation;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static final class Parts {

        static final String ROLLUP_COLUMNS = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14";

        /// Windows against the lines of calls that ended.
        static final String WINDOWS =
                """
                SELECT COALESCE(w.organization_id, s.organization_id) AS organization_id,
                       concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                       COALESCE(s.%1$s, 0)::numeric AS expected,
                       COALESCE(w.%2$s, 0)::numeric AS found
                  FROM (SELECT organization_id, l->>'rule' AS rule_id, l->>'member' AS member,
                               l->>'unit' AS unit, l->>'span' AS span,
                               (l->>'start')::timestamptz AS window_start,
                               sum((l->>'spent')::numeric) AS spent,
                               count(*) AS calls
                          FROM (SELECT organization_id, jsonb_array_elements(windows) AS l
                                  FROM call) lines
                         GROUP BY 1, 2, 3, 4, 5, 6) s
                  FULL JOIN budget_window w
                       USING (organization_id, rule_id, member, unit, span, window_start)
                """;

        /// Transfers of one kind against one column of the calls.
        static final String AMOUNTS =
                """
                SELECT COALESCE(t.organization_id, c.organization_id) AS organization_id,
                       COALESCE(t.request_id, c.request_id) AS place,
                       COALESCE(c.%2$s, -1) AS expected, COALESCE(t.amount, 0) AS found
                  FROM (SELECT organization_id, request_id, sum(amount) AS amount
                          FROM transfer WHERE kind = '%1$s' GROUP BY 1, 2) t
                  FULL JOIN (SELECT organization_id, request_id, %2$s FROM call
                              WHERE organization_id IS NOT NULL) c
                       USING (organization_id, request_id)
                """;

        static String callDimensions() {
            StringBuilder columns = new StringBuilder();
            for (int i = 0; i < RollupStore.DIMENSIONS.size(); i++) {
                columns.append(i == 0 ? "" : ", ")
                        .append(RollupStore.CALL_DIMENSIONS.get(i))
                        .append(" AS ")
                        .append(RollupStore.DIMENSIONS.get(i));
            }
            return columns.toString();
        }
    }
}
