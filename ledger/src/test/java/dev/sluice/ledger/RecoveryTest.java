package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.journal.JournalCorruptException;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.Wire;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the next life of a replica makes of the journal of one that died.
///
/// A death is a copy of the journal, taken at that moment, and a first life that from then on
/// cannot reach the database.
@Tag("slow")
class RecoveryTest {

    private static TestDatabase server;

    @TempDir private Path folder;

    private final String org = Book.newId("org");
    private final String replica = Book.newId("phoenix");
    private final QuotaRule dollars = Book.rule(org, "usd", QuotaUnit.USD, "5");
    private final QuotaRule calls = Book.rule(org, "calls", QuotaUnit.REQUESTS, "100");
    private int copies;
    private Wire wire;
    private Database wired;
    private Book first;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @BeforeEach
    void live() {
        wire = new Wire(server.url());
        wired = wire.database();
        first = new Book(wired, replica, LedgerSettings.standard());
    }

    @AfterEach
    void bury() {
        wire.mend();
        first.close();
        wired.close();
        wire.close();
    }

    /// A call that holds ten cents and one request.
    private HoldRequest held(Book book) {
        HoldRequest request = request(book);
        book.mustHold(request);
        return request;
    }

    private HoldRequest request(Book book) {
        return book.request(
                org,
                List.of(book.claim(dollars, usd("0.1"), 0), book.claim(calls, 1, 0)),
                wallet(usd("0.1"), 0, "10"),
                1,
                1);
    }

    private HoldRequest attempted() {
        HoldRequest request = held(first);
        first.ledger.attempting(first.answered(request, "0.02", "0.004", 100, 0), _ -> {});
        return request;
    }

    private HoldRequest relayed() {
        HoldRequest request = attempted();
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        first.ledger.relaying(request.requestId(), answer::complete);
        assertThat(Book.get(answer)).isTrue();
        return request;
    }

    /// The first life ends, with all that it has written by now.
    private Path died() throws IOException {
        // whatever was appended before this one is written when this one is
        var unused = relayed();
        wire.sever();
        return copy(first.journal);
    }

