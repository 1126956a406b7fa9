package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotificationsTest {

    private static final String LISTENERS =
            "SELECT pid FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND query LIKE 'LISTEN%'";

    private final Semaphore apples = new Semaphore(0);
    private final Semaphore pears = new Semaphore(0);
    private Database database;

    @BeforeAll
    void open() {
        database = TestServer.open(TestServer.emptyDatabase());
    }

    @AfterAll
    void close() {
        database.close();
    }

    private void announce(String channel) {
        database.inTransaction(sql -> sql.list("SELECT pg_notify(?, '')", _ -> "", channel));
    }

    private static void assertWoken(Semaphore who) throws InterruptedException {
        assertThat(who.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    private List<Integer> listeners() {
        return database.read(sql -> sql.list(LISTENERS, row -> row.integer("pid")));
    }

    @Test
    void whoIsCalledWakesAndAllDoAfterALoss() throws Exception {
        try (Notifications _ =
                Notifications.start(
                        database, Map.of("apples", apples::release, "pears", pears::release))) {
            // what was announced before anybody listened
            assertWoken(apples);
            assertWoken(pears);

            announce("apples");
            assertWoken(apples);
            assertThat(pears.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();

            List<Integer> connections = listeners();
            assertThat(connections).hasSize(1);
            database.inTransaction(sql ->
                    sql.one(
                            "SELECT pg_terminate_backend(?) AS ended",
                            row -> row.bool("ended"),
                            connections.getFirst()));
            assertWoken(apples);
            assertWoken(pears);
            assertThat(listeners()).hasSize(1).doesNotContainAnyElementsOf(connections);
            announce("pears");
            assertWoken(pears);
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!listeners().isEmpty()) {
            assertThat(System.nanoTime()).as("still listening").isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
