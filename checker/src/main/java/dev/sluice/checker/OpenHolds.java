package dev.sluice.checker;

import java.util.List;

/// Every open call has a row in `hold`; `held` is the sum of them.
final class OpenHolds implements HeldTables {

    @Override
    public String column() {
        return "held";
    }

    @Override
    public String openLines() {
        return """
        SELECT organization_id, jsonb_array_elements(windows) AS l FROM hold WHERE state = 'open'
        """;
    }

    @Override
    public List<Equation> equations() {
        return List.of(
                new Equation(
                        "window_holds_are_open_holds",
                        """
                        SELECT organization_id,
                               concat_ws('/', rule_id, member, unit, span, window_start) AS place,
                               COALESCE(h.held, 0) AS expected, COALESCE(w.held, 0) AS found
                          FROM budget_window w
                          FULL JOIN (SELECT organization_id, l->>'rule' AS rule_id,
                                            l->>'member' AS member, l->>'unit' AS unit,
                                            l->>'span' AS span,
                                            (l->>'start')::timestamptz AS window_start,
                                            sum((l->>'held')::numeric) AS held
                                       FROM (%s) o GROUP BY 1, 2, 3, 4, 5, 6) h
                               USING (organization_id, rule_id, member, unit, span, window_start)
                        """
                                .formatted(openLines())),
                new Equation(
                        "wallet_holds_are_open_holds",
                        """
                        SELECT organization_id, 'wallet' AS place,
                               COALESCE(h.held, 0) AS expected, COALESCE(w.held, 0) AS found
                          FROM wallet w
                          FULL JOIN (SELECT organization_id, sum(wallet_held) AS held FROM hold
                                      WHERE state = 'open' AND wallet_held IS NOT NULL
                                      GROUP BY 1) h USING (organization_id)
                        """),
                new Equation(
                        "settled_call_holds_nothing",
                        """
                        SELECT organization_id, request_id AS place, 0 AS expected, amount AS found
                          FROM hold
                         WHERE state = 'open' AND request_id IN (SELECT request_id FROM call)
                        """));
    }

    @Override
    public List<Equation> atRest() {
        return List.of(
                new Equation(
                        "no_hold_left_open",
                        """
                        SELECT organization_id, request_id AS place, 0 AS expected, 1 AS found
                          FROM hold WHERE state = 'open'
                        """));
    }
}
