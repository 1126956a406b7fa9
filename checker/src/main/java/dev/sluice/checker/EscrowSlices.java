package dev.sluice.checker;

import java.util.List;

/// Replicas hold slices of windows and wallets in `escrow_slice` and grant calls from them in
/// memory; `escrowed` is the sum of the slices. A slice of a wallet has the empty rule.
final class EscrowSlices implements HeldTables {

    @Override
    public String column() {
        return "escrowed";
    }

    @Override
    public String openLines() {
        return "SELECT NULL::text AS organization_id, NULL::jsonb AS l WHERE false";
    }

    @Override
    public List<Equation> equations() {
        return List.of(
                new Equation(
                        "window_escrow_is_its_slices",
                        """
                        SELECT organization_id,
                               concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                               COALESCE(s.amount, 0) AS expected,
                               COALESCE(w.escrowed, 0) AS found
                          FROM budget_window w
                          FULL JOIN (SELECT organization_id, rule_id, member, unit, span,
                                            window_start, sum(amount) AS amount
                                       FROM escrow_slice WHERE rule_id <> ''
                                      GROUP BY 1, 2, 3, 4, 5, 6) s
                               USING (organization_id, rule_id, member, unit, span, window_start)
                        """),
                new Equation(
                        "wallet_escrow_is_its_slices",
                        """
                        SELECT organization_id, 'wallet' AS place,
                               COALESCE(s.amount, 0) AS expected,
                               COALESCE(w.escrowed, 0) AS found
                          FROM wallet w
                          FULL JOIN (SELECT organization_id, sum(amount) AS amount
                                       FROM escrow_slice WHERE rule_id = '' GROUP BY 1) s
                               USING (organization_id)
                        """));
    }

    /// A replica may keep a slice while no call is open; what it holds of it is then nothing.
    @Override
    public List<Equation> atRest() {
        return List.of(
                new Equation(
                        "no_hold_left_open",
                        """
                        SELECT organization_id,
                               concat_ws('/', rule_id, member, unit, span, window_start, replica,
                                         epoch) AS place,
                               0 AS expected, held AS found
                          FROM escrow_slice
                        """));
    }
}
