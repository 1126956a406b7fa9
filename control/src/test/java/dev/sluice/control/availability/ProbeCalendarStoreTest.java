package dev.sluice.control.availability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.availability.ProbeCalendarStore.Spot;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The calendar of probes, on a clock that the test sets.
class ProbeCalendarStoreTest {

    private static final Spot CHAT = new Spot("ups_1", "m", "chat");
    private static final Spot MESSAGES = new Spot("ups_1", "m", "messages");
    private static final BigDecimal CENT = new BigDecimal("0.01");
    private static final BigDecimal MOST = new BigDecimal("0.015");
    private static final Instant START = Instant.parse("2026-03-01T23:00:00Z");

    private static TestDatabase server;

    private Instant now = START;
    private ProbeCalendarStore calendar;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        server.database()
                .inTransaction(sql -> {
                    sql.update(
                            """
                            INSERT INTO organization (id, name, time_zone, currency, billing_mode,
                                                      credit_limit, created_at)
                            VALUES ('org_1', 'acme', 'UTC', 'USD', 'prepaid', 0, now())
                            """);
                    return sql.update(
                            """
                            INSERT INTO upstream (id, organization_id, name, provider, base_url,
                                                  dialects, created_at)
                            VALUES ('ups_1', 'org_1', 'one', 'simulator', 'http://127.0.0.1:1',
                                    '{}', now())
                            """);
                });
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.database()
                .inTransaction(sql -> {
                    sql.update("DELETE FROM probe_place");
                    sql.update("DELETE FROM probe_turn");
                    return sql.update("DELETE FROM probe_day");
                });
        calendar = new ProbeCalendarStore(server.database(), () -> now);
    }

    private boolean asked(BigDecimal most) {
        return calendar.setAside(CHAT, now.plusSeconds(60), most, MOST);
    }

    @Test
    void aDayHasSoMuchAndTheNextOneAsMuchAgain() {
        LocalDate first = calendar.today();
        assertThat(asked(CENT)).isTrue();
        assertThat(asked(CENT)).as("the worst case of two is too much").isFalse();
        calendar.paid(first, CENT, new BigDecimal("0.002"));
        assertThat(asked(CENT)).as("it cost less").isTrue();
        calendar.paid(first, CENT, null);
        assertThat(asked(CENT)).as("nobody knows what the second one cost").isFalse();
        now = START.plus(Duration.ofHours(1));
        assertThat(calendar.today()).isEqualTo(first.plusDays(1));
        assertThat(asked(CENT)).isTrue();
    }

    @Test
    void theCalendarFollowsWhatThereIs() {
        Instant soon = START.plusSeconds(10);
        Instant late = START.plusSeconds(1_000);
        assertThat(
                        calendar.agree(
                                Map.of(CHAT, soon, MESSAGES, soon),
                                Map.of(CHAT, late, MESSAGES, late)))
                .containsOnly(Map.entry(CHAT, soon), Map.entry(MESSAGES, soon));
        calendar.postpone(CHAT, late);
        Instant earlier = START.plusSeconds(500);
        assertThat(calendar.agree(Map.of(CHAT, soon), Map.of(CHAT, late)))
                .as("what is gone is struck out, what is known stays")
                .containsOnly(Map.entry(CHAT, late));
        assertThat(calendar.agree(Map.of(CHAT, soon), Map.of(CHAT, earlier)))
                .as("a shorter interval counts at once")
                .containsOnly(Map.entry(CHAT, earlier));
        Spot nowhere = new Spot("ups_gone", "m", "chat");
        calendar.postpone(nowhere, soon);
        assertThat(calendar.agree(Map.of(CHAT, soon), Map.of(CHAT, late)))
                .as("an upstream that is gone has no place")
                .containsOnlyKeys(CHAT);
    }

    @Test
    void oneHasTheTurnUntilItLeavesOrFallsSilent() {
        Duration lease = Duration.ofMinutes(1);
        assertThat(calendar.takeTurn("a", lease)).isTrue();
        assertThat(calendar.takeTurn("b", lease)).isFalse();
        assertThat(calendar.takeTurn("a", lease)).isTrue();
        calendar.leaveTurn("b");
        assertThat(calendar.takeTurn("b", lease)).as("it was not theirs to leave").isFalse();
        calendar.leaveTurn("a");
        assertThat(calendar.takeTurn("b", Duration.ofSeconds(-1))).isTrue();
        assertThat(calendar.takeTurn("a", lease)).as("b's lease is over").isTrue();
    }
}
