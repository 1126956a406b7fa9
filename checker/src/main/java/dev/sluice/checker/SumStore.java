package dev.sluice.checker;

import dev.sluice.checker.HeldTables.Equation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// The equations over many rows: the database adds up, exactly, and spills to its own disk; what
/// comes over are the rows that differ.
final class SumStore {

    private static final List<String> DIMENSIONS =
            List.of(
                    "team_id team",
                    "key_id key",
                    "owner owner",
                    "environment environment",
                    "workflow workflow",
                    "product_area product_area",
                    "customer customer",
                    "plan plan",
                    "traffic_class traffic_class",
                    "model model",
                    "upstream upstream");

    private static final String ACCOUNTS =
            """
            SELECT organization_id, name || ' ' || currency || ' ' || side AS place,
                   CASE side WHEN 'debits' THEN m.debits ELSE m.credits END AS expected,
                   CASE side WHEN 'debits' THEN a.debits ELSE a.credits END AS found
              FROM (SELECT organization_id, name, currency, sum(d) AS debits, sum(c) AS credits
                      FROM (SELECT organization_id, debit AS name, currency, amount AS d, 0 AS c
                              FROM transfer
                             UNION ALL
                            SELECT organization_id, credit, currency, 0, amount
                              FROM transfer) moved
                     GROUP BY 1, 2, 3) m
              FULL JOIN account a USING (organization_id, name, currency)
             CROSS JOIN (VALUES ('debits'), ('credits')) AS v(side)
            """;

    private static final String BALANCE =
            """
            SELECT organization_id, currency AS place, sum(debits) AS expected,
                   sum(credits) AS found
              FROM account GROUP BY 1, 2
            """;

    private static final String WALLETS =
            """
            SELECT organization_id, 'wallet ' || currency AS place,
                   COALESCE(m.amount, 0) AS expected, w.balance AS found
              FROM wallet w
              FULL JOIN (SELECT organization_id, currency,
                                sum(CASE WHEN credit = 'wallet' THEN amount
                                         ELSE -amount END) AS amount
                           FROM transfer WHERE 'wallet' IN (debit, credit) GROUP BY 1, 2) m
                   USING (organization_id, currency)
            """;

    private static String windows(String column, String openLines) {
        return """
        SELECT organization_id,
               concat_ws('/', rule_id, member, unit, span, window_start) AS place,
               COALESCE(c.%1$s, 0) AS expected, COALESCE(w.%1$s, 0) AS found
          FROM budget_window w
          FULL JOIN (SELECT organization_id, l->>'rule' AS rule_id, l->>'member' AS member,
                            l->>'unit' AS unit, l->>'span' AS span,
                            (l->>'start')::timestamptz AS window_start,
                            sum(COALESCE(l->>'spent', l->>'counted')::numeric) AS spent,
                            count(*) AS calls
                       FROM (SELECT organization_id, jsonb_array_elements(windows) AS l
                               FROM call
                              UNION ALL (%2$s)) lines
                      GROUP BY 1, 2, 3, 4, 5, 6) c
               USING (organization_id, rule_id, member, unit, span, window_start)
        """
                .formatted(column, openLines);
    }

    private static String rollups(String ofCalls, String names) {
        return """
        SELECT organization_id,
               concat_ws('/', slot, key, customer, model, upstream, unit) AS place,
               COALESCE(c.quantity, 0) AS expected, COALESCE(r.quantity, 0) AS found
          FROM (SELECT organization_id, slot, unit, %2$s, sum(quantity) AS quantity
                  FROM usage_rollup GROUP BY organization_id, slot, unit, %2$s) r
          FULL JOIN (SELECT organization_id, slot, unit, %2$s, sum(quantity) AS quantity
                       FROM (SELECT organization_id,
                                    to_timestamp(floor(extract(epoch FROM admitted_at) / 900)
                                                 * 900) AS slot,
                                    m.key AS unit, %1$s, m.value::numeric AS quantity
                               FROM call, jsonb_each_text(measures) m
                              WHERE organization_id IS NOT NULL) lines
                      GROUP BY organization_id, slot, unit, %2$s) c
               USING (organization_id, slot, unit, %2$s)
        """
                .formatted(ofCalls, names);
    }

    /// By the name of the dimensions: that it stands for the same ones is said above.
    private static final String DAYS =
            """
            SELECT organization_id, concat_ws('/', day, dims, unit) AS place,
                   COALESCE(s.quantity, 0) AS expected, COALESCE(d.quantity, 0) AS found
              FROM (SELECT organization_id, date_trunc('day', slot, 'UTC') AS day, dims, unit,
                           sum(quantity) AS quantity
                      FROM usage_rollup GROUP BY 1, 2, 3, 4) s
              FULL JOIN usage_day d USING (organization_id, day, dims, unit)
            """;

    private static final String ACCOUNTS_OF_KINDS =
            """
            SELECT organization_id, id || ' ' || kind AS place, debit, credit FROM transfer
             WHERE (kind, debit, credit) NOT IN (
                   VALUES ('topup', 'cash', 'wallet'), ('charge', 'wallet', 'revenue'),
                          ('charge', 'unbilled', 'unbilled_use'),
                          ('provider_cost', 'provider_cost', 'provider_payable'),
                          ('absorbed', 'operator_absorbed', 'revenue'),
                          ('absorbed', 'operator_absorbed', 'unbilled_use'),
                          ('absorbed', 'operator_absorbed', 'provider_cost'),
                          ('refund', 'refunds', 'wallet'),
                          ('adjustment', 'adjustments', 'wallet'),
                          ('adjustment', 'wallet', 'adjustments'),
                          ('credit', 'promotions', 'wallet'), ('expiry', 'wallet', 'promotions'))
            """;

