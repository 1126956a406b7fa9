package dev.sluice.app;

import static dev.sluice.app.BatchClient.chatLines;
import static dev.sluice.app.BatchClient.json;
import static dev.sluice.app.BatchClient.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Quotas of the items of batches: held when a batch is accepted, given back as far as they were
/// never run.
@Tag("slow")
class BatchQuotaTest {

    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";
    private static final String ENDPOINT = "/v1/chat/completions";

    private Installation sluice;
    private BatchClient client;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "m", "n");
        sluice.topUp("100");
        client =
                new BatchClient(
                        sluice.baseUrl(), sluice.http(), sluice.key("k", "support", "staging"));
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    private String quota(String name, String scope, int limit) {
        return sluice.admin(
                        "POST",
                        "/admin/v1/quotas",
                        """
                        {"name":"%s","scope":%s,"unit":"batch_items","limit":"%d",
                         "window":{"calendar":"month"},"at_limit":"block","owner":"user:ana"}
                        """
                                .formatted(name, scope, limit))
                .path("id")
                .asString();
    }

    private void awaitState(String quota, long used, long held) {
        sluice.await(
                "/admin/v1/quotas/" + quota + "/state",
                s ->
                        s.path("held").asString().equals(Long.toString(held))
                                && s.path("used").asString().equals(Long.toString(used)));
    }

    private String uploaded(int lines, String directives) {
        return client.upload(chatLines(lines, "m", directives)).path("id").asString();
    }

    private static List<JsonNode> ofBatches(JsonNode page) {
        return page.path("data")
                .valueStream()
                .filter(row -> row.path("endpoint").asString().equals("batches"))
                .toList();
    }

    @Test
    void noMoreItemsAreAcceptedThanTheLimitHoweverManyAskAtOnce() throws Exception {
        String quota = quota("items", "{\"team\":\"support\"}", 10);
        String file = uploaded(3, "");
        List<Future<HttpResponse<String>>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                asked.add(threads.submit(() -> client.tryCreate(file, ENDPOINT)));
            }
        }
        List<String> accepted = new ArrayList<>();
        for (Future<HttpResponse<String>> one : asked) {
            HttpResponse<String> answer = one.get();
            if (answer.statusCode() == 200) {
                accepted.add(json(answer).path("id").asString());
            } else {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
                JsonNode error = json(answer).path("error");
                assertThat(error.path("code").asString()).isEqualTo("quota_exceeded");
                JsonNode told = error.path("sluice");
                assertThat(told.path("rule").asString()).as(answer.body()).isEqualTo("items");
                assertThat(told.path("unit").asString()).isEqualTo("batch_items");
                assertThat(told.path("limit").asString()).isEqualTo("10");
                assertThat(told.path("estimate").asString()).isEqualTo("3");
                assertThat(told.at("/scope/team").isMissingNode()).isFalse();
                assertThat(told.path("resets_at").asString()).contains("T");
                assertThat(told.path("owner").asString()).isEqualTo("user:ana");
                assertThat(told.path("how_to_ask").asString()).contains("items");
            }
        }
        assertThat(accepted).hasSize(3);
        for (String batch : accepted) {
            assertThat(client.awaitEnd(batch).path("status").asString()).isEqualTo("completed");
        }
        awaitState(quota, 9, 0);
        assertThat(sluice.simulator().journal().calls()).hasSize(9);
        // ordinary calls are no items
        ok(client.post(ENDPOINT, Installation.chatBody("m", "Hello", 20)));
        JsonNode calls =
                sluice.await(
                        "/admin/v1/requests?limit=500",
                        page -> ofBatches(page).size() == 3 && page.path("data").size() == 13);
        for (JsonNode row : ofBatches(calls)) {
            assertThat(row.path("cost_usd").asString()).isEqualTo("0");
            assertThat(row.path("state").asString()).isEqualTo("settled");
        }
        awaitState(quota, 9, 0);
        sluice.assertBooksAreClean();
    }

    @Test
    void whatWasNeverRunIsGivenBack() {
        String quota = quota("items", "{\"model\":\"m\"}", 60);
        String id =
                ok(client.tryCreate(uploaded(60, "[[sim delay=300]]"), ENDPOINT))
                        .path("id")
                        .asString();
        awaitState(quota, 0, 60);
        assertThat(client.tryCreate(uploaded(1, ""), ENDPOINT).statusCode()).isEqualTo(429);
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() > 0,
                Duration.ofSeconds(20));
        ok(client.post("/v1/batches/" + id + "/cancel", null));
        JsonNode batch = client.awaitEnd(id);
        assertThat(batch.path("status").asString()).isEqualTo("cancelled");
        int ran = batch.at("/request_counts/completed").asInt();
        assertThat(ran).isBetween(1, 50);
        awaitState(quota, ran, 0);
        String next = ok(client.tryCreate(uploaded(60 - ran, ""), ENDPOINT)).path("id").asString();
        assertThat(client.awaitEnd(next).path("status").asString()).isEqualTo("completed");
        awaitState(quota, 60, 0);
        sluice.assertBooksAreClean();
    }

    @Test
    void whatExpiresIsGivenBackAndWhatIsWrongHoldsNothing() {
        String quota = quota("items", "{\"key\":\"k\"}", 60);
        String wrong = client.upload("{\"custom_id\":\"a\"}\n").path("id").asString();
        String failed = ok(client.tryCreate(wrong, ENDPOINT)).path("id").asString();
        assertThat(client.awaitEnd(failed).path("status").asString()).isEqualTo("failed");
        awaitState(quota, 0, 0);
        String id =
                ok(client.tryCreate(uploaded(60, "[[sim delay=300]]"), ENDPOINT))
                        .path("id")
                        .asString();
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() > 0,
                Duration.ofSeconds(20));
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE batch SET expires_at = created_at, held_by = 'nobody',"
                                        + " held_until = NULL WHERE id = ?",
                                id));
        JsonNode batch = client.awaitEnd(id);
        assertThat(batch.path("status").asString()).isEqualTo("expired");
        awaitState(quota, batch.at("/request_counts/completed").asInt(), 0);
        sluice.assertBooksAreClean();
    }

    @Test
    void theSameRequestHoldsOnceAndOtherModelsAreNotCounted() {
        String quota = quota("items", "{\"model\":\"m\"}", 5);
        String other = client.upload(chatLines(20, "n", "")).path("id").asString();
        ok(client.tryCreate(other, ENDPOINT));
        String file = uploaded(4, "");
        String first =
                ok(client.tryCreate(file, ENDPOINT, "Idempotency-Key", "one"))
                        .path("id")
                        .asString();
        String again =
                ok(client.tryCreate(file, ENDPOINT, "Idempotency-Key", "one"))
                        .path("id")
                        .asString();
        assertThat(again).isEqualTo(first);
        client.awaitEnd(first);
        awaitState(quota, 4, 0);
        sluice.assertBooksAreClean();
    }

    /// A batch that was held and then not made, as when the process ends in between.
    @Test
    void whatIsHeldForABatchThatWasNeverMadeIsGivenBack() {
        String quota = quota("items", "{\"team\":\"support\"}", 5);
        String id =
                ok(client.tryCreate(uploaded(5, "[[sim delay=60000]]"), ENDPOINT))
                        .path("id")
                        .asString();
        awaitState(quota, 0, 5);
        sluice.database()
                .database()
                .inTransaction(sql -> sql.update("DELETE FROM batch WHERE id = ?", id));
        awaitState(quota, 0, 0);
    }
}