    private Path copy(Path journal) throws IOException {
        Path copy = Files.createDirectory(folder.resolve("life-" + ++copies));
        try (Stream<Path> files = Files.list(journal)) {
            for (Path file : files.toList()) {
                if (!file.endsWith("lock")) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        return copy;
    }

    private Book life(Path journal) {
        return new Book(server.database(), replica, LedgerSettings.standard(), journal);
    }

    private Optional<StoredCall> find(Book book, HoldRequest request) {
        return new Calls(book.database, book.ledger).get(org, request.requestId());
    }

    private void assertCall(
            Book book,
            HoldRequest request,
            boolean cut,
            String cost,
            String provider,
            String absorbed) {
        StoredCall call = find(book, request).orElseThrow();
        assertThat(call.state()).isEqualTo(StoredCall.State.SETTLED);
        assertThat(call.errorCode()).isEqualTo(cut ? "gateway_restarted" : null);
        assertThat(call.estimated()).isEqualTo(cut);
        assertThat(call.costUsd()).as("charged").isEqualByComparingTo(cost);
        assertThat(call.providerUsd()).as("provider").isEqualByComparingTo(provider);
        assertThat(call.absorbedUsd()).as("absorbed").isEqualByComparingTo(absorbed);
    }

    private void assertClean(Book book, String absorbed) {
        LedgerVerifier.Verification verification =
                new LedgerVerifier(server.database()).verify(org);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.operatorAbsorbedUsd()).isEqualByComparingTo(absorbed);
        for (QuotaRule rule : List.of(dollars, calls)) {
            assertThat(
                            book.number(
                                    "SELECT COALESCE(sum(escrowed), 0)::numeric AS n"
                                            + " FROM budget_window WHERE organization_id = ?"
                                            + " AND rule_id = ?",
                                    org,
                                    rule.id()))
                    .isEqualByComparingTo(slices(book, rule, "%"));
        }
    }

    /// What is in slices of a rule.
    private BigDecimal slices(Book book, QuotaRule rule, String epoch) {
        return book.number(
                "SELECT COALESCE(sum(amount), 0)::numeric AS n FROM escrow_slice"
                        + " WHERE organization_id = ? AND rule_id = ? AND epoch::text LIKE ?",
                org,
                rule.id(),
                epoch);
    }

    private String state(long epoch) {
        return server.database()
                .read(sql ->
                        sql.one(
                                "SELECT state FROM replica_epoch WHERE replica = ? AND epoch = ?",
                                row -> row.text("state"),
                                replica,
                                epoch));
    }

    @Test
    void everyCallIsBookedAsFarAsItGot() throws IOException {
        HoldRequest shipped = held(first);
        first.settle(first.answered(shipped, "0.06", "0.05", 10, 5));
        HoldRequest heldOnly = held(first);
        HoldRequest attempted = attempted();
        HoldRequest ended = held(first);
        HoldRequest progressed = relayed();
        first.ledger.progress(first.answered(progressed, "0.03", "0.02", 100, 20));
        first.ledger.progress(first.answered(progressed, "0.05", "0.03", 100, 40));
        HoldRequest overrun = relayed();
        first.ledger.progress(first.answered(overrun, "0.5", "0.3", 100, 900));
        HoldRequest relayed = relayed();
        wire.sever();
        assertThat(Book.get(first.settleLater(first.answered(ended, "0.07", "0.04", 10, 10))))
                .isTrue();
        Path journal = copy(first.journal);
        Path before = copy(journal);

        try (Book second = life(journal)) {
            assertThat(find(second, heldOnly)).isEmpty();
            assertCall(second, attempted, true, "0", "0.004", "0.004");
            assertCall(second, relayed, true, "0.02", "0.004", "0");
            assertCall(second, progressed, true, "0.05", "0.03", "0");
            // nobody knows that it was so much: what was held is what the customer agreed to
            assertCall(second, overrun, true, "0.1", "0.3", "0.4");
            assertCall(second, ended, false, "0.07", "0.04", "0");
            assertCall(second, shipped, false, "0.06", "0.05", "0");
            assertBooks(second);
        }
        // died again before the journal was put away
        try (Book third = life(before)) {
            assertBooks(third);
        }
        try (Book fourth = life(journal)) {
            assertBooks(fourth);
            assertThat(state(2)).isEqualTo("ended");
        }
    }

    private void assertBooks(Book book) {
        assertThat(book.spent(dollars)).isEqualByComparingTo("0.30");
        // admitted and begun
        assertThat(book.spent(calls)).isEqualByComparingTo("6");
        assertThat(book.held(dollars)).isEqualByComparingTo("0");
        assertThat(book.held(calls)).isEqualByComparingTo("0");
        assertThat(state(1)).isEqualTo("ended");
        assertThat(slices(book, dollars, "1")).isZero();
        assertThat(slices(book, calls, "1")).isZero();
        assertThat(new Wallets(book.database, book.clock, book.ids).balance(org).balance())
                .isEqualByComparingTo("-0.30");
        assertClean(book, "0.404");
    }

    @Test
    void whatTheDeadHadIsUsableAgain() throws IOException {
        QuotaRule narrow = Book.rule(org, "narrow", QuotaUnit.USD, "0.3");
        for (int i = 0; i < 3; i++) {
            first.mustHold(
                    first.request(org, List.of(first.claim(narrow, usd("0.1"), 0)), null, 1, 1));
        }
        try (Book second = life(died())) {
            for (int i = 0; i < 3; i++) {
                HoldRequest request =
                        second.request(
                                org, List.of(second.claim(narrow, usd("0.1"), 0)), null, 1, 1);
                second.mustHold(request);
                second.settle(second.answered(request, "0.1", "0.1", 1, 1));
            }
            assertThat(second.spent(narrow)).isEqualByComparingTo("0.3");
            assertClean(second, "0");
        }
    }

    @Test
    void withoutTheJournalSlicesStayCountedUntilTheyAreWrittenOff() throws IOException {
        HoldRequest ended = held(first);
        HoldRequest running = relayed();
        HoldRequest abandoned = attempted();
        Path lost = died();
        assertThat(Book.get(first.settleLater(first.answered(ended, "0.07", "0.04", 10, 10))))
                .isTrue();

        PostgresEscrowStore store = new PostgresEscrowStore(server.database(), first.clock);
        Epoch epoch = new Epoch(replica, 1);
        try (Book second = life(folder.resolve("empty"))) {
            assertThat(state(1)).isEqualTo("open");
            assertThat(slices(second, dollars, "1")).isGreaterThanOrEqualTo(new BigDecimal("0.3"));
            assertThat(store.writeOff(epoch, "disk lost", "user:ana")).isFalse();
            seenAgo(119);
            assertThat(store.writeOff(epoch, "disk lost", "user:ana")).isFalse();
            assertThat(state(1)).isEqualTo("open");
            assertThat(slices(second, dollars, "1")).isGreaterThanOrEqualTo(new BigDecimal("0.3"));
            assertClean(second, "0");
            seenAgo(125);
            assertThat(store.writeOff(epoch, "disk lost", "user:ana")).isTrue();
            assertThat(store.writeOff(epoch, "again", "user:ana")).isFalse();
            assertThat(state(1)).isEqualTo("written_off");
            assertThat(slices(second, dollars, "1")).isZero();
            assertClean(second, "0");

            // the dead was only away: what it tells now is booked, and nobody pays it
            wire.mend();
            assertThat(first.ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
            assertCall(second, ended, false, "0", "0.04", "0.07");
            assertThat(first.ledger.notReady()).contains("written off");
            assertThat(first.hold(request(first))).isInstanceOf(HoldResult.Unavailable.class);
            assertThat(second.spent(dollars)).isEqualByComparingTo("0");
            assertThat(second.spent(calls)).isEqualByComparingTo("0");
            assertClean(second, "0.07");
        }
        // and so is what its journal says when it is found again
        try (Book third = life(lost)) {
            assertCall(third, running, true, "0", "0.004", "0.02");
            assertCall(third, abandoned, true, "0", "0.004", "0.004");
            assertThat(third.spent(dollars)).isEqualByComparingTo("0");
            assertThat(state(1)).isEqualTo("written_off");
            // with the call that ended the first life, which was relayed
            assertClean(third, "0.114");
        }
    }

    private void seenAgo(long seconds) {
        server.database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE replica_epoch SET seen_at = now()"
                                        + " - make_interval(secs => ?)"
                                        + " WHERE replica = ? AND epoch = 1",
                                seconds,
                                replica));
    }

    @Test
    void aStartThatFailsSaysWhyEachTimeAndBooksNothing() throws IOException {
        HoldRequest relayed = relayed();
        Path journal = died();
        try (Stream<Path> files = Files.list(journal)) {
            Path oldest = files.sorted().findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(oldest);
            bytes[50] ^= 1;
            Files.write(oldest, bytes);
            // one that is newer than the damaged one
            bytes[50] ^= 1;
            Files.write(journal.resolve("0000000000000999.log"), bytes);
        }
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> life(journal))
                    .isInstanceOf(JournalCorruptException.class)
                    .hasMessageContaining("damaged");
        }
        long booked =
                server.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT count(*) AS n FROM call WHERE request_id = ?",
                                        row -> row.bigint("n"),
                                        relayed.requestId()));
        assertThat(booked).isZero();
        assertThat(state(1)).isEqualTo("open");
    }
}
