package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.HoldRequest;
import dev.sluice.ledger.books.Account;
import dev.sluice.ledger.books.Entry;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.ledger.reading.Page;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WalletsTest {

    private static TestDatabase server;
    private static Book book;
    private static Wallets wallets;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        book = new Book(server.database());
        wallets = new Wallets(book.database, book.clock, book.ids);
    }

    @AfterAll
    static void close() {
        book.close();
        server.close();
    }

    private static <T> List<T> twentyAtOnce(Callable<T> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            List<Callable<T>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(work);
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(all)) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void twentyTopUpsOfOneReferenceAreOne() throws Exception {
        String org = Book.newId("org");
        Set<String> ids = new HashSet<>();
        int first = 0;
        for (Wallets.Movement movement :
                twentyAtOnce(
                        () -> wallets.topUp(org, new BigDecimal("7.50"), "bank-1", "user:ana"))) {
            ids.add(movement.entry().id());
            first += movement.repeated() ? 0 : 1;
        }
        assertThat(ids).hasSize(1);
        assertThat(first).isEqualTo(1);
        assertThat(wallets.balance(org).balance()).isEqualByComparingTo("7.5");
        assertThatThrownBy(() -> wallets.topUp(org, new BigDecimal("7.51"), "bank-1", "user:ana"))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        e -> assertThat(e.fault().code()).isEqualTo(FaultCode.CONFLICT));
        // the reference is this organization's own
        wallets.topUp(Book.newId("org"), new BigDecimal("1"), "bank-1", "user:bo");
    }

    @Test
    void twentyRefundsNeverGiveBackMoreThanWasCharged() throws Exception {
        String org = Book.newId("org");
        wallets.topUp(org, new BigDecimal("10"), "bank", "user:ana");
        HoldRequest request = book.request(org, List.of(), wallet(usd("1"), 0, "0"), 1, 1);
        book.mustHold(request);
        book.settle(book.answered(request, "0.50", "0.1", 1, 1));
        List<Boolean> done =
                twentyAtOnce(() -> {
                    try {
                        wallets.refund(
                                org,
                                request.requestId(),
                                new BigDecimal("0.08"),
                                "slow",
                                Book.newId("ref"),
                                "user:ana");
                        return true;
                    } catch (FaultException e) {
                        assertThat(e.fault().code()).isEqualTo(FaultCode.CONFLICT);
                        return false;
                    }
                });
        assertThat(done).filteredOn(Boolean::booleanValue).hasSize(6);
        assertThat(wallets.balance(org).balance()).isEqualByComparingTo("9.98");
        assertThat(new LedgerVerifier(book.database).verify(org).problems()).isEmpty();
    }

    @Test
    void adjustmentsGoDownOnlyAsFarAsMoneyIsAvailable() {
        String org = Book.newId("org");
        wallets.topUp(org, new BigDecimal("10"), "bank", "user:ana");
        book.mustHold(book.request(org, List.of(), wallet(usd("4"), 0, "0"), 1, 1));
        assertThatThrownBy(() ->
                        wallets.adjust(org, new BigDecimal("-6.01"), "typo", "a1", "user:ana"))
                .isInstanceOf(FaultException.class);
        wallets.adjust(org, new BigDecimal("-6"), "typo", "a2", "user:ana");
        book.ledger.keep();
        assertThat(wallets.balance(org).available()).isEqualByComparingTo("0");
        assertThat(wallets.balance(org).balance()).isEqualByComparingTo("4");
    }

    @Test
    void entriesComeInPagesNewestFirst() {
        String org = Book.newId("org");
        for (int i = 0; i < 7; i++) {
            book.now.updateAndGet(t -> t.plusMillis(5));
            wallets.topUp(org, BigDecimal.valueOf(1 + i), "p" + i, "user:ana");
        }
        LedgerEntries entries = new LedgerEntries(book.database);
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Page<Entry> page = entries.entries(org, null, null, cursor, 3);
            page.data().forEach(entry -> seen.add(entry.reference() + ""));
            cursor = page.nextCursor();
        } while (cursor != null);
        assertThat(seen).containsExactly("p6", "p5", "p4", "p3", "p2", "p1", "p0");
        assertThat(entries.accounts(org))
                .filteredOn(account -> account.account() == Account.WALLET)
                .singleElement()
                .satisfies(account -> assertThat(account.balance()).isEqualByComparingTo("28"));
    }
}
