package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// Several server processes over one database share budgets: never exceeded, nearly all usable,
/// although each grants from what it holds in memory (SPEC Q6, O3).
@Tag("slow")
@Timeout(300)
class ReplicasTest {

    private static final int CALLERS = 400;
    private static final BigDecimal INPUT = new BigDecimal("10");
    private static final BigDecimal OUTPUT = new BigDecimal("100");
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";

    private final TestDatabase database = TestDatabase.create();
    private final List<ServerProcess> replicas = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Path folder = Path.of(".");
    private Simulator simulator;

    @BeforeEach
    void prepare() throws IOException {
        folder = Files.createTempDirectory("sluice-replicas");
        simulator =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAnyModel()
                                .withJournal(20_000, null, true));
    }

    @AfterEach
    void cleanUp() throws IOException {
        threads.close();
        replicas.forEach(ServerProcess::close);
        simulator.close();
        database.close();
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private ServerProcess replica(int number) throws Exception {
        ServerProcess started =
                ServerProcess.start(
                        folder.resolve("server-" + number + ".log"),
                        Map.of(
                                "SLUICE_DATABASE_URL", Installation.urlOf(database),
                                "SLUICE_MASTER_KEY", "test-master-0123456789-abcdefghijklmnop",
                                "SLUICE_DATA_DIR", folder.resolve("data-" + number).toString()));
        replicas.add(started);
        return started;
    }

    @Test
    void twoReplicasShareABudget() throws Exception {
        burst(2, "{}");
    }

    @Test
    void threeReplicasShareNestedBudgets() throws Exception {
        burst(3, "{\"key\":\"k\"}");
    }

    private void burst(int count, String innerScope) throws Exception {
        for (int i = 0; i < count; i++) {
            replica(i);
        }
        Api api = replicas.getFirst().api();
        api.addModels(simulator.baseUrl(), PRICE, "m");
        api.topUp("100");
        String key = api.key("k", "support", "staging");
        String outer = quota(api, "outer", "{\"team\":\"support\"}", "1.00");
        String inner = quota(api, "inner", innerScope, "1.00");
        awaitKnown(key);
        // the last one takes a slice and is idle from then on
        ServerProcess idle = replicas.getLast();
        for (int i = 0; i < 5; i++) {
            assertThat(idle.api().chat(key, Installation.chatBody("m", "first", 20)).statusCode())
                    .isEqualTo(200);
        }
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            ServerProcess to = replicas.get(i % Math.max(1, count - 1));
            String body = Installation.chatBody("m", "call " + i, 150);
            calls.add(CompletableFuture.supplyAsync(() -> to.api().chat(key, body), threads));
        }
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            HttpResponse<String> answer = call.get();
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 429);
        }
        assertThat(spentByTheProvider()).isLessThanOrEqualTo(BigDecimal.ONE);
        usedUp(key);
        for (String rule : List.of(outer, inner)) {
            JsonNode state =
                    api.await(
                            "/admin/v1/quotas/" + rule + "/state",
                            s ->
                                    s.path("held").asString().equals("0")
                                            && new BigDecimal(s.path("used").asString())
                                                            .compareTo(spentByTheProvider())
                                                    == 0,
                            Duration.ofSeconds(10));
            assertThat(new BigDecimal(state.path("used").asString()))
                    .isEqualByComparingTo(spentByTheProvider());
        }
        try (Connection connection = database.database().connect()) {
            Checker.of(connection).atRest().assertClean();
        }
        for (ServerProcess replica : replicas) {
            replica.stop();
        }
        assertNothingStaysEscrowed();
    }

    /// Every replica knows a new key within a second.
    private void awaitKnown(String key) throws InterruptedException {
        for (ServerProcess replica : replicas) {
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (replica.api()
                            .chat(key, Installation.chatBody("no-such-model", "x", 5))
                            .statusCode()
                    == 401) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }

    /// Small calls to one replica after the other until every one refuses.
    private void usedUp(String key) {
        for (ServerProcess replica : replicas) {
            HttpResponse<String> answer;
            int calls = 0;
            do {
                answer = replica.api().chat(key, Installation.chatBody("m", "go on", 20));
                assertThat(++calls).as("calls until refused").isLessThan(2_000);
            } while (answer.statusCode() == 200);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        }
        assertThat(spentByTheProvider()).isBetween(new BigDecimal("0.99"), BigDecimal.ONE);
    }

    private static String quota(Api api, String name, String scope, String limit) {
        return api.admin(
                        "POST",
                        "/admin/v1/quotas",
                        """
                        {"name":"%s","scope":%s,"unit":"usd","limit":"%s",
                         "window":{"calendar":"month"},"at_limit":"block"}
                        """
                                .formatted(name, scope, limit))
                .path("id")
                .asString();
    }

    private BigDecimal spentByTheProvider() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Call call : simulator.journal().calls()) {
            sum =
                    sum.add(
                            BigDecimal.valueOf(call.usage().allInputTokens())
                                    .multiply(INPUT)
                                    .add(
                                            BigDecimal.valueOf(call.usage().allOutputTokens())
                                                    .multiply(OUTPUT))
                                    .movePointLeft(6));
        }
        return sum;
    }

    private void assertNothingStaysEscrowed() {
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
}
