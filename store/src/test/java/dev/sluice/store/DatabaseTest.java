package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.Secret;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest {

    private enum Colour {
        RED
    }

    private Database database;

    @BeforeAll
    void open() {
        database =
                Database.open(
                        TestServer.emptyDatabase(),
                        DatabaseSettings.standard().withApplicationName("sluice-test"));
        database.inTransaction(sql -> {
            sql.execute("CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)");
            return sql.update("INSERT INTO pair VALUES (1, 0), (2, 0)");
        });
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void everyTypeComesBackAsItWent() {
        Instant time = Instant.parse("2026-03-29T01:30:00.123456Z");
        String money = "12345678901234567890123456.123456789012";

        List<Object> values =
                database.read(sql ->
                        sql.one(
                                "SELECT ?::text a, ?::bigint b, ?::int c, ?::boolean d,"
                                        + " ?::numeric(38,12) e, ?::timestamptz f, ?::date g,"
                                        + " ?::bytea h, ?::jsonb i, ?::text[] j, ?::text k",
                                row ->
                                        List.of(
                                                row.text("a"),
                                                row.bigint("b"),
                                                row.integer("c"),
                                                row.bool("d"),
                                                row.decimal("e"),
                                                row.instant("f"),
                                                row.date("g"),
                                                new String(
                                                        row.bytes("h"),
                                                        java.nio.charset.StandardCharsets.UTF_8),
                                                row.text("i"),
                                                row.texts("j"),
                                                row.text("k")),
                                "ä€😀",
                                Long.MAX_VALUE,
                                -7,
                                true,
                                new BigDecimal(money),
                                time,
                                LocalDate.of(2026, 12, 31),
                                new byte[] {'o', 'k'},
                                "{\"a\":1}",
                                List.of("x", "y,\"z\""),
                                Colour.RED));

        assertThat(values)
                .containsExactly(
                        "ä€😀",
                        Long.MAX_VALUE,
                        -7,
                        true,
                        new BigDecimal(money),
                        time,
                        LocalDate.of(2026, 12, 31),
                        "ok",
                        "{\"a\": 1}",
                        List.of("x", "y,\"z\""),
                        "RED");
    }

    @Test
    void nullsAreReadAsNullOrNamed() {
        database.read(sql ->
                sql.one(
                        "SELECT ?::bigint AS amount, NULL::timestamptz AS ended",
                        row -> {
                            assertThat(row.bigintOrNull("amount")).isNull();
                            assertThat(row.instantOrNull("ended")).isNull();
                            assertThatThrownBy(() -> row.bigint("amount"))
                                    .hasMessage("column amount is null");
                            return true;
                        },
                        new Object[] {null}));
    }

    @Test
    void arraysFeedSetBasedStatements() {
        int inserted =
                database.inTransaction(sql -> {
                    sql.execute("CREATE TABLE bulk (id bigint, at timestamptz, usd numeric)");
                    return sql.update(
                            "INSERT INTO bulk SELECT * FROM unnest(?::bigint[],"
                                    + " ?::timestamptz[], ?::numeric[])",
                            List.of(1L, 2L),
                            List.of(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z")),
                            Arrays.asList(new BigDecimal("0.000000000001"), null));
                });

        assertThat(inserted).isEqualTo(2);
        assertThat(
                        rows(
                                "SELECT id::text || '|' || at || '|' || coalesce(usd::text, '-') v"
                                        + " FROM bulk"))
                .containsExactly(
                        "1|1970-01-01 00:00:00+00|0.000000000001", "2|2026-01-01 00:00:00+00|-");
        int deleted =
                database.inTransaction(sql ->
                        sql.update("DELETE FROM bulk WHERE id = ANY(?::bigint[])", List.of()));
        assertThat(deleted).isZero();
    }

    @Test
    void batchesReturnAndCursors() {
        long sum =
                database.inTransaction(sql -> {
                    sql.execute("CREATE TABLE many (n int)");
                    List<List<Integer>> batch =
                            java.util.stream.IntStream.rangeClosed(1, 2_500)
                                    .mapToObj(List::of)
                                    .toList();
                    sql.batch("INSERT INTO many VALUES (?)", batch);
                    assertThat(
                                    sql.list(
                                            "UPDATE many SET n = n + 1 WHERE n > 2498"
                                                    + " RETURNING n",
                                            row -> row.integer("n")))
                            .containsExactlyInAnyOrder(2_500, 2_501);
                    AtomicInteger total = new AtomicInteger();
                    sql.each("SELECT n FROM many", row -> total.addAndGet(row.integer("n")));
                    return total.get();
                });

        assertThat(sum).isEqualTo(2_500 * 2_501 / 2 + 2);
    }

    @Test
    void sessionsAreUtcNamedAndBounded() {
        assertThat(rows("SELECT current_setting('TimeZone') v")).containsExactly("UTC");
        assertThat(rows("SELECT current_setting('application_name') v"))
                .containsExactly("sluice-test");
        assertThat(rows("SELECT current_setting('statement_timeout') v")).containsExactly("30s");
        assertThat(rows("SELECT current_setting('idle_in_transaction_session_timeout') v"))
                .containsExactly("15s");
        // the server of the tests has it off
        assertThat(rows("SELECT current_setting('synchronous_commit') v")).containsExactly("on");
    }

    @Test
    void aServerThatTakesNoChangesIsAwayForAWhile() {
        assertThatThrownBy(() ->
                        database.inTransaction(sql -> {
                            sql.execute("SET TRANSACTION READ ONLY");
                            return sql.update("UPDATE pair SET n = 9 WHERE id = 1");
                        }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isUnavailable()).isTrue());
        for (String state : List.of("53100", "53300", "57P01", "08006")) {
            assertThat(new DatabaseException("x", new SQLException("y", state)).isUnavailable())
                    .as(state)
                    .isTrue();
        }
        for (String state : List.of("23505", "42P01", "22003", "")) {
            assertThat(new DatabaseException("x", new SQLException("y", state)).isUnavailable())
                    .as(state)
                    .isFalse();
        }
    }

    @Test
    void whoFindsAllConnectionsInUseIsToldToComeAgain() throws Exception {
        try (Database narrow =
                Database.open(
                        database.url(),
                        DatabaseSettings.standard()
                                .withPoolSize(1)
                                .withConnectTimeout(Duration.ofMillis(300)))) {
            CountDownLatch holds = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            CompletableFuture<Integer> holder =
                    CompletableFuture.supplyAsync(() ->
                            narrow.read(sql -> {
                                holds.countDown();
                                await(over);
                                return 1;
                            }));
            await(holds);
            assertThatThrownBy(() -> narrow.read(sql -> sql.one("SELECT 1 AS n", row -> 1)))
                    .isInstanceOfSatisfying(
                            DatabaseException.class, e -> assertThat(e.isUnavailable()).isTrue());
            over.countDown();
            assertThat(holder.get()).isEqualTo(1);
        }
    }

    @Test
    void aSlowStatementIsEnded() {
        try (Database impatient =
                Database.open(
                        database.url(),
                        DatabaseSettings.standard().withStatementTimeout(Duration.ofMillis(50)))) {
            assertThatThrownBy(() ->
                            impatient.read(sql ->
                                    sql.list("SELECT pg_sleep(30)::text v", row -> row.text("v"))))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.sqlState()).isEqualTo("57014"));
        }
    }

    @Test
    void anExceptionRollsBackAndViolationsNameTheirConstraintButNoValues() {
        assertThatThrownBy(() ->
                        database.inTransaction(sql -> {
                            sql.update("INSERT INTO pair VALUES (77, 7)");
                            return sql.update("INSERT INTO pair VALUES (1, 424242)");
                        }))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        e -> {
                            assertThat(e.isUniqueViolation()).isTrue();
                            assertThat(e.constraint()).isEqualTo("pair_pkey");
                            assertThat(e.getMessage()).doesNotContain("Key (id)");
                        });
        assertThat(rows("SELECT id::text v FROM pair WHERE id = 77")).isEmpty();
    }

    @Test
    void readsCannotWriteAndSnapshotsSeeOneMoment() {
        assertThatThrownBy(() -> database.read(sql -> sql.update("UPDATE pair SET n = n")))
                .isInstanceOf(DatabaseException.class);

        List<String> seen =
                database.snapshot(sql -> {
                    String query = "SELECT n::text v FROM pair WHERE id = 2";
                    String before = sql.one(query, row -> row.text("v"));
                    database.inTransaction(
                            other -> other.update("UPDATE pair SET n = n + 100 WHERE id = 2"));
                    return List.of(before, sql.one(query, row -> row.text("v")));
                });

        assertThat(seen.get(0)).isEqualTo(seen.get(1));
        // and the pool hands the connection out clean afterwards
        int reset = database.inTransaction(sql -> sql.update("UPDATE pair SET n = 0"));
        assertThat(reset).isEqualTo(2);
    }

    @Test
    void aDeadlockIsRunAgainOnlyWhereThatIsSafe() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch bothHoldOne = new CountDownLatch(2);

        CompletableFuture<Void> one = lockBoth(1, 2, bothHoldOne, runs);
        CompletableFuture<Void> two = lockBoth(2, 1, bothHoldOne, runs);
        CompletableFuture.allOf(one, two).get(20, java.util.concurrent.TimeUnit.SECONDS);

        // a victim that runs again may meet the other one again, so there may be more than three
        assertThat(runs.get()).as("a victim ran again").isBetween(3, 2 * 10);
    }

    @Test
    void aTransientFailureIsNotRepeatedForEver() {
        AtomicInteger runs = new AtomicInteger();
        String conflict = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$";
        SqlFunction<Boolean> work =
                sql -> {
                    runs.incrementAndGet();
                    sql.execute(conflict);
                    return true;
                };

        assertThatThrownBy(() -> database.inIdempotentTransaction(work))
                .isInstanceOf(DatabaseException.class);
        assertThat(runs.get()).isEqualTo(Database.MAX_TRANSACTION_RUNS);
        assertThatThrownBy(() -> database.inTransaction(work))
                .isInstanceOf(DatabaseException.class);
        assertThat(runs.get()).isEqualTo(Database.MAX_TRANSACTION_RUNS + 1);
    }

    @Test
    void aDatabaseThatIsAwayIsNamedWithoutItsPassword() {
        PostgresUrl away =
                new PostgresUrl(
                        "127.0.0.1:1", "d", "ana", new Secret("hunter2"), java.util.Map.of());

        assertThatThrownBy(() ->
                        Database.open(
                                away,
                                DatabaseSettings.standard()
                                        .withConnectTimeout(Duration.ofMillis(300))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("postgresql://ana@127.0.0.1:1/d")
                .hasMessageNotContaining("hunter2");
    }

    private CompletableFuture<Void> lockBoth(
            int first, int second, CountDownLatch bothHoldOne, AtomicInteger runs) {
        return CompletableFuture.runAsync(
                () ->
                        database.inIdempotentTransaction(sql -> {
                            runs.incrementAndGet();
                            sql.update("UPDATE pair SET n = n + 1 WHERE id = ?", first);
                            bothHoldOne.countDown();
                            await(bothHoldOne);
                            return sql.update("UPDATE pair SET n = n + 1 WHERE id = ?", second);
                        }),
                task -> Thread.ofVirtual().start(task));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> rows(String query) {
        return database.read(sql -> sql.list(query, row -> row.text("v")));
    }
}
