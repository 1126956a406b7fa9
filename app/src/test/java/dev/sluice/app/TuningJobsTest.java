package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.simulator.journal.Call;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Jobs that train models, through the running server: only for keys that are granted them, bounded
/// before, sent once with their files, charged by the tokens that were trained.
@Tag("slow")
class TuningJobsTest {

    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final String PRICE =
            "{\"input_per_mtok\":\"1\",\"output_per_mtok\":\"2\",\"training_per_mtok\":\"1000\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "sim-chat");
        sluice.topUp("10");
        sluice.key("plain", "research", "staging");
        key = granted("\"actions\":[\"tuning\"]");
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    private String granted(String scope) {
        return sluice.admin(
                        "POST",
                        "/admin/v1/keys",
                        """
                        {"label":"k%d","team":"research","environment":"staging",
                         "owner":"service:tests",%s}
                        """
                                .formatted(System.nanoTime(), scope))
                .path("key")
                .asString();
    }

    private HttpRequest.Builder request(String with, String path) {
        return HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + with);
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return sluice.http().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String with, String path, String body) throws Exception {
        return send(
                request(with, path)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private HttpResponse<String> get(String with, String path) throws Exception {
        return send(request(with, path).GET().build());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String example(String directives) {
        return """
        {"messages":[{"role":"user","content":"Say gate [[sim %s]]"},\
        {"role":"assistant","content":"gate"}]}
        """
                .formatted(directives);
    }

    private String upload(String with, String purpose, String content) throws Exception {
        String form =
                """
                --b\r
                Content-Disposition: form-data; name="purpose"\r
                \r
                %s\r
                --b\r
                Content-Disposition: form-data; name="file"; filename="a.jsonl"\r
                \r
                %s\r
                --b--\r
                """
                        .formatted(purpose, content);
        return json(send(
                        request(with, "/v1/files")
                                .header("content-type", "multipart/form-data; boundary=b")
                                .POST(BodyPublishers.ofString(form))
                                .build()))
                .path("id")
                .asString();
    }

    private HttpResponse<String> begin(String file, String more) throws Exception {
        return post(
                key,
                JOBS,
                "{\"model\":\"sim-chat\",\"training_file\":\"%s\"%s}".formatted(file, more));
    }

    private HttpResponse<String> begin(String directives) throws Exception {
        return begin(
                upload(key, "fine-tune", example(directives)),
                ",\"hyperparameters\":{\"n_epochs\":2}");
    }

    private JsonNode await(String id, String status) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode job = json(get(key, JOBS + "/" + id));
            if (job.path("status").asString().equals(status)) {
                return job;
            }
            assertThat(System.nanoTime()).as(job.toString()).isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private JsonNode settled(HttpResponse<String> begun) {
        String id = begun.headers().firstValue("x-request-id").orElseThrow();
        return sluice.await(
                "/admin/v1/requests/" + id,
                call -> call.path("state").asString().equals("settled"));
    }

    private String balance() {
        return sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"))
                .path("balance")
                .asString();
    }

    private List<Call> submits() {
        return sluice.simulator().journal().calls().stream()
                .filter(call -> call.method().equals("POST") && call.path().equals(JOBS))
                .toList();
    }

    @Test
    void aModelIsTrainedAndChargedByTheTokensThatWere() throws Exception {
        String text = example("takes=600");
        HttpResponse<String> begun = begin("takes=600");
        JsonNode job = json(begun);
        String id = job.path("id").asString();
        assertThat(id).startsWith("ftjob_");
        assertThat(job.path("object").asString()).isEqualTo("fine_tuning.job");
        assertThat(job.path("model").asString()).isEqualTo("sim-chat");
        assertThat(job.path("organization_id").asString()).doesNotContain("org-sim");
        assertThat(job.path("training_file").asString()).matches("file-[0-9a-z]{26}");
        // each byte of the file could be a token, in both passes
        assertThat(begun.headers().firstValue("x-sluice-hold-usd"))
                .hasValue(tokensAt(text.length() * 2L));
        assertThat(submits()).hasSize(1);

        JsonNode done = await(id, "succeeded");
        long trained = submits().getFirst().usage().count(MeterKind.TRAINING);
        assertThat(trained).isPositive().isLessThan(text.length() * 2L);
        assertThat(done.path("trained_tokens").asLong()).isEqualTo(trained);
        assertThat(done.path("fine_tuned_model").asString()).startsWith("ft:sim-chat:");
        assertThat(done.path("training_file")).isEqualTo(job.path("training_file"));
        JsonNode call = settled(begun);
        assertThat(call.path("cost_usd").asString()).isEqualTo(tokensAt(trained));
        assertThat(call.at("/units/training_tokens").asString()).isEqualTo("" + trained);
        assertThat(call.path("endpoint").asString()).isEqualTo("fine_tuning");
        assertThat(json(get(key, JOBS + "/" + id + "/events")).toString())
                .contains("Created fine-tuning job: " + id)
                .doesNotContain("ftjob-Sim");
        JsonNode checkpoints = json(get(key, JOBS + "/" + id + "/checkpoints")).path("data");
        assertThat(checkpoints).hasSize(2);
        assertThat(checkpoints.at("/0/fine_tuning_job_id").asString()).isEqualTo(id);
        assertThat(json(get(key, JOBS)).at("/data/0/id").asString()).isEqualTo(id);
        // nobody may call what was made until an operator adds it
        assertThat(
                        post(
                                        key,
                                        "/v1/chat/completions",
                                        "{\"model\":%s,\"messages\":[]}"
                                                .formatted(done.path("fine_tuned_model")))
                                .statusCode())
                .isIn(400, 404);
        assertThat(post(key, JOBS + "/" + id + "/cancel", "").statusCode()).isEqualTo(409);
        balance();
        sluice.assertBooksAreClean();
    }

    /// At a thousand dollars per million.
    private static String tokensAt(long tokens) {
        return BigDecimal.valueOf(tokens, 3).stripTrailingZeros().toPlainString();
    }

    @Test
    void nobodyTrainsWhoWasNotGrantedIt() throws Exception {
        for (String scope :
                List.of(
                        "\"purpose\":\"nothing is named\"",
                        "\"actions\":[\"chat\",\"batch\"]",
                        "\"actions\":[\"tuning\"],\"endpoint_families\":[\"chat\",\"files\"]")) {
            assertRefused(scope);
        }
        assertThat(submits()).isEmpty();
    }

    private void assertRefused(String scope) throws Exception {
        String other = granted(scope);
        String file = upload(other, "fine-tune", example("takes=1"));
        HttpResponse<String> refused =
                post(
                        other,
                        JOBS,
                        "{\"model\":\"sim-chat\",\"training_file\":\"%s\"}".formatted(file));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(JsonMapper.shared().readTree(refused.body()).at("/error/code").asString())
                .isEqualTo("policy_denied");
        assertThat(get(other, JOBS).statusCode()).isEqualTo(403);
    }

    @Test
    void aModelWithoutAPriceForItIsNotTrained() throws Exception {
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"cheap","targets":[{"upstream":"sim","model":"sim-chat"}],
                 "price":{"input_per_mtok":"1","output_per_mtok":"2"}}
                """);
        String file = upload(key, "fine-tune", example("takes=1"));
        HttpResponse<String> refused =
                post(key, JOBS, "{\"model\":\"cheap\",\"training_file\":\"%s\"}".formatted(file));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("model_not_priced", "training_tokens");
        assertThat(submits()).isEmpty();
    }

    @Test
    void aJobThatFailsIsGivenBack() throws Exception {
        HttpResponse<String> begun = begin("takes=200 fails=invalid_training_file");
        JsonNode job = await(json(begun).path("id").asString(), "failed");
        assertThat(job.at("/error/code").asString()).isEqualTo("invalid_training_file");
        assertThat(settled(begun).path("cost_usd").asString()).isEqualTo("0");
        assertThat(balance()).isEqualTo("10");
        sluice.assertBooksAreClean();
    }

    @Test
    void aJobIsPausedResumedAndCancelledAndPaidAsFarAsItCame() throws Exception {
        HttpResponse<String> begun = begin("takes=600000");
        String path = JOBS + "/" + json(begun).path("id").asString();
        assertThat(json(post(key, path + "/pause", "")).path("status").asString())
                .isEqualTo("paused");
        assertThat(json(post(key, path + "/resume", "")).path("status").asString())
                .isEqualTo("queued");
        JsonNode cancelled = json(post(key, path + "/cancel", ""));
        assertThat(cancelled.path("status").asString()).isEqualTo("cancelled");
        assertThat(cancelled.path("trained_tokens").asLong()).isZero();
        JsonNode call = settled(begun);
        assertThat(call.path("cost_usd").asString()).isEqualTo("0");
        assertThat(call.path("error_code").isNull()).isTrue();
        assertThat(balance()).isEqualTo("10");
        sluice.assertBooksAreClean();
    }

    @Test
    void aSubmitWhoseAnswerIsLostIsNeverSentAgain() throws Exception {
        HttpResponse<String> begun = begin("drop=rst");
        assertThat(begun.statusCode()).as(begun.body()).isIn(502, 504);
        assertThat(begun.headers().firstValue("x-should-retry")).hasValue("false");
        String id = JsonMapper.shared().readTree(begun.body()).at("/error/sluice/job").asString();
        assertThat(json(get(key, JOBS + "/" + id)).path("status").asString())
                .isEqualTo("validating_files");
        assertThat(post(key, JOBS + "/" + id + "/cancel", "").statusCode()).isEqualTo(409);
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE video_job SET look_at = now() - interval '1 hour'"
                                        + " WHERE id = ?",
                                id));
        assertThat(settled(begun).path("cost_usd").asString()).isEqualTo("0");
        assertThat(await(id, "failed").at("/error/code").asString()).isEqualTo("submit_unknown");
        assertThat(submits()).hasSize(1);
        assertThat(balance()).isEqualTo("10");
    }

    @Test
    void aJobThatNeverEndsIsStopped() throws Exception {
        HttpResponse<String> begun = begin("takes=600000");
        String id = json(begun).path("id").asString();
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE video_job SET created_at = now() - interval '8 days',"
                                        + " look_at = now() WHERE id = ?",
                                id));
        await(id, "cancelled");
        assertThat(settled(begun).path("cost_usd").asString()).isEqualTo("0");
        assertThat(
                        sluice.simulator().journal().calls().stream()
                                .filter(call -> call.path().endsWith("/cancel")))
                .hasSize(1);
    }

    @Test
    void anotherKeySeesNothingOfAJobNorIsItAVideo() throws Exception {
        String id = json(begin("takes=100")).path("id").asString();
        String other = granted("\"actions\":[\"tuning\"]");
        for (String part : List.of("", "/events", "/checkpoints")) {
            assertThat(get(other, JOBS + "/" + id + part).statusCode()).isEqualTo(404);
        }
        assertThat(post(other, JOBS + "/" + id + "/cancel", "").statusCode()).isEqualTo(404);
        assertThat(json(get(other, JOBS)).path("data")).isEmpty();
        assertThat(get(key, "/v1/videos/" + id).statusCode()).isEqualTo(404);
        assertThat(json(get(key, "/v1/videos")).path("data")).isEmpty();
        await(id, "succeeded");
        balance();
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByName() throws Exception {
        String picture =
                """
                {"messages":[{"role":"user","content":[
                {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}
                """
                        .replace("\n", "");
        String good = upload(key, "fine-tune", example("takes=1"));
        refused("training_file", "");
        refused("training_file", ",\"training_file\":7");
        refused("training_file", ",\"training_file\":\"file-abc\"");
        refused("training_file", ",\"training_file\":{\"file_id\":\"a\"}");
        for (String id :
                List.of(
                        upload(key, "batch", example("takes=1")),
                        upload(key, "fine-tune", picture))) {
            refused("training_file", ",\"training_file\":\"" + id + "\"");
        }
        String with = ",\"training_file\":\"" + good + "\",";
        refused("method", with + "\"method\":{\"type\":\"dpo\"}");
        refused("integrations", with + "\"integrations\":[{\"type\":\"wandb\"}]");
        refused("hyperparameters.n_epochs", with + "\"hyperparameters\":{\"n_epochs\":51}");
        assertThat(submits()).isEmpty();
    }

    private void refused(String param, String more) throws Exception {
        HttpResponse<String> answer = post(key, JOBS, "{\"model\":\"sim-chat\"" + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(answer.body()).at("/error/param").asString())
                .isEqualTo(param);
    }
}