    private static String limits(String promised) {
        return """
        SELECT w.organization_id,
               concat_ws('/', w.rule_id, w.member, w.unit, w.span, w.window_start) AS place,
               q.limit_amount AS expected, w.spent + w.%1$s AS found,
               w.spent + w.%1$s <= highest.amount AS lowered
          FROM budget_window w
          JOIN quota_rule q ON q.id = w.rule_id AND q.unit = w.unit AND NOT q.shadow
          LEFT JOIN LATERAL (
               SELECT max(GREATEST(CASE WHEN (before->>'shadow')::boolean THEN 'Infinity'
                                        ELSE (before->>'limit')::numeric END,
                                   (after->>'limit')::numeric)) AS amount
                 FROM audit_event e WHERE e.subject_id = w.rule_id) highest ON true
         WHERE w.spent + w.%1$s > q.limit_amount
        """
                .formatted(promised);
    }

    private static String credit(String promised) {
        return """
        SELECT organization_id, 'wallet' AS place, -credit_limit AS expected,
               balance - %1$s AS found,
               EXISTS (SELECT FROM transfer t
                        WHERE t.organization_id = w.organization_id
                          AND t.kind IN ('adjustment', 'expiry') AND t.debit = 'wallet')
               OR EXISTS (SELECT FROM audit_event e WHERE e.subject_id = w.organization_id
                                                      AND e.before IS NOT NULL) AS lowered
          FROM wallet w JOIN organization o ON o.id = w.organization_id
         WHERE balance - %1$s < -credit_limit
        """
                .formatted(promised);
    }

    private final Connection connection;
    private final HeldTables held;
    private final Findings findings;

    SumStore(Connection connection, HeldTables held, Findings findings) {
        this.connection = connection;
        this.held = held;
        this.findings = findings;
    }

    void check(boolean atRest) throws SQLException {
        equation(new Equation("accounts_are_their_transfers", ACCOUNTS));
        equation(new Equation("books_balance", BALANCE));
        equation(new Equation("wallet_is_its_transfers", WALLETS));
        for (String column : List.of("spent", "calls")) {
            equation(
                    new Equation(
                            "window_" + column + "_is_its_calls",
                            windows(column, held.openLines())));
        }
        equation(new Equation("rollups_are_their_calls", rollups()));
        equation(new Equation("days_are_their_rollups", DAYS));
        held(atRest);
        accountsOfKinds();
        within("window_within_its_limit", limits(held.column()));
        within("wallet_within_its_credit", credit(held.column()));
    }

    /// What is promised, by the engine's own tables.
    void held(boolean atRest) throws SQLException {
        for (Equation equation : held.equations()) {
            equation(equation);
        }
        if (atRest) {
            for (Equation equation : held.atRest()) {
                equation(equation);
            }
        }
    }

    private static String rollups() {
        StringBuilder ofCalls = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (String dimension : DIMENSIONS) {
            String[] pair = dimension.split(" ", -1);
            String comma = names.isEmpty() ? "" : ", ";
            ofCalls.append("%sCOALESCE(call.%s, '') AS %s".formatted(comma, pair[0], pair[1]));
            names.append(comma).append(pair[1]);
        }
        return rollups(ofCalls.toString(), names.toString());
    }

    private void equation(Equation equation) throws SQLException {
        String differing =
                """
                SELECT organization_id, place, expected::numeric AS expected,
                       found::numeric AS found
                  FROM (%s) q WHERE expected IS DISTINCT FROM found ORDER BY 1, 2
                """
                        .formatted(equation.sql());
        try (Rows rows = Rows.of(connection, differing)) {
            while (rows.next()) {
                ResultSet row = rows.row();
                findings.problem(
                        equation.check(),
                        place(row),
                        Findings.text(row.getBigDecimal("expected")),
                        Findings.text(row.getBigDecimal("found")));
            }
        }
    }

    private void accountsOfKinds() throws SQLException {
        try (Rows rows = Rows.of(connection, ACCOUNTS_OF_KINDS)) {
            while (rows.next()) {
                ResultSet row = rows.row();
                findings.problem(
                        "transfer_is_between_its_accounts",
                        place(row),
                        "the accounts of its kind",
                        row.getString("debit") + " to " + row.getString("credit"));
            }
        }
    }

    /// More than the limit is a problem, unless the limit was higher before.
    private void within(String check, String sql) throws SQLException {
        try (Rows rows = Rows.of(connection, sql)) {
            while (rows.next()) {
                ResultSet row = rows.row();
                String expected = Findings.text(row.getBigDecimal("expected"));
                String found = Findings.text(row.getBigDecimal("found"));
                if (row.getBoolean("lowered")) {
                    findings.note(check, place(row), expected + ", which was changed", found);
                } else {
                    findings.problem(check, place(row), expected, found);
                }
            }
        }
    }

    private static String place(ResultSet row) throws SQLException {
        return row.getString("organization_id") + "/" + row.getString("place");
    }
}
