package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A window in use holds what its replica spends of it in a whole lease: so long calls go on while
/// PostgreSQL is away.
@Tag("slow")
class OutageReserveTest {

    private static final int CALLS_PER_SECOND = 10;
    private static final long COST = usd("0.001");
    private static final long LEASE_SECONDS = Escrow.LEASE.toSeconds();

    /// The pace is known after one period of measuring.
    private static final int KNOWN_AFTER_SECONDS = 25;

    private final String org = Book.newId("org");
    private final QuotaRule day = Book.rule(org, "day", QuotaUnit.USD, "100");
    private final QuotaRule minute =
            Book.rule(org, "minute", QuotaUnit.USD, "100", Book.minute(), true, false);
    private QuotaRule rule = day;
    private long nanos = Duration.ofHours(1).toNanos();
    private TestDatabase server;
    private Book book;
    private Escrow escrow;
    private Treasury treasury;

    @BeforeEach
    void open() {
        server = TestDatabase.create();
        book = new Book(server.database());
        PostgresEscrowStore store = new PostgresEscrowStore(server.database(), book.clock);
        Epoch epoch = store.open("r1", 0);
        escrow = new Escrow(nanos);
        treasury = new Treasury(store, escrow, epoch, book.clock, () -> nanos);
    }

    @AfterEach
    void close() {
        book.close();
        server.close();
    }

    @Test
    void aWindowInUseLastsForALeaseWithoutTheStore() {
        WindowKey window = WindowKey.of(claim());
        for (int second = 0; second < 150; second++) {
            for (int i = 0; i < CALLS_PER_SECOND; i++) {
                Settlement.Open hold = fromMemory();
                end(hold == null ? fromTheStore() : hold);
            }
            nanos += Duration.ofSeconds(1).toNanos();
            treasury.tick();
            if (second >= KNOWN_AFTER_SECONDS) {
                assertThat(Objects.requireNonNull(escrow.holding(window)).free())
                        .as("free after second %d", second)
                        .isGreaterThanOrEqualTo(LEASE_SECONDS * CALLS_PER_SECOND * COST);
            }
        }
        // the store is away from here; what was said last may be ten seconds old, and the lease
        // ends five seconds early
        for (int second = 0; second < LEASE_SECONDS - 16; second++) {
            for (int i = 0; i < CALLS_PER_SECOND; i++) {
                Settlement.Open hold = fromMemory();
                assertThat(hold).as("second %d without the store", second).isNotNull();
                end(Objects.requireNonNull(hold));
            }
            nanos += Duration.ofSeconds(1).toNanos();
        }
        nanos += Duration.ofSeconds(16).toNanos();
        assertThat(fromMemory()).as("past the lease").isNull();
    }

    @Test
    void theNextWindowIsReadyBeforeItBegins() {
        rule = minute;
        WindowKey next = next();
        useForSeconds(30);
        assertThat(escrow.holding(next)).as("half a minute before").isNull();
        useForSeconds(29);
        assertThat(Objects.requireNonNull(escrow.holding(next)).free())
                .isGreaterThanOrEqualTo(LEASE_SECONDS * CALLS_PER_SECOND * COST);
        // the store is away from here
        pass();
        assertThat(WindowKey.of(claim())).isEqualTo(next);
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < CALLS_PER_SECOND; i++) {
                Settlement.Open hold = fromMemory();
                assertThat(hold).as("second %d of the next window", second).isNotNull();
                end(Objects.requireNonNull(hold));
            }
            pass();
        }
    }

    @Test
    void aNextWindowThatNobodyUsesGetsItsShareBack() {
        rule = minute;
        WindowKey next = next();
        useForSeconds(59);
        assertThat(escrowed(next)).isPositive();
        // nobody calls any more
        for (int second = 0; second < 150; second++) {
            pass();
            treasury.tick();
        }
        assertThat(escrow.holding(next)).isNull();
        assertThat(escrowed(next)).isZero();
        assertThat(escrow.holding(next.startingAt(Book.START.plusSeconds(120))))
                .as("none is fetched for a window nobody uses")
                .isNull();
    }

    private WindowKey next() {
        return WindowKey.of(claim()).startingAt(Book.START.plusSeconds(60));
    }

    private BigDecimal escrowed(WindowKey key) {
        return book.number(
                "SELECT escrowed AS n FROM budget_window WHERE organization_id = ?"
                        + " AND rule_id = ? AND window_start = ?",
                org,
                key.ruleId(),
                key.start());
    }

    private void useForSeconds(int seconds) {
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < CALLS_PER_SECOND; i++) {
                Settlement.Open hold = fromMemory();
                end(hold == null ? fromTheStore() : hold);
            }
            pass();
            treasury.tick();
        }
    }

    private void pass() {
        nanos += Duration.ofSeconds(1).toNanos();
        book.now.updateAndGet(now -> now.plusSeconds(1));
    }

    private Claim claim() {
        return book.claim(rule, COST, 0);
    }

    private HoldRequest request() {
        return book.request(org, List.of(claim()), null, 1, 1);
    }

    private Settlement.@Nullable Open fromMemory() {
        HoldRequest request = request();
        return treasury.tryHold(request, request.claims(), 1);
    }

    private Settlement.Open fromTheStore() {
        List<Settlement.Open> holds = new ArrayList<>();
        HoldRequest request = request();
        treasury.serve(
                List.of(
                        new Treasury.Waiting(request, request.claims(), 1) {
                            @Override
                            protected boolean waits() {
                                return true;
                            }

                            @Override
                            protected boolean held(Settlement.Open hold) {
                                return holds.add(hold);
                            }

                            @Override
                            protected void refused(HoldResult.Refused refused) {
                                throw new AssertionError(refused);
                            }

                            @Override
                            protected void unavailable(String reason) {
                                throw new AssertionError(reason);
                            }

                            @Override
                            protected void again() {
                                throw new AssertionError("nobody else has anything");
                            }
                        }));
        return holds.getFirst();
    }

    private void end(Settlement.Open hold) {
        escrow.settle(hold, (_, held) -> held);
    }
}
