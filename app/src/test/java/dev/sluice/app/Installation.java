package dev.sluice.app;

import dev.sluice.checker.Checker;
import dev.sluice.checker.UpstreamJournal;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.journal.CallJson;
import dev.sluice.store.PostgresUrl;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A whole installation for tests: the real server on a free port, a real database of its own, the
/// simulated provider as its upstream, and an HTTP client. Nothing is faked but the provider.
public final class Installation implements AutoCloseable {

    /// The installation's management credential.
    public static final String ADMIN_KEY = "test-admin-0123456789-abcdefghijklmnop";

    private final TestDatabase database;
    private final TestFolder folder = TestFolder.create("data");
    private final Simulator simulator;
    private final Server server;
    private final List<String> notices;
    private final Api api;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Installation(TestDatabase database, Simulator simulator, Map<String, String> extra) {
        this.database = database;
        this.simulator = simulator;
        try {
            Map<String, String> environment = new HashMap<>();
            environment.put("SLUICE_PORT", "0");
            environment.put("SLUICE_ADMIN_KEY", ADMIN_KEY);
            environment.put("SLUICE_DATABASE_URL", urlOf(database));
            environment.put("SLUICE_DATA_DIR", folder.path().toString());
            environment.putAll(extra);
            Config config = Config.read(environment, false);
            server = Server.start(config, new PrintStream(OutputStream.nullOutputStream()));
            notices = Startup.prepare(server, config).notices();
            api = new Api(baseUrl(), http);
        } catch (Config.Invalid e) {
            throw new IllegalStateException(e);
        }
    }

    /// Starts one with an empty configuration.
    public static Installation start() {
        return start(Map.of());
    }

    /// Starts one with further settings.
    public static Installation start(Map<String, String> extra) {
        return new Installation(
                TestDatabase.create(),
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAnyModel()
                                .withJournal(20_000, null, true)),
                extra);
    }

    /// As settings take it, password included.
    public static String urlOf(TestDatabase database) {
        return urlOf(database.url());
    }

    static String urlOf(PostgresUrl url) {
        return "postgresql://%s:%s@%s/%s"
                .formatted(url.user(), url.password().reveal(), url.hosts(), url.database());
    }

    /// Adds the simulator as an upstream and its models at the given price, in the organization
    /// `default`.
    public Installation withModels(String price, String... models) {
        api.addModels(simulator.baseUrl(), price, models);
        return this;
    }

    /// A new key of a team that is made when it is missing; returns the credential.
    public String key(String label, String team, String environment) {
        return api.key(label, team, environment);
    }

    /// Puts money on the account of `default`.
    public void topUp(String amount) {
        api.topUp(amount);
    }

    /// All that tests ask of a server.
    Api api() {
        return api;
    }

    /// What the start had to tell.
    public List<String> notices() {
        return notices;
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.port();
    }

    public Simulator simulator() {
        return simulator;
    }

    public TestDatabase database() {
        return database;
    }

    public HttpClient http() {
        return http;
    }

    /// Management calls without a listener in between.
    InProcess inProcess() {
        return new InProcess(server.control().router(), server.adminKey());
    }

    /// A management call that must succeed.
    public JsonNode admin(String method, String path, @Nullable String body) {
        return api.admin(method, path, body);
    }

    /// A management call, whatever it answers.
    public HttpResponse<String> adminAnswer(
            String method, String path, @Nullable String body, Map<String, String> headers) {
        return api.adminAnswer(method, path, body, headers);
    }

    /// A chat call with the given body.
    public HttpResponse<String> chat(String key, String body) {
        return api.chat(key, body);
    }

    public HttpRequest.Builder chatRequest(String key, String body) {
        return api.chatRequest(key, body);
    }

    /// The body of a small chat call.
    public static String chatBody(String model, String text, int maxTokens) {
        return "{\"model\":\"%s\",\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, maxTokens, text);
    }

    /// Reads a management object until it is as wanted; fails after ten seconds.
    public JsonNode await(String path, Predicate<JsonNode> wanted) {
        return api.await(path, wanted, Duration.ofSeconds(10));
    }

    /// What the simulator has been asked, for one run of the checker.
    public UpstreamJournal upstreamJournal() {
        return upstreamJournal(simulator);
    }

    static UpstreamJournal upstreamJournal(Simulator simulator) {
        StringBuilder lines = new StringBuilder();
        simulator.journal().calls().forEach(call -> lines.append(CallJson.line(call)).append('\n'));
        try {
            return UpstreamJournal.read(new BufferedReader(new StringReader(lines.toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fails unless the checker proves the books, against the simulator's journal.
    public void assertBooksAreClean() {
        // answered once what ended before is in the books
        admin("GET", "/admin/v1/me", null);
        awaitNothingHeld();
        try (Connection connection = database.database().connect()) {
            Checker.of(connection).against(upstreamJournal()).atRest().assertClean();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What open calls hold is told within two seconds of their end.
    private void awaitNothingHeld() {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < deadline
                && database.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT count(*) AS n FROM escrow_slice WHERE held > 0",
                                        row -> row.bigint("n") > 0))) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    /// The process itself, for what goes on beside it.
    Server server() {
        return server;
    }

    /// Calls that are not closed. One is closed a moment after its client has the last byte.
    public int openExchanges() {
        long end = System.nanoTime() + 5_000_000_000L;
        while (server.plane().openExchanges() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        return server.plane().openExchanges();
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
        simulator.close();
        database.close();
        folder.close();
    }
}
