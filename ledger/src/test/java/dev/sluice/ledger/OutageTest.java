package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.Wire;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PostgreSQL goes away and comes back, and connections are cut in the middle of commits: calls
/// inside escrow go on, nothing is lost, nothing is counted twice, no cap is passed.
@Tag("slow")
class OutageTest {

    private static final Duration SOON = Duration.ofSeconds(3);

    private static TestDatabase server;
    private static Wire wire;
    private static Database wired;

    private final String org = Book.newId("org");

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        wire = new Wire(server.url());
        wired = wire.database();
    }

    @AfterAll
    static void close() {
        wired.close();
        wire.close();
        server.close();
    }

    private HoldRequest request(Book book, QuotaRule rule) {
        return book.request(
                org,
                List.of(book.claim(rule, usd("0.01"), 0)),
                wallet(usd("0.01"), 0, "1000"),
                1,
                1);
    }

    private static CompletableFuture<Boolean> settle(Book book, HoldRequest request) {
        return book.settleLater(book.answered(request, "0.002", "0.001", 10, 1));
    }

    private static void begin(Book book, HoldRequest request) {
        book.ledger.attempting(book.answered(request, "0.002", "0.001", 10, 0), _ -> {});
        CompletableFuture<Boolean> relayed = new CompletableFuture<>();
        book.ledger.relaying(request.requestId(), relayed::complete);
        assertThat(Book.get(relayed)).isTrue();
    }

    /// @param inMemory of those that end meanwhile, the others are read from the journal
    @ParameterizedTest
    @ValueSource(ints = {1_000, 4})
    void callsInsideEscrowNeedNoDatabase(int inMemory) {
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        QuotaRule fresh = Book.rule(org, "fresh", QuotaUnit.USD, "100");
        int settled = 30;
        LedgerSettings settings = LedgerSettings.standard().withBacklogInMemory(inMemory);
        try (Book book = new Book(wired, Book.newId("replica"), settings)) {
            List<HoldRequest> before = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                before.add(request(book, rule));
            }
            List<CompletableFuture<HoldResult>> holds =
                    before.stream().map(book::holdLater).toList();
            assertThat(holds.stream().map(Book::get)).allMatch(HoldResult.Held.class::isInstance);
            before.subList(0, settled).forEach(each -> Book.get(settle(book, each)));
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();

            wire.sever();
            // begun before, and begun now: both end while the database is away
            List<HoldRequest> ending = new ArrayList<>(before.subList(settled, 40));
            for (int i = 0; i < 15; i++) {
                HoldRequest request = request(book, rule);
                book.mustHold(request);
                ending.add(request);
            }
            for (HoldRequest each : ending) {
                begin(book, each);
                assertThat(Book.get(settle(book, each))).isTrue();
            }
            assertThat(book.ledger.unsettled()).isEqualTo(ending.size());
            assertUnshipped(book, ending.size());
            assertUnavailableSoon(book, fresh);
            assertThat(book.ledger.notReady()).isNull();

            wire.mend();
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
            assertUnshipped(book, 0);
            settled += ending.size();
            assertThat(book.ledger.unsettled()).isZero();
            assertThat(book.spent(rule)).isEqualByComparingTo(cents(settled));
            HoldRequest after = heldSoon(book, fresh);
            book.settle(book.answered(after, "0.002", "0.001", 10, 1));
        }
        assertExact(rule, cents(settled));
        assertThat(count("SELECT count(*)::numeric AS n FROM call WHERE organization_id = ?"))
                .isEqualByComparingTo(BigDecimal.valueOf(settled + 1L));
    }

    /// A standby that answers instead of its primary, or a server whose disk is full.
    @Test
    void endedCallsWaitForAServerThatTakesNoChanges() {
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        try (Book book = new Book(wired, Book.newId("replica"), LedgerSettings.standard())) {
            List<HoldRequest> calls = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                HoldRequest request = request(book, rule);
                book.mustHold(request);
                calls.add(request);
            }
            takesChanges(false);
            try {
                for (HoldRequest each : calls) {
                    begin(book, each);
                    assertThat(Book.get(settle(book, each))).isTrue();
                }
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                assertUnshipped(book, calls.size());
            } finally {
                takesChanges(true);
            }
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
            assertThat(book.ledger.unsettled()).isZero();
        }
        assertExact(rule, cents(30));
    }

    private static void takesChanges(boolean whether) {
        boolean unused =
                server.database()
                        .inTransaction(sql -> {
                            sql.execute("SET TRANSACTION READ WRITE");
                            sql.execute(
                                    "ALTER DATABASE \"%s\" SET default_transaction_read_only = %s"
                                            .formatted(
                                                    server.url().database(),
                                                    whether ? "off" : "on"));
                            return true;
                        });
        // of sessions that are opened from now on
        wire.cut();
    }

    private static void assertUnshipped(Book book, int calls) {
        LedgerFigures figures = book.ledger.figures();
        assertThat(figures.unshippedCalls()).isEqualTo(calls);
        assertThat(figures.unshippedUsd()).isEqualByComparingTo(cents(calls));
    }

    /// The account belongs to both of them.
    @Test
    void aCallThatWaitsForTheDatabaseKeepsNobodyElseFromWhatIsHere() {
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        QuotaRule fresh = Book.rule(org, "fresh", QuotaUnit.USD, "100");
        try (Book book = new Book(wired, Book.newId("replica"), LedgerSettings.standard())) {
            for (int i = 0; i < 40; i++) {
                HoldRequest request = request(book, rule);
                book.mustHold(request);
                begin(book, request);
                Book.get(settle(book, request));
            }
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
            book.ledger.keep();
            wire.swallow();
            CompletableFuture<HoldResult> waiting = book.holdLater(request(book, fresh));
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            List<HoldRequest> meanwhile = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                meanwhile.add(request(book, rule));
                book.mustHold(meanwhile.getLast());
            }
            assertThat(waiting).isNotDone();
            for (HoldRequest request : meanwhile) {
                begin(book, request);
                Book.get(settle(book, request));
            }
            wire.mend();
            wire.cut();
            Book.get(waiting);
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
        }
        assertExact(rule, cents(50));
    }

    /// The pool may still have connections that were cut.
    private HoldRequest heldSoon(Book book, QuotaRule rule) {
        for (int i = 0; i < 20; i++) {
            HoldRequest request = request(book, rule);
            if (book.hold(request) instanceof HoldResult.Held) {
                return request;
            }
        }
        throw new AssertionError("not held after the outage");
    }

    private void assertUnavailableSoon(Book book, QuotaRule fresh) {
        long began = System.nanoTime();
        List<CompletableFuture<HoldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(book.holdLater(request(book, fresh)));
        }
        assertThat(answers.stream().map(Book::get))
                .allMatch(HoldResult.Unavailable.class::isInstance);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
    }

    private static BigDecimal cents(int calls) {
        return new BigDecimal("0.002").multiply(BigDecimal.valueOf(calls));
    }

    @Test
    void cutConnectionsNeitherCountTwiceNorPassACap() {
        long seed = new Random().nextLong();
        System.out.println("OutageTest seed " + seed);
        Random random = new Random(seed);
        QuotaRule rule = Book.rule(org, "cap", QuotaUnit.USD, "0.50");
        int answered = 0;
        try (Book book = new Book(wired, Book.newId("replica"), LedgerSettings.standard())) {
            for (int round = 0; round < 12; round++) {
                List<HoldRequest> requests = new ArrayList<>();
                List<CompletableFuture<HoldResult>> answers = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    HoldRequest request = request(book, rule);
                    requests.add(request);
                    answers.add(book.holdLater(request));
                }
                boolean away = random.nextInt(4) == 0;
                cut(away);
                List<CompletableFuture<Boolean>> durable = new ArrayList<>();
                for (int i = 0; i < requests.size(); i++) {
                    switch (Book.get(answers.get(i))) {
                        case HoldResult.Held _ -> {
                            answered++;
                            begin(book, requests.get(i));
                            durable.add(settle(book, requests.get(i)));
                        }
                        case HoldResult.Refused _, HoldResult.Unavailable _ -> {}
                    }
                    if (random.nextInt(20) == 0) {
                        cut(away);
                    }
                }
                assertThat(durable.stream().map(Book::get)).allMatch(Boolean::booleanValue);
                assertThat(counted(rule)).isLessThanOrEqualTo(rule.limit());
                wire.mend();
            }
            assertThat(book.ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
            assertThat(book.ledger.openCalls()).isZero();
        }
        assertThat(answered).as("answered, seed %d", seed).isPositive();
        assertExact(rule, cents(answered));
    }

    private static void cut(boolean away) {
        if (away) {
            wire.sever();
        } else {
            wire.cut();
        }
    }

    /// What all replicas together have spent and may spend.
    private BigDecimal counted(QuotaRule rule) {
        return count(
                "SELECT COALESCE(sum(spent + escrowed), 0)::numeric AS n FROM budget_window"
                        + " WHERE organization_id = ? AND rule_id = ?",
                rule.id());
    }

    private BigDecimal count(String sql, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(org));
        arguments.addAll(List.of(more));
        return server.database()
                .read(s -> s.one(sql, row -> row.decimal("n"), arguments.toArray()));
    }

    private void assertExact(QuotaRule rule, BigDecimal spent) {
        // what is spent, and no slice is left behind
        assertThat(counted(rule)).isEqualByComparingTo(spent);
        LedgerVerifier.Verification verification =
                new LedgerVerifier(server.database()).verify(org);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.operatorAbsorbedUsd()).isZero();
    }
}
