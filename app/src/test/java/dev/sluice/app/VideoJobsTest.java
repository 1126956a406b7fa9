package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import dev.sluice.domain.MeterKind;
import dev.sluice.simulator.journal.Call;
import dev.sluice.store.DatabaseArchive;
import dev.sluice.testkit.TestDatabase;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Jobs that make videos, through the running server: begun, looked after without anybody asking,
/// charged by what was made, given back where nothing was.
@Tag("slow")
class VideoJobsTest {

    private static final String PRICE =
            """
            {"per_video_second":"0.1",
             "by":[{"resolution":"1024x1792","per_video_second":"0.3"}]}
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "sim-video");
        sluice.topUp("10");
        key = sluice.key("k", "design", "staging");
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return sluice.api().call(key, method, path, body);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpResponse<String> create(String directives, String more) throws Exception {
        return send(
                "POST",
                "/v1/videos",
                "{\"model\":\"sim-video\",\"prompt\":\"A boat [[sim %s]]\"%s}"
                        .formatted(directives, more));
    }

    private JsonNode awaitVideo(String id, String status) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode video = json(send("GET", "/v1/videos/" + id, ""));
            if (video.path("status").asString().equals(status)) {
                return video;
            }
            assertThat(System.nanoTime()).as(video.toString()).isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private String requestId(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    private JsonNode awaitCall(String requestId, Predicate<JsonNode> wanted) {
        return sluice.await("/admin/v1/requests/" + requestId, wanted);
    }

    private JsonNode settled(String requestId) {
        return awaitCall(requestId, call -> call.path("state").asString().equals("settled"));
    }

    private JsonNode balance() {
        return sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
    }

    private List<Call> submits() {
        return sluice.simulator().journal().calls().stream()
                .filter(call -> call.method().equals("POST"))
                .toList();
    }

    @Test
    void aVideoIsBegunPolledFetchedAndChargedAsTheProviderMadeIt() throws Exception {
        HttpResponse<String> begun =
                create("takes=1200", ",\"seconds\":\"8\",\"size\":\"1280x720\",\"user\":\"u\"");
        JsonNode video = json(begun);
        String id = video.path("id").asString();
        assertThat(id).startsWith("video_");
        assertThat(video.path("object").asString()).isEqualTo("video");
        assertThat(video.path("model").asString()).isEqualTo("sim-video");
        assertThat(video.path("status").asString()).isIn("queued", "in_progress");
        assertThat(begun.headers().firstValue("openai-poll-after-ms")).isPresent();
        assertThat(begun.headers().firstValue("x-sluice-hold-usd")).hasValue("0.8");
        JsonNode running = awaitCall(requestId(begun), call -> true);
        assertThat(running.path("state").asString()).isEqualTo("held");
        assertThat(running.path("upstream").asString()).isEqualTo("sim");
        assertThat(send("GET", "/v1/videos/" + id + "/content", "").statusCode()).isEqualTo(409);
        assertThat(send("DELETE", "/v1/videos/" + id, "").statusCode()).isEqualTo(409);

        JsonNode done = awaitVideo(id, "completed");
        assertThat(done.path("progress").asInt()).isEqualTo(100);
        assertThat(done.path("seconds").asString()).isEqualTo("8");
        assertThat(done.path("size").asString()).isEqualTo("1280x720");
        assertThat(done.path("prompt").isNull()).isTrue();
        JsonNode call = settled(requestId(begun));
        assertThat(call.path("cost_usd").asString()).isEqualTo("0.8");
        assertThat(call.at("/units/video_seconds").asString()).isEqualTo("8");
        assertThat(call.at("/units/video_jobs").asString()).isEqualTo("1");
        assertThat(call.path("status_code").asInt()).isEqualTo(200);
        assertThat(call.at("/attempts/0/upstream").asString()).isEqualTo("sim");
        assertThat(submits().getFirst().usage().count(MeterKind.VIDEO_MILLISECONDS))
                .isEqualTo(8_000);

        HttpResponse<byte[]> content =
                sluice.http()
                        .send(
                                sluice.api()
                                        .request(key, "/v1/videos/" + id + "/content")
                                        .GET()
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(content.statusCode()).isEqualTo(200);
        assertThat(content.headers().firstValue("content-type")).hasValue("video/mp4");
        assertThat(content.body()).hasSizeGreaterThan(8 * 4_096).contains(new byte[] {'f', 't'});
        assertThat(balance().path("balance").asString()).isEqualTo("9.2");
        sluice.assertBooksAreClean();

        assertThat(json(send("DELETE", "/v1/videos/" + id, "")).path("deleted").asBoolean())
                .isTrue();
        assertThat(send("GET", "/v1/videos/" + id, "").statusCode()).isEqualTo(404);
    }

    @Test
    void nobodyPollsAndStillItIsSettledAtTheRateOfWhatWasMade() throws Exception {
        HttpResponse<String> begun =
                create("takes=300", ",\"seconds\":\"4\",\"size\":\"1024x1792\"");
        assertThat(begun.headers().firstValue("x-sluice-hold-usd")).hasValue("1.2");
        assertThat(settled(requestId(begun)).path("cost_usd").asString()).isEqualTo("1.2");
        assertThat(balance().path("balance").asString()).isEqualTo("8.8");
        sluice.assertBooksAreClean();
    }

    @Test
    void aJobThatFailsIsGivenBack() throws Exception {
        HttpResponse<String> begun = create("takes=300 fails=moderation_blocked", "");
        String id = json(begun).path("id").asString();
        JsonNode video = awaitVideo(id, "failed");
        assertThat(video.at("/error/code").asString()).isEqualTo("moderation_blocked");
        JsonNode call = settled(requestId(begun));
        assertThat(call.path("cost_usd").asString()).isEqualTo("0");
        assertThat(call.path("error_code").asString()).isEqualTo("upstream_error");
        assertThat(send("GET", "/v1/videos/" + id + "/content", "").statusCode()).isEqualTo(404);
        assertThat(balance().path("balance").asString()).isEqualTo("10");
        sluice.assertBooksAreClean();
    }

    @ParameterizedTest
    @CsvSource({"400, 400", "422, 422", "500, 502", "429, 429"})
    void aSubmitThatIsRefusedIsGivenBackAtOnce(int status, int told) throws Exception {
        HttpResponse<String> begun = create("status=" + status, "");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(told);
        JsonNode call = settled(requestId(begun));
        assertThat(call.path("cost_usd").asString()).isEqualTo("0");
        assertThat(balance().path("balance").asString()).isEqualTo("10");
        assertThat(submits()).hasSize(1);
        sluice.assertBooksAreClean();
    }

    @ParameterizedTest
    @CsvSource({"drop=rst", "body=truncated", "status=504"})
    void aSubmitWhoseAnswerIsLostIsNeverSentAgain(String lost) throws Exception {
        HttpResponse<String> begun = create(lost, ",\"seconds\":\"8\",\"size\":\"1280x720\"");
        assertThat(begun.statusCode()).as(begun.body()).isIn(502, 504);
        assertThat(begun.headers().firstValue("x-should-retry")).hasValue("false");
        JsonNode error = JsonMapper.shared().readTree(begun.body()).path("error");
        String id = error.at("/sluice/job").asString();
        assertThat(json(send("GET", "/v1/videos/" + id, "")).path("status").asString())
                .isEqualTo("queued");
        JsonNode call = awaitCall(requestId(begun), c -> true);
        assertThat(call.path("state").asString()).isEqualTo("held");
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        assertThat(submits()).hasSize(1);
        assertThat(stateOf(id)).isEqualTo("unknown");
        assertThat(sluice.admin("GET", "/admin/v1/balance", null).path("held").asString())
                .isEqualTo("0.8");

        // its time is over: the customer pays nothing, what it may have cost is the operator's
        expire(id);
        JsonNode given = settled(requestId(begun));
        assertThat(given.path("cost_usd").asString()).isEqualTo("0");
        assertThat(balance().path("balance").asString()).isEqualTo("10");
        assertThat(awaitVideo(id, "failed").at("/error/code").asString())
                .isEqualTo("submit_unknown");
        sluice.assertBooksAreClean();
    }

    private String stateOf(String id) {
        return sluice.database()
                .database()
                .read(sql ->
                        sql.one(
                                "SELECT state FROM video_job WHERE id = ?",
                                row -> row.text("state"),
                                id));
    }

    private void expire(String id) {
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE video_job SET look_at = now() - interval '1 hour'"
                                        + " WHERE id = ?",
                                id));
    }

    @Test
    void aJobThatWasWrittenDownAndNeverSentIsGivenBack() throws Exception {
        HttpResponse<String> begun = create("takes=60000", "");
        String id = json(begun).path("id").asString();
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE video_job SET state = 'submitting', upstream_id = NULL,"
                                        + " look_at = now() WHERE id = ?",
                                id));
        assertThat(awaitVideo(id, "failed").at("/error/code").asString()).isEqualTo("not_sent");
        assertThat(settled(requestId(begun)).path("cost_usd").asString()).isEqualTo("0");
        assertThat(balance().path("balance").asString()).isEqualTo("10");
    }

    @Test
    void quotasOfSecondsAndMoneyRefuseBeforeAnythingIsSent() throws Exception {
        quota("video_seconds", "10");
        assertThat(create("takes=100", ",\"seconds\":\"8\"").statusCode()).isEqualTo(200);
        HttpResponse<String> beyond = create("takes=100", ",\"seconds\":\"4\"");
        assertThat(beyond.statusCode()).isEqualTo(429);
        assertThat(beyond.body()).contains("quota_exceeded").contains("\"unit\":\"video_seconds\"");
        quota("usd", "0.9");
        HttpResponse<String> dear = create("takes=100", ",\"seconds\":\"12\"");
        assertThat(dear.statusCode()).isEqualTo(429);
        assertThat(submits()).hasSize(1);
        HttpResponse<String> poor = create("takes=100", "");
        assertThat(poor.statusCode()).isIn(402, 429);
        balance();
        sluice.assertBooksAreClean();
    }

    private void quota(String unit, String limit) {
        sluice.api().quota(unit, "{\"team\":\"design\"}", unit, limit);
    }

    @Test
    void theBalanceRefusesWhatItCannotCarry() throws Exception {
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"dear","targets":[{"upstream":"sim","model":"sim-video"}],
                 "price":{"per_video_job":"20"}}
                """);
        HttpResponse<String> answer =
                send("POST", "/v1/videos", "{\"model\":\"dear\",\"prompt\":\"A boat\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        assertThat(submits()).isEmpty();
    }

    @Test
    void anotherKeySeesNothingOfAJob() throws Exception {
        String id = json(create("takes=100", "")).path("id").asString();
        awaitVideo(id, "completed");
        String other = sluice.key("other", "design", "staging");
        for (String path : List.of("", "/content")) {
            HttpResponse<String> answer =
                    sluice.http()
                            .send(
                                    sluice.api()
                                            .request(other, "/v1/videos/" + id + path)
                                            .GET()
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(404);
        }
        HttpResponse<String> list =
                sluice.http()
                        .send(
                                sluice.api().request(other, "/v1/videos").GET().build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(json(list).path("data")).isEmpty();
        assertThat(
                        sluice.http()
                                .send(
                                        sluice.api()
                                                .request("sk-sluice-nobody", "/v1/videos/" + id)
                                                .GET()
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                .isEqualTo(401);
    }

    @Test
    void jobsAreListedByPages() throws Exception {
        String first = json(create("takes=10", "")).path("id").asString();
        String second = json(create("takes=10", "")).path("id").asString();
        JsonNode page = json(send("GET", "/v1/videos?limit=1", ""));
        assertThat(page.at("/data/0/id").asString()).isEqualTo(second);
        assertThat(page.path("has_more").asBoolean()).isTrue();
        JsonNode next = json(send("GET", "/v1/videos?limit=1&after=" + second, ""));
        assertThat(next.at("/data/0/id").asString()).isEqualTo(first);
        assertThat(next.path("has_more").asBoolean()).isFalse();
        JsonNode oldest = json(send("GET", "/v1/videos?order=asc", ""));
        assertThat(oldest.path("first_id").asString()).isEqualTo(first);
        assertThat(send("GET", "/v1/videos?limit=0", "").statusCode()).isEqualTo(400);
        awaitVideo(second, "completed");
        balance();
    }

    @Test
    void anotherVersionOfAVideoIsAJobOfItsOwn() throws Exception {
        String id = json(create("takes=100", ",\"seconds\":\"4\"")).path("id").asString();
        awaitVideo(id, "completed");
        HttpResponse<String> begun =
                send("POST", "/v1/videos/" + id + "/remix", "{\"prompt\":\"[[sim takes=100]]\"}");
        JsonNode remix = json(begun);
        assertThat(remix.path("remixed_from_video_id").asString()).isEqualTo(id);
        awaitVideo(remix.path("id").asString(), "completed");
        assertThat(settled(requestId(begun)).path("cost_usd").asString()).isEqualTo("0.4");
        assertThat(submits().getLast().path()).endsWith("/remix");
        assertThat(balance().path("balance").asString()).isEqualTo("9.2");
        sluice.assertBooksAreClean();
    }

    @Test
    void theSameInTheWordsOfGenerations() throws Exception {
        HttpResponse<String> begun =
                send(
                        "POST",
                        "/v1/video/generations",
                        """
                        {"model":"sim-video","prompt":"A boat [[sim takes=200]]","duration":8,
                         "width":1280,"height":720,"fps":24,"n":1}
                        """);
        JsonNode task = json(begun);
        String id = task.path("task_id").asString();
        assertThat(begun.headers().firstValue("x-sluice-dropped")).hasValue("fps");
        awaitVideo(id, "completed");
        JsonNode done = json(send("GET", "/v1/video/generations/" + id, ""));
        assertThat(done.path("status").asString()).isEqualTo("completed");
        assertThat(done.path("url").asString())
                .isEqualTo(sluice.baseUrl() + "/v1/videos/" + id + "/content");
        assertThat(done.at("/metadata/width").asInt()).isEqualTo(1_280);
        assertThat(done.at("/metadata/duration").asInt()).isEqualTo(8);
        assertThat(settled(requestId(begun)).path("cost_usd").asString()).isEqualTo("0.8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"sim-video\"} | prompt",
                "{\"prompt\":\"A boat\"} | model",
                "{\"model\":\"sim-video\",\"prompt\":\"A boat\",\"seconds\":\"-4\"} | seconds",
                "{\"model\":\"sim-video\",\"prompt\":\"A boat\",\"size\":\"large\"} | size",
                "{\"model\":\"sim-video\",\"prompt\":\"x\",\"input_reference\":7} | ",
            })
    void whatIsNotUnderstoodIsRefusedByName(String body, String param) throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/videos", body);
        if (param == null) {
            // the provider's to judge
            assertThat(answer.statusCode()).isIn(200, 400);
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(answer.body()).at("/error/param").asString())
                .isEqualTo(param);
        assertThat(submits()).isEmpty();
    }

    @Test
    void anIdempotencyKeyBeginsOneJob() throws Exception {
        HttpRequest once =
                sluice.api()
                        .request(key, "/v1/videos")
                        .header("idempotency-key", "boat-1")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"sim-video\",\"prompt\":\"A boat"
                                                + " [[sim takes=10]]\"}"))
                        .build();
        HttpResponse<String> first = sluice.http().send(once, HttpResponse.BodyHandlers.ofString());
        json(first);
        settled(requestId(first));
        HttpResponse<String> second =
                sluice.http().send(once, HttpResponse.BodyHandlers.ofString());
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(submits()).hasSize(1);
    }

    @Test
    void aDatabaseThatWasPutBackKeepsWhatItsJobsHold(@TempDir Path folder) throws Exception {
        json(create("takes=60000", ",\"seconds\":\"4\",\"size\":\"1280x720\""));
        Path archive = folder.resolve("archive.zip");
        try (OutputStream out = Files.newOutputStream(archive)) {
            DatabaseArchive.write(sluice.database().database(), out);
        }
        try (TestDatabase after = TestDatabase.createEmpty()) {
            DatabaseArchive.restore(after.database(), archive);
            BigDecimal escrowed =
                    after.database()
                            .read(sql ->
                                    sql.one(
                                            "SELECT sum(escrowed) AS e FROM wallet",
                                            row -> row.decimal("e")));
            assertThat(escrowed).isEqualByComparingTo("0.4");
            try (Connection connection = after.database().connect()) {
                Checker.of(connection).assertClean();
            }
        }
    }

    @Test
    void twoWhoSeeTheEndBookItOnce() throws Exception {
        HttpResponse<String> begun = create("takes=400", ",\"seconds\":\"4\"");
        String id = json(begun).path("id").asString();
        // the lease is ignored while another looks: as if its holder had been thought dead
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!stateOf(id).equals("done") && System.nanoTime() < deadline) {
            sluice.database()
                    .database()
                    .inTransaction(sql ->
                            sql.update(
                                    "UPDATE video_job SET leased_until = NULL, look_at = now()"
                                            + " WHERE id = ? AND ended_at IS NULL",
                                    id));
            LockSupport.parkNanos(10_000_000);
        }
        settled(requestId(begun));
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        assertThat(new BigDecimal(balance().path("balance").asString()))
                .isEqualByComparingTo("9.6");
        sluice.assertBooksAreClean();
    }
}
