package dev.sluice.app;

import static dev.sluice.app.BatchClient.chatLine;
import static dev.sluice.app.BatchClient.chatLines;
import static dev.sluice.app.BatchClient.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Batches from the upload to the answers, through the whole server: what is charged is what the
/// simulated provider says was used.
@Tag("slow")
class BatchesTest {

    private static final BigDecimal INPUT = new BigDecimal("10");
    private static final BigDecimal OUTPUT = new BigDecimal("100");
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";
    private static final int LINES = 20;

    private Installation sluice;
    private String credential;
    private BatchClient client;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "m", "sim-embed", "sim-moderation");
        sluice.topUp("100");
        credential = sluice.key("k", "support", "staging");
        client = client(credential);
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    private BatchClient client(String key) {
        return new BatchClient(sluice.baseUrl(), sluice.http(), key);
    }

    /// What the provider's own journal comes to at the price.
    private BigDecimal oracle() {
        BigDecimal total = BigDecimal.ZERO;
        for (Call call : sluice.simulator().journal().calls()) {
            BigDecimal input = BigDecimal.valueOf(call.usage().allInputTokens()).multiply(INPUT);
            BigDecimal output = BigDecimal.valueOf(call.usage().allOutputTokens()).multiply(OUTPUT);
            total = total.add(input.add(output).movePointLeft(6));
        }
        return total;
    }

    /// The rows of a batch's calls once all are there and settled, refused ones included.
    private List<JsonNode> rows(String batch, int count) {
        return sluice.await(
                        "/admin/v1/requests?limit=500&action_id=" + batch,
                        page ->
                                page.path("data").size() == count
                                        && page.path("data")
                                                .valueStream()
                                                .noneMatch(row ->
                                                        row.path("state")
                                                                .asString()
                                                                .equals("held")))
                .path("data")
                .valueStream()
                .toList();
    }

    private void assertPaidIsUsed() {
        JsonNode balance =
                sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        BigDecimal left = new BigDecimal(balance.path("balance").asString());
        assertThat(new BigDecimal("100").subtract(left)).isEqualByComparingTo(oracle());
        sluice.assertBooksAreClean();
    }

    private static List<String> customIds(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("custom_id").asString()).toList();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line-" + i).toList();
    }

    private static void assertCounts(JsonNode batch, int total, int completed, int failed) {
        JsonNode counts = batch.path("request_counts");
        assertThat(counts.path("total").asInt()).isEqualTo(total);
        assertThat(counts.path("completed").asInt()).isEqualTo(completed);
        assertThat(counts.path("failed").asInt()).isEqualTo(failed);
    }

    @Test
    void everyLineIsAnOrdinaryCallOfTheKey() {
        JsonNode created = client.create(chatLines(LINES, "m", ""), "x-sluice-workflow", "nightly");
        assertThat(created.path("object").asString()).isEqualTo("batch");
        assertThat(created.path("status").asString()).isEqualTo("validating");
        assertThat(created.at("/metadata/run").asString()).isEqualTo("nightly");
        String id = created.path("id").asString();

        JsonNode batch = client.awaitEnd(id);
        assertThat(batch.path("status").asString()).as(batch.toString()).isEqualTo("completed");
        assertThat(batch.path("model").asString()).isEqualTo("m");
        assertThat(batch.path("error_file_id").isNull()).isTrue();
        assertCounts(batch, LINES, LINES, 0);
        List<JsonNode> answers = client.lines(batch, "output_file_id");
        assertThat(customIds(answers)).isEqualTo(numbered(0, LINES));
        long tokens = 0;
        Set<String> requests = new HashSet<>();
        for (JsonNode answer : answers) {
            assertThat(answer.path("error").isNull()).isTrue();
            assertThat(answer.at("/response/status_code").asInt()).isEqualTo(200);
            assertThat(answer.at("/response/body/choices/0/message/content").asString())
                    .isNotEmpty();
            tokens += answer.at("/response/body/usage/total_tokens").asLong();
            requests.add(answer.at("/response/request_id").asString());
        }
        assertThat(batch.at("/usage/total_tokens").asLong()).isEqualTo(tokens);

        List<JsonNode> rows = rows(id, LINES);
        assertThat(rows.stream().map(row -> row.path("request_id").asString()))
                .containsExactlyInAnyOrderElementsOf(requests);
        for (JsonNode row : rows) {
            assertThat(row.at("/attribution/workflow").asString()).isEqualTo("nightly");
            assertThat(row.at("/attribution/traffic_class").asString()).isEqualTo("batch");
        }
        assertPaidIsUsed();
    }

    @Test
    void linesReachAnUpstreamThatSpeaksAnotherDialect() {
        sluice.admin(
                "POST",
                "/admin/v1/upstreams",
                """
                {"name":"messages","provider":"anthropic","base_url":"%s","credential":"sk-sim"}
                """
                        .formatted(sluice.simulator().origin()));
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"c","targets":[{"upstream":"messages","model":"sim-chat"}],"price":%s}
                """
                        .formatted(PRICE));
        JsonNode batch =
                client.awaitEnd(client.create(chatLines(3, "c", "")).path("id").asString());
        assertCounts(batch, 3, 3, 0);
        for (JsonNode answer : client.lines(batch, "output_file_id")) {
            assertThat(answer.at("/response/body/object").asString()).isEqualTo("chat.completion");
        }
        assertThat(sluice.simulator().journal().calls())
                .hasSize(3)
                .allSatisfy(call -> assertThat(call.path()).isEqualTo("/v1/messages"));
        assertPaidIsUsed();
    }

    @Test
    void theOtherEndpointsHaveBatchesToo() {
        String line =
                """
                {"custom_id":"a","method":"POST","url":"%s","body":{"model":"%s","input":"Boats"}}
                """;
        JsonNode vectors =
                client.createOf("/v1/embeddings", line.formatted("/v1/embeddings", "sim-embed"));
        JsonNode responses = client.createOf("/v1/responses", line.formatted("/v1/responses", "m"));
        JsonNode first = client.awaitEnd(vectors.path("id").asString());
        JsonNode vector = client.lines(first, "output_file_id").getFirst();
        assertThat(vector.at("/response/body/data/0/object").asString()).isEqualTo("embedding");
        JsonNode second = client.awaitEnd(responses.path("id").asString());
        JsonNode answer = client.lines(second, "output_file_id").getFirst();
        assertThat(answer.at("/response/body/object").asString()).isEqualTo("response");
        // kept for the key, as any response of it
        String response = answer.at("/response/body/id").asString();
        assertThat(client.get("/v1/responses/" + response).statusCode()).isEqualTo(200);
    }

    @Test
    void aFileWithMistakesIsNotRun() {
        String lines =
                String.join(
                        "\n",
                        chatLine("a", "m", "one"),
                        "{\"custom_id\":\"b\"",
                        chatLine("a", "m", "three"),
                        chatLine("d", "m", "four").replace("POST", "GET"),
                        chatLine("e", "other", "five"),
                        chatLine("f", "m", "six").replace("/v1/chat/completions", "/v1/embeddings"),
                        chatLine("g", "m", "seven").replace("\"max_tokens\"", "\"stream\""));
        JsonNode batch = client.awaitEnd(client.create(lines).path("id").asString());
        assertThat(batch.path("status").asString()).isEqualTo("failed");
        assertThat(batch.path("failed_at").isIntegralNumber()).isTrue();
        assertCounts(batch, 0, 0, 0);
        List<String> told = new ArrayList<>();
        batch.at("/errors/data")
                .forEach(error ->
                        told.add(error.path("line").asInt() + " " + error.path("code").asString()));
        assertThat(told)
                .containsExactly(
                        "2 invalid_json_line",
                        "3 duplicate_custom_id",
                        "4 invalid_method",
                        "5 mismatched_model",
                        "6 mismatched_url",
                        "7 unsupported_parameter");
        JsonNode unknown =
                client.awaitEnd(client.create(chatLines(2, "no-such", "")).path("id").asString());
        assertThat(unknown.at("/errors/data/0/code").asString()).isEqualTo("model_not_found");
        JsonNode empty = client.awaitEnd(client.create("\n\n").path("id").asString());
        assertThat(empty.at("/errors/data/0/code").asString()).isEqualTo("empty_file");
        assertThat(sluice.simulator().journal().calls()).isEmpty();
    }

    @Test
    void aLineThatTheModelRefusesFailsAlone() {
        String bad =
                chatLine("bad", "m", "x").replace("\"max_tokens\":30", "\"max_tokens\":\"many\"");
        JsonNode batch =
                client.awaitEnd(
                        client.create(chatLine("good", "m", "y") + "\n" + bad)
                                .path("id")
                                .asString());
        assertThat(batch.path("status").asString()).isEqualTo("completed");
        assertCounts(batch, 2, 1, 1);
        JsonNode error = client.lines(batch, "error_file_id").getFirst();
        assertThat(error.path("custom_id").asString()).isEqualTo("bad");
        assertThat(error.at("/response/status_code").asInt()).isEqualTo(400);
        assertThat(error.at("/response/body/error/code").asString()).isEqualTo("invalid_request");
    }

    @Test
    void whatIsToldToWaitIsAskedAgainAndPaidOnce() {
        sluice.simulator().scripts().add(Script.next(4, "status=429 retry_after=1"));
        JsonNode batch =
                client.awaitEnd(client.create(chatLines(3, "m", "")).path("id").asString());
        assertCounts(batch, 3, 3, 0);
        assertPaidIsUsed();
    }

    @Test
    void aQuotaThatIsUsedUpRefusesTheRest() {
        String quota =
                sluice.admin(
                                "POST",
                                "/admin/v1/quotas",
                                """
                                {"name":"cap","scope":{"team":"support"},"unit":"usd",
                                 "limit":"0.03","window":{"calendar":"month"},"at_limit":"block"}
                                """)
                        .path("id")
                        .asString();
        JsonNode batch =
                client.awaitEnd(
                        client.create(chatLines(LINES, "m", "[[sim tokens=25]]"))
                                .path("id")
                                .asString());
        assertThat(batch.path("status").asString()).isEqualTo("completed");
        List<JsonNode> answers = client.lines(batch, "output_file_id");
        List<JsonNode> refused = client.lines(batch, "error_file_id");
        assertThat(answers.size()).isBetween(5, LINES - 5);
        assertThat(answers.size() + refused.size()).isEqualTo(LINES);
        assertCounts(batch, LINES, answers.size(), refused.size());
        for (JsonNode line : refused) {
            assertThat(line.at("/response/status_code").asInt()).isEqualTo(429);
            assertThat(line.at("/response/body/error/code").asString()).isEqualTo("quota_exceeded");
        }
        assertThat(sluice.simulator().journal().calls()).hasSize(answers.size());
        JsonNode state =
                sluice.await(
                        "/admin/v1/quotas/" + quota + "/state",
                        s -> s.path("held").asString().equals("0"));
        assertThat(new BigDecimal(state.path("used").asString()))
                .isEqualByComparingTo(oracle())
                .isLessThanOrEqualTo(new BigDecimal("0.03"));
        assertPaidIsUsed();
    }

    @Test
    void whatIsCancelledIsAskedNoMore() {
        String id = client.create(chatLines(60, "m", "[[sim delay=300]]")).path("id").asString();
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() > 0,
                Duration.ofSeconds(20));
        JsonNode cancelling = ok(client.post("/v1/batches/" + id + "/cancel", null));
        assertThat(cancelling.path("status").asString()).isEqualTo("cancelling");
        JsonNode batch = client.awaitEnd(id);
        assertThat(batch.path("status").asString()).isEqualTo("cancelled");
        List<JsonNode> answers = client.lines(batch, "output_file_id");
        List<JsonNode> rest = client.lines(batch, "error_file_id");
        assertThat(answers.size()).isBetween(1, 50);
        assertCounts(batch, 60, answers.size(), rest.size());
        assertThat(answers.size() + rest.size()).isEqualTo(60);
        for (JsonNode line : rest) {
            assertThat(line.path("response").isNull()).isTrue();
            assertThat(line.at("/error/code").asString()).isEqualTo("batch_cancelled");
        }
        HttpResponse<String> again = client.post("/v1/batches/" + id + "/cancel", null);
        assertThat(again.statusCode()).isEqualTo(200);
        rows(id, answers.size());
        assertPaidIsUsed();
    }

    @Test
    void whatIsNotDoneInADayExpires() {
        String id = client.create(chatLines(60, "m", "[[sim delay=300]]")).path("id").asString();
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() > 0,
                Duration.ofSeconds(20));
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE batch SET expires_at = created_at, held_by = 'nobody',"
                                        + " held_until = NULL"));
        JsonNode batch = client.awaitEnd(id);
        assertThat(batch.path("status").asString()).isEqualTo("expired");
        assertThat(client.lines(batch, "error_file_id"))
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line.at("/error/code").asString()).isEqualTo("batch_expired"));
        assertPaidIsUsed();
    }

    @Test
    void aKeyThatIsRevokedEndsItsBatch() {
        String id = client.create(chatLines(60, "m", "[[sim delay=300]]")).path("id").asString();
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() > 0,
                Duration.ofSeconds(20));
        sluice.admin("POST", "/admin/v1/keys/k/revoke", "{}");
        List<String> ended = List.of();
        for (int i = 0; i < 200 && ended.isEmpty(); i++) {
            ended =
                    sluice.database()
                            .database()
                            .read(sql ->
                                    sql.list(
                                            """
                                            SELECT errors::text AS errors FROM batch
                                             WHERE status = 'failed' AND completed + failed = 60
                                               AND completed < 50
                                            """,
                                            row -> row.text("errors")));
            LockSupport.parkNanos(50_000_000);
        }
        assertThat(ended).singleElement().asString().contains("invalid_api_key");
        assertPaidIsUsed();
    }

    @Test
    void theSameRequestMakesOneBatch() {
        String file = client.upload(chatLines(2, "m", "")).path("id").asString();
        String[] key = {"idempotency-key", "once"};
        JsonNode first = ok(client.tryCreate(file, "/v1/chat/completions", key));
        JsonNode again = ok(client.tryCreate(file, "/v1/chat/completions", key));
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        HttpResponse<String> other = client.tryCreate(file, "/v1/embeddings", key);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("idempotency_conflict");
        client.awaitEnd(first.path("id").asString());
        assertThat(sluice.simulator().journal().calls()).hasSize(2);
    }

    @Test
    void batchesOfOthersDoNotExist() {
        JsonNode batch = client.create(chatLines(1, "m", ""));
        String path = "/v1/batches/" + batch.path("id").asString();
        client.awaitEnd(batch.path("id").asString());
        BatchClient other = client(sluice.key("o", "support", "staging"));
        assertThat(other.get(path).statusCode()).isEqualTo(404);
        assertThat(other.post(path + "/cancel", null).statusCode()).isEqualTo(404);
        assertThat(ok(other.get("/v1/batches")).path("data")).isEmpty();
        HttpResponse<String> stolen =
                other.tryCreate(batch.path("input_file_id").asString(), "/v1/chat/completions");
        assertThat(stolen.statusCode()).isEqualTo(400);
        assertThat(stolen.body()).contains("input_file_id");
        assertThat(client("sk-sluice-none").get(path).statusCode()).isEqualTo(401);
    }

    @Test
    void batchesAreListedPageByPage() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.addFirst(client.create(chatLines(1, "m", "")).path("id").asString());
        }
        JsonNode first = ok(client.get("/v1/batches?limit=2"));
        assertThat(first.path("data").valueStream().map(b -> b.path("id").asString()))
                .containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(first.path("has_more").asBoolean()).isTrue();
        JsonNode second =
                ok(client.get("/v1/batches?limit=2&after=" + first.path("last_id").asString()));
        assertThat(second.path("data").valueStream().map(b -> b.path("id").asString()))
                .containsExactly(ids.getLast());
        assertThat(second.path("has_more").asBoolean()).isFalse();
        assertThat(client.get("/v1/batches?limit=0").statusCode()).isEqualTo(400);
        HttpResponse<String> put = client.delete("/v1/batches");
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("allow")).contains("GET, POST");
    }

    @Test
    void whatABatchCannotBeMadeOfIsRefused() {
        String file = client.upload(chatLines(1, "m", "")).path("id").asString();
        assertThat(client.tryCreate(file, "/v1/images/generations").body()).contains("endpoint");
        assertThat(
                        client.post(
                                        "/v1/batches",
                                        """
                                        {"input_file_id":"%s","endpoint":"/v1/responses",
                                         "completion_window":"1h"}
                                        """
                                                .formatted(file))
                                .body())
                .contains("completion_window");
        assertThat(client.post("/v1/batches", "{\"priority\":1}").body()).contains("`priority`");
        HttpResponse<String> tags =
                client.tryCreate(file, "/v1/chat/completions", "x-sluice-tags", "no-equals");
        assertThat(tags.statusCode()).as(tags.body()).isEqualTo(400);
    }
}
