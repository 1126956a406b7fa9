package dev.sluice.ledger.verification;

import dev.sluice.domain.Decimals;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Recomputes every balance from what it must be the sum of, on one consistent picture of the
/// database. Calls block; a book of ten million calls takes minutes.
public final class LedgerVerifier {

    private static final int SHOWN_PER_CHECK = 20;

    /// One equation that does not hold.
    ///
    /// @param check which equation does not hold
    /// @param where account, window, call or roll-up, as `a/b/c`
    public record Problem(
            String check, String organizationId, String where, String expected, String found) {}

    /// What the verifier found.
    ///
    /// @param checked how many rows were looked at
    /// @param operatorAbsorbedUsd what customers were not charged although it was used
    public record Verification(
            boolean ok, long checked, List<Problem> problems, BigDecimal operatorAbsorbedUsd) {}

    private final Database database;

    public LedgerVerifier(Database database) {
        this.database = database;
    }

    /// One organization, or all of them.
    ///
    /// @param organizationId null for all
    public Verification verify(@Nullable String organizationId) {
        return database.snapshot(sql -> {
            sql.withoutTimeLimit();
            List<Problem> problems = new ArrayList<>();
            for (VerifierChecks check : VerifierChecks.values()) {
                problems.addAll(run(sql, check, organizationId));
            }
            return new Verification(
                    problems.isEmpty(),
                    count(sql, organizationId),
                    List.copyOf(problems),
                    absorbed(sql, organizationId));
        });
    }

    private static List<Problem> run(
            Sql sql, VerifierChecks check, @Nullable String organizationId) {
        String equation = check.equation(organizationId != null);
        List<@Nullable Object> arguments = new ArrayList<>();
        if (organizationId != null) {
            equation.chars()
                    .filter(letter -> letter == '?')
                    .forEach(_ -> arguments.add(organizationId));
        }
        arguments.add(organizationId);
        arguments.add(organizationId);
        return sql.list(
                """
                SELECT organization_id, "check", place, expected, found
                  FROM (SELECT *, row_number() OVER (PARTITION BY "check"
                                                         ORDER BY organization_id, place) AS nth
                          FROM (%s) AS q
                         WHERE expected IS DISTINCT FROM found
                           AND (?::text IS NULL OR organization_id = ?)) AS problems
                 WHERE nth <= %d ORDER BY "check", nth
                """
                        .formatted(equation, SHOWN_PER_CHECK),
                row ->
                        new Problem(
                                row.text("check"),
                                row.text("organization_id"),
                                row.text("place"),
                                amount(row, "expected"),
                                amount(row, "found")),
                arguments.toArray());
    }

    private static String amount(Row row, String column) {
        BigDecimal amount = row.decimalOrNull(column);
        return amount == null ? "nothing" : Decimals.canonical(amount);
    }

    private static long count(Sql sql, @Nullable String organizationId) {
        long rows = 0;
        for (String table :
                List.of("transfer", "account", "wallet", "budget_window", "escrow_slice", "call")) {
            rows +=
                    sql.one(
                            """
                            SELECT count(*) AS n FROM %s
                             WHERE ?::text IS NULL OR organization_id = ?
                            """
                                    .formatted(table),
                            row -> row.bigint("n"),
                            organizationId,
                            organizationId);
        }
        return rows;
    }

    private static BigDecimal absorbed(Sql sql, @Nullable String organizationId) {
        return sql.one(
                """
                SELECT COALESCE(sum(debits - credits), 0)::numeric AS n FROM account
                 WHERE name = 'operator_absorbed' AND (?::text IS NULL OR organization_id = ?)
                """,
                row -> row.decimal("n"),
                organizationId,
                organizationId);
    }
}
