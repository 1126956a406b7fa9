package dev.sluice.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.OwnPostgres;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Replicas of the real server, each a process of its own, over one external database and one
/// simulated provider.
final class Fleet implements AutoCloseable {

    private final Supplier<PostgresUrl> database;
    private final Runnable databaseEnd;
    private final Simulator simulator =
            Simulator.start(
                    Options.loopback(InstantSource.system())
                            .withAnyModel()
                            .withJournal(20_000, null, true));
    private final Map<Integer, ServerProcess> replicas = new TreeMap<>();
    private final List<Path> logs = new ArrayList<>();
    private final Map<String, String> settings;
    private final TestFolder folder;

    private Fleet(
            Supplier<PostgresUrl> database, Map<String, String> settings, Runnable databaseEnd)
            throws IOException {
        this.database = database;
        this.settings = settings;
        this.databaseEnd = databaseEnd;
        this.folder = TestFolder.create("fleet");
    }

    /// Replicas `0` to `count - 1` over a database of their own.
    static Fleet start(int count, Map<String, String> more) throws Exception {
        TestDatabase database = TestDatabase.create();
        Map<String, String> settings = new HashMap<>(more);
        settings.put("SLUICE_DATABASE_URL", Installation.urlOf(database));
        return started(new Fleet(database::url, settings, database::close), count);
    }

    /// One replica that reaches the database over its wire.
    ///
    /// @param parameters of the URL
    static Fleet startOne(OwnPostgres postgres, String parameters) throws Exception {
        String url = Installation.urlOf(postgres.wire().url()) + parameters;
        return started(
                new Fleet(postgres::direct, Map.of("SLUICE_DATABASE_URL", url), () -> {}), 1);
    }

    private static Fleet started(Fleet fleet, int count) throws Exception {
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
            log = folder.path().resolve("server-%d-%d.log".formatted(number, logs.size()));
            logs.add(log);
        }
        Map<String, String> settings = new HashMap<>(this.settings);
        settings.put("SLUICE_MASTER_KEY", "test-master-0123456789-abcdefghijklmnop");
        settings.put("SLUICE_DATA_DIR", folder.path().resolve("data-" + number).toString());
        settings.put("SLUICE_PORT", Integer.toString(port));
        settings.put("SLUICE_REPLICA", "replica-" + number);
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

    /// A pool that no outage of the replicas' own way to the database touches, for the caller to
    /// close.
    Database openDatabase() {
        return Database.open(database.get(), DatabaseSettings.standard().withPoolSize(2));
    }

    /// Waits until every replica knows a new key: a second by contract.
    void awaitKnown(String key) {
        for (ServerProcess replica : replicas.values()) {
            String body = Installation.chatBody("no-such-model", "x", 5);
            Await.until(
                    () -> replica.api().chat(key, body).statusCode(),
                    status -> status != 401,
                    Duration.ofSeconds(5));
        }
    }

    /// After every replica was stopped: fails unless the checker proves the books against the
    /// provider's journal, and nothing is left with a replica.
    void assertBooksAreCleanAndNothingHeld() throws SQLException {
        try (Database direct = openDatabase();
                Connection connection = direct.connect()) {
            Checker.of(connection)
                    .against(Installation.upstreamJournal(simulator))
                    .atRest()
                    .assertClean();
            BigDecimal escrowed =
                    direct.read(sql ->
                            sql.one(
                                    """
                                    SELECT COALESCE(sum(escrowed), 0)
                                           + (SELECT COALESCE(sum(escrowed), 0) FROM wallet) AS n
                                      FROM budget_window
                                    """,
                                    row -> row.decimal("n")));
            assertThat(escrowed).isEqualByComparingTo("0");
        }
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
        databaseEnd.run();
        folder.close();
    }
}
