package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.ledger.booking.History;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Top-ups among thousands of charges are read by the index of what is rare.
@Tag("slow")
class RareEntriesTest {

    private static final int CALLS = 4_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void topUpsAmongChargesAreFoundByTheirIndex() {
        try (TestDatabase server = TestDatabase.create();
                Book book = new Book(server.database())) {
            String org = Book.newId("org");
            new Wallets(book.database, book.clock, book.ids)
                    .topUp(org, new BigDecimal("5"), "first", "tests");
            HoldRequest request = book.request(org, List.of(), null, 1, 1);
            new History(book.database, book.ids, Duration.ZERO)
                    .book(
                            List.of(
                                    new History.Past(
                                            request.requestId(),
                                            request,
                                            _ -> book.answered(request, "0.01", "0.01", 7, 8))),
                            CALLS);
            book.database.inTransaction(sql -> {
                sql.execute("ANALYZE transfer");
                return null;
            });
            LedgerEntries entries = new LedgerEntries(book.database);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            // what a session read is counted some time after it
            while (scans(book) == 0) {
                assertThat(System.nanoTime()).as("the index is used").isLessThan(deadline);
                assertThat(entries.entries(org, Kind.TOPUP, null, null, 10).data()).hasSize(1);
                assertThat(entries.entries(org, Kind.ABSORBED, null, null, 10).data()).isEmpty();
                LockSupport.parkNanos(100_000_000);
            }
            assertThat(entries.entries(org, Kind.CHARGE, null, null, 10).data()).hasSize(10);
        }
    }

    private static long scans(Book book) {
        return book.database.read(sql ->
                sql.one(
                        "SELECT idx_scan FROM pg_stat_user_indexes"
                                + " WHERE indexrelname = 'transfer_rare'",
                        row -> row.bigint("idx_scan")));
    }
}
