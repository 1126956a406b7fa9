package dev.sluice.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// Replicas of the real server, each a process of its own, over one external database and one
/// simulated provider.
final class Fleet implements AutoCloseable {

    private final TestDatabase database = TestDatabase.create();
    private final Simulator simulator =
            Simulator.start(
                    Options.loopback(InstantSource.system())
                            .withAnyModel()
                            .withJournal(20_000, null, true));
    private final Map<Integer, ServerProcess> replicas = new TreeMap<>();
    private final List<Path> logs = new ArrayList<>();
    private final String databaseUrl;
    private final Path folder;

    private Fleet(String databaseUrl) throws IOException {
        this.databaseUrl = databaseUrl.isEmpty() ? Installation.urlOf(database) : databaseUrl;
        this.folder = Files.createTempDirectory("sluice-fleet");
    }

    /// Replicas `0` to `count - 1`, started at the same time.
    static Fleet start(int count) throws Exception {
        Fleet fleet = new Fleet("");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ServerProcess>> starting = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                starting.add(threads.submit(() -> fleet.start(number, 0)));
            }
            for (int i = 0; i < count; i++) {
                fleet.replicas.put(i, starting.get(i).get());
            }
            return fleet;
        } catch (Exception e) {
            fleet.close();
            throw e;
        }
    }

    /// Starts a replica that has ended, with its disk and on its port.
    ServerProcess restart(int number) throws Exception {
        ServerProcess before = get(number);
        before.close();
        ServerProcess started = start(number, before.port());
        replicas.put(number, started);
        return started;
    }

    private ServerProcess start(int number, int port) throws Exception {
        Path log;
        synchronized (logs) {
            log = folder.resolve("server-%d-%d.log".formatted(number, logs.size()));
            logs.add(log);
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("SLUICE_DATABASE_URL", databaseUrl);
        settings.put("SLUICE_MASTER_KEY", "test-master-0123456789-abcdefghijklmnop");
        settings.put("SLUICE_DATA_DIR", folder.resolve("data-" + number).toString());
        settings.put("SLUICE_PORT", Integer.toString(port));
        return ServerProcess.start(log, settings);
    }

    ServerProcess get(int number) {
        return requireNonNull(replicas.get(number));
    }

    List<ServerProcess> all() {
        return List.copyOf(replicas.values());
    }

    Api api() {
        return get(0).api();
    }

    Simulator simulator() {
        return simulator;
    }

    TestDatabase database() {
        return database;
    }

    /// Waits until every replica knows a new key: a second by contract.
    void awaitKnown(String key) {
        for (ServerProcess replica : replicas.values()) {
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            String body = Installation.chatBody("no-such-model", "x", 5);
            while (replica.api().chat(key, body).statusCode() == 401) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    /// Fails unless the checker proves the books against the provider's journal.
    void assertBooksAreClean() throws SQLException {
        try (Connection connection = database.database().connect()) {
            Checker.of(connection)
                    .against(Installation.upstreamJournal(simulator))
                    .atRest()
                    .assertClean();
        }
    }

    /// After every replica was stopped.
    void assertNothingStaysEscrowed() {
        BigDecimal escrowed =
                database.database()
                        .read(sql ->
                                sql.one(
                                        """
                                        SELECT COALESCE(sum(escrowed), 0)
                                               + (SELECT COALESCE(sum(escrowed), 0) FROM wallet)
                                               AS n
                                          FROM budget_window
                                        """,
                                        row -> row.decimal("n")));
        assertThat(escrowed).isEqualByComparingTo("0");
    }

    /// What all lives of all replicas printed that tells of a failure.
    List<String> errors() throws IOException {
        List<String> errors = new ArrayList<>();
        for (Path log : logs) {
            Files.readAllLines(log).stream()
                    .filter(line -> line.contains("ERROR"))
                    .forEach(errors::add);
        }
        return errors;
    }

    @Override
    public void close() throws IOException {
        replicas.values().forEach(ServerProcess::close);
        simulator.close();
        database.close();
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
