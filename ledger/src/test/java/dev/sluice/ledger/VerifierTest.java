package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.store.DatabaseException;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each equation catches the corruption it is for; the books themselves refuse to be edited.
class VerifierTest {

    private static TestDatabase server;
    private static Book book;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        book = new Book(server.database());
    }

    @AfterAll
    static void close() {
        book.close();
        server.close();
    }

    private static String smallBook() {
        String org = Book.newId("org");
        Wallets wallets = new Wallets(book.database, book.clock, book.ids);
        wallets.topUp(org, new BigDecimal("5"), "one", "user:ana");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "1");
        for (int i = 0; i < 3; i++) {
            HoldRequest request =
                    book.request(
                            org,
                            List.of(book.claim(rule, usd("0.1"), 0)),
                            wallet(usd("0.1"), 0, "0"),
                            1,
                            1);
            book.mustHold(request);
            if (i < 2) {
                // the first one costs more than fits
                book.settle(book.answered(request, i == 0 ? "1.95" : "0.05", "0.02", 10, 5));
            }
            if (i == 1) {
                wallets.refund(
                        org, request.requestId(), new BigDecimal("0.01"), "slow", "r", "user:ana");
            }
        }
        assertThat(new LedgerVerifier(book.database).verify(org).problems()).isEmpty();
        return org;
    }

    static Stream<Arguments> corruptions() {
        return Stream.concat(ofSums(), ofCalls());
    }

    private static Stream<Arguments> ofSums() {
        return Stream.of(
                Arguments.of(
                        "accounts_are_their_transfers",
                        "UPDATE account SET debits = debits + 1, credits = credits "
                                + "+ 1 WHERE name = 'revenue' AND organization_id = ?"),
                Arguments.of(
                        "books_balance",
                        "UPDATE account SET credits = credits + 0.000000000001 "
                                + "WHERE name = 'revenue' AND organization_id = ?"),
                Arguments.of(
                        "wallet_is_its_account",
                        "UPDATE wallet SET balance = balance + 0.000000000001 WHERE "
                                + "organization_id = ?"),
                Arguments.of(
                        "wallet_escrow_is_its_slices",
                        "UPDATE wallet SET escrowed = escrowed + 1 WHERE organization_id = " + "?"),
                Arguments.of(
                        "window_escrow_is_its_slices",
                        "UPDATE budget_window SET escrowed = escrowed + 1 WHERE organization_id = "
                                + "?"),
                Arguments.of(
                        "window_spent_is_its_calls",
                        "UPDATE budget_window SET spent = spent + 0.000000000001 "
                                + "WHERE organization_id = ?"),
                Arguments.of(
                        "window_counts_its_calls",
                        "UPDATE budget_window SET calls = calls + 1 WHERE "
                                + "organization_id = ?"),
                Arguments.of(
                        "rollups_are_their_calls",
                        "UPDATE usage_rollup SET quantity = quantity + 1 WHERE unit "
                                + "= 'input_tokens' AND organization_id = ?"),
                Arguments.of(
                        "rollups_are_their_calls",
                        "DELETE FROM usage_rollup WHERE unit = 'usd' AND " + "organization_id = ?"),
                Arguments.of(
                        "days_are_their_rollups",
                        "UPDATE usage_day SET quantity = quantity + 1 WHERE unit "
                                + "= 'requests' AND organization_id = ?"),
                Arguments.of(
                        "days_are_their_rollups",
                        "DELETE FROM usage_day WHERE unit = 'usd' AND organization_id = ?"));
    }

    private static Stream<Arguments> ofCalls() {
        return Stream.of(
                Arguments.of(
                        "costs_are_charges",
                        "UPDATE call SET cost_usd = cost_usd - 0.000000000001 WHERE "
                                + "organization_id = ?"),
                Arguments.of("costs_are_charges", "DELETE FROM call WHERE organization_id = ?"),
                Arguments.of(
                        "provider_costs_are_booked",
                        "UPDATE call SET provider_usd = 0 WHERE organization_id = ?"),
                Arguments.of(
                        "absorbed_is_booked",
                        "UPDATE call SET absorbed_usd = 1 WHERE organization_id = ?"),
                Arguments.of(
                        "charged_what_was_priced",
                        "UPDATE call SET cost_lines = '[]' WHERE organization_id = " + "?"),
                Arguments.of(
                        "charged_once",
                        "INSERT INTO transfer (id, organization_id, at, kind, "
                                + "request_id, debit, credit, amount, currency) SELECT "
                                + "concat(id, 'x'), organization_id, at, kind, request_id, "
                                + "debit, credit, amount, currency FROM transfer WHERE kind = "
                                + "'charge' AND organization_id = ?"),
                Arguments.of(
                        "refunded_what_was_charged",
                        "INSERT INTO transfer (id, organization_id, at, kind, "
                                + "request_id, debit, credit, amount, currency) SELECT "
                                + "concat(id, 'y'), organization_id, at, kind, request_id, "
                                + "debit, credit, 9, currency FROM transfer WHERE kind = "
                                + "'refund' AND organization_id = ?"));
    }

    @ParameterizedTest
    @MethodSource("corruptions")
    void aCorruptionIsFound(String check, String corruption) {
        String org = smallBook();
        book.database.inTransaction(sql -> sql.update(corruption, org));
        LedgerVerifier.Verification verification = new LedgerVerifier(book.database).verify(org);
        assertThat(verification.ok()).isFalse();
        assertThat(verification.problems())
                .extracting(LedgerVerifier.Problem::check)
                .contains(check);
        assertThat(verification.problems())
                .extracting(LedgerVerifier.Problem::organizationId)
                .containsOnly(org);
        assertThat(new LedgerVerifier(book.database).verify(null).ok()).isFalse();
    }

    @Test
    void oneOrganizationsBooksSayNothingOfAnothers() {
        String wrong = smallBook();
        String right = smallBook();
        for (String corruption :
                List.of(
                        "UPDATE budget_window SET spent = spent + 1 WHERE organization_id = ?",
                        "UPDATE usage_rollup SET quantity = 9 WHERE organization_id = ?",
                        "UPDATE call SET cost_usd = 9 WHERE organization_id = ?")) {
            book.database.inTransaction(sql -> sql.update(corruption, wrong));
        }
        assertThat(new LedgerVerifier(book.database).verify(right).problems()).isEmpty();
        assertThat(new LedgerVerifier(book.database).verify(wrong).ok()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    UPDATE transfer SET amount = amount WHERE organization_id = ?
                    DELETE FROM transfer WHERE organization_id = ?
                    """)
    void entriesAreNeverChanged(String statement) {
        String org = smallBook();
        assertThatThrownBy(() -> book.database.inTransaction(sql -> sql.update(statement, org)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("append-only");
    }

    @Test
    void entriesAreNeverTruncated() {
        assertThatThrownBy(() ->
                        book.database.inTransaction(sql -> sql.update("TRUNCATE transfer CASCADE")))
                .hasMessageContaining("append-only");
    }
}
