package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.journal.JournalFolder;
import dev.sluice.ledger.journal.JournalSettings;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.store.DatabaseArchive;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database that is put back to before calls that the journal still has: by a restore, or by a
/// fail-over to a server that had not got the last commits.
@Tag("slow")
class PutBackTest {

    private static final int CALLS = 150;

    @TempDir private Path folder;

    private final String org = Book.newId("org");
    private final String replica = Book.newId("lazarus");
    private final QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "5");
    private final TestDatabase before = TestDatabase.create();
    private final TestDatabase after = TestDatabase.createEmpty();

    @BeforeEach
    void live() throws IOException {
        System.setProperty(JournalSettings.SEGMENT_BYTES, Integer.toString(24 << 10));
        before.database()
                .inTransaction(sql ->
                        sql.update(
                                "INSERT INTO organization (id, name, time_zone, currency,"
                                        + " billing_mode, credit_limit, created_at)"
                                        + " VALUES (?, ?, 'UTC', 'USD', 'postpaid', 10, now())",
                                org,
                                org));
        Path archive = folder.resolve("archive.zip");
        try (Book book =
                        new Book(before.database(), replica, LedgerSettings.standard(), journal());
                OutputStream out = Files.newOutputStream(archive)) {
            DatabaseArchive.write(before.database(), out);
            for (int i = 0; i < CALLS; i++) {
                call(book);
            }
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
        }
        assertThat(JournalFolder.of(journal()).kept()).isGreaterThan(1);
        DatabaseArchive.restore(after.database(), archive);
        assertThat(calls()).isZero();
    }

    @AfterEach
    void close() {
        System.clearProperty(JournalSettings.SEGMENT_BYTES);
        before.close();
        after.close();
    }

    private Path journal() throws IOException {
        return Files.createDirectories(folder.resolve("journal"));
    }

    /// Two cents.
    private void call(Book book) {
        HoldRequest request =
                book.request(
                        org,
                        List.of(book.claim(dollars, usd("0.1"), 0)),
                        wallet(usd("0.1"), 0, "10"),
                        1,
                        1);
        book.mustHold(request);
        CallRecord ended = book.answered(request, "0.02", "0.004", 100, 0);
        book.ledger.attempting(ended, _ -> {});
        Book.get(book.settleLater(ended));
    }

    private Book nextLife() throws IOException {
        return new Book(after.database(), replica, LedgerSettings.standard(), journal());
    }

    private long calls() {
        return after.database()
                .read(sql ->
                        sql.one("SELECT count(*) AS calls FROM call", row -> row.bigint("calls")));
    }

    private LedgerVerifier.Verification verified() {
        LedgerVerifier.Verification verification = new LedgerVerifier(after.database()).verify(org);
        assertThat(verification.problems()).isEmpty();
        return verification;
    }

    @Test
    void whatTheBooksLostIsBookedAgainAndPaid() throws IOException {
        try (Book book = nextLife()) {
            assertThat(calls()).isEqualTo(CALLS);
            assertThat(book.spent(dollars)).isEqualByComparingTo("3");
            assertThat(verified().operatorAbsorbedUsd()).isZero();
            call(book);
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
            assertThat(book.spent(dollars)).isEqualByComparingTo("3.02");
        }
        // and once is enough
        try (Book book = nextLife()) {
            assertThat(calls()).isEqualTo(CALLS + 1);
            assertThat(book.spent(dollars)).isEqualByComparingTo("3.02");
        }
    }

    @Test
    void whatNoLongerFitsUnderTheCapIsTheOperators() throws IOException {
        try (Book other = new Book(after.database())) {
            for (int i = 0; i < CALLS; i++) {
                call(other);
            }
            assertThat(other.ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
        }
        try (Book book = nextLife()) {
            assertThat(calls()).isEqualTo(2 * CALLS);
            assertThat(book.spent(dollars)).isEqualByComparingTo("5");
            assertThat(verified().operatorAbsorbedUsd()).isEqualByComparingTo("1");
        }
    }

    @Test
    void aLifeNeverGetsTheNumberOfOneThatTheBooksForgot() throws IOException {
        // the life of which the archive knows is 1: this makes 2, which it does not know
        new Book(before.database(), replica, LedgerSettings.standard(), journal()).close();
        try (Book book = nextLife()) {
            assertThat(
                            book.number(
                                    "SELECT max(epoch)::numeric AS n FROM replica_epoch"
                                            + " WHERE replica = ?",
                                    replica))
                    .isEqualByComparingTo("3");
        }
    }

    @Test
    void callsOfAnOrganizationThatIsGoneStayGone() throws IOException {
        // puts away what the life before had not
        new Book(before.database(), replica, LedgerSettings.standard(), journal()).close();
        after.database()
                .inTransaction(sql -> sql.update("DELETE FROM organization WHERE id = ?", org));
        try (Book book = nextLife()) {
            assertThat(calls()).isZero();
            assertThat(book.spent(dollars)).isZero();
        }
    }
}
