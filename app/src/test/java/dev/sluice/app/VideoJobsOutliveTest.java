package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.OwnPostgres;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Jobs outlive the process that began them, and are settled once whoever looks.
@Tag("slow")
@Timeout(300)
class VideoJobsOutliveTest {

    private static final String PRICE = "{\"per_video_second\":\"0.1\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static HttpResponse<String> create(ServerProcess replica, String key, int takes)
            throws Exception {
        return replica.api()
                .call(
                        key,
                        "POST",
                        "/v1/videos",
                        "{\"model\":\"sim-video\",\"prompt\":\"A boat [[sim takes=%d]]\",\"seconds\":\"4\",\"size\":\"1280x720\"}"
                                .formatted(takes));
    }

    private static String requestId(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    private static JsonNode settled(Api api, String requestId) {
        return api.await(
                "/admin/v1/requests/" + requestId,
                call -> call.path("state").asString().equals("settled"),
                PATIENCE);
    }

    private static String readied(Fleet fleet) {
        Api api = fleet.api();
        api.addModels(fleet.simulator().baseUrl(), PRICE, "sim-video");
        api.topUp("100");
        String key = api.key("k", "design", "staging");
        fleet.awaitKnown(key);
        return key;
    }

    @Test
    void aKilledReplicasJobsAreAnothersAndThenItsOwnAgain() throws Exception {
        try (Fleet fleet = Fleet.start(2, Map.of())) {
            String key = readied(fleet);
            HttpResponse<String> begun = create(fleet.get(0), key, 2_000);
            String id = JsonMapper.shared().readTree(begun.body()).path("id").asString();
            fleet.get(0).killDashNine();
            assertThat(settled(fleet.get(1).api(), requestId(begun)).path("cost_usd").asString())
                    .isEqualTo("0.4");
            // both are gone while a job goes on
            HttpResponse<String> second = create(fleet.get(1), key, 3_000);
            fleet.get(1).killDashNine();
            ServerProcess again = fleet.restart(0);
            assertThat(settled(again.api(), requestId(second)).path("cost_usd").asString())
                    .isEqualTo("0.4");
            assertThat(
                            JsonMapper.shared()
                                    .readTree(
                                            again.api()
                                                    .call(key, "GET", "/v1/videos/" + id, "")
                                                    .body())
                                    .path("status")
                                    .asString())
                    .isEqualTo("completed");
            fleet.restart(1);
            for (ServerProcess replica : fleet.all()) {
                replica.stop();
            }
            fleet.assertBooksAreCleanAndNothingHeld();
        }
    }

    @Test
    void twoReplicasSettleEachJobOnce() throws Exception {
        try (Fleet fleet = Fleet.start(2, Map.of())) {
            String key = readied(fleet);
            List<String> requests = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                requests.add(requestId(create(fleet.get(i % 2), key, 500 + i * 20)));
            }
            for (String request : requests) {
                assertThat(settled(fleet.api(), request).path("cost_usd").asString())
                        .isEqualTo("0.4");
            }
            JsonNode balance =
                    fleet.api()
                            .await(
                                    "/admin/v1/balance",
                                    b -> b.path("held").asString().equals("0"),
                                    PATIENCE);
            assertThat(balance.path("balance").asString()).isEqualTo("88");
            for (ServerProcess replica : fleet.all()) {
                replica.stop();
            }
            fleet.assertBooksAreCleanAndNothingHeld();
        }
    }

    @Test
    void withoutTheDatabaseNothingIsSentAndRunningJobsWait() throws Exception {
        try (OwnPostgres postgres = OwnPostgres.start();
                Fleet fleet = Fleet.startOne(postgres, "")) {
            String key = readied(fleet);
            HttpResponse<String> running = create(fleet.get(0), key, 1_000);
            String request = requestId(running);
            postgres.stop();
            HttpResponse<String> refused = create(fleet.get(0), key, 100);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("escrow_unavailable");
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            postgres.startAgain();
            assertThat(settled(fleet.api(), request).path("cost_usd").asString()).isEqualTo("0.4");
            assertThat(
                            fleet.simulator().journal().calls().stream()
                                    .filter(call -> call.method().equals("POST")))
                    .hasSize(1);
        }
    }
}
