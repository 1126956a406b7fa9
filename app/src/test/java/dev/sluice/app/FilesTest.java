package dev.sluice.app;

import static dev.sluice.app.BatchClient.json;
import static dev.sluice.app.BatchClient.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Files through the whole server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesTest {

    private static final Map<String, String> NOTHING = Map.of();
    private static final String PRICE = "{\"input_per_mtok\":\"1\",\"output_per_mtok\":\"1\"}";

    private Installation sluice;
    private int keys;

    @BeforeAll
    void start() {
        sluice = Installation.start().withModels(PRICE, "sim-chat");
        sluice.topUp("10");
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    /// A key that has no files yet.
    private BatchClient client() {
        String credential = sluice.key("k-" + keys++, "support", "staging");
        return new BatchClient(sluice.baseUrl(), sluice.http(), credential);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsUploadedIsReadAgain() {
        BatchClient client = client();
        // more than one piece, and not the whole of one
        String content = "Grüße 水 🌊\n".repeat(100_000);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        JsonNode file = ok(client.tryUpload("user_data", bytes, NOTHING));
        assertThat(file.path("object").asString()).isEqualTo("file");
        assertThat(file.path("id").asString()).startsWith("file-");
        assertThat(file.path("bytes").asLong()).isEqualTo(bytes.length);
        assertThat(file.path("filename").asString()).isEqualTo("calls.jsonl");
        assertThat(file.path("purpose").asString()).isEqualTo("user_data");
        assertThat(file.path("expires_at").asLong() - file.path("created_at").asLong())
                .isEqualTo(30L * 24 * 3600);
        String path = "/v1/files/" + file.path("id").asString();
        assertThat(ok(client.get(path))).isEqualTo(file);
        HttpResponse<String> read = client.get(path + "/content");
        assertThat(read.body()).isEqualTo(content);
        assertThat(read.headers().firstValue("content-disposition"))
                .contains("attachment; filename=\"calls.jsonl\"");
        assertThat(ok(client.delete(path)).path("deleted").asBoolean()).isTrue();
        assertThat(client.get(path).statusCode()).isEqualTo(404);
        assertThat(client.get(path + "/content").statusCode()).isEqualTo(404);
        assertThat(client.delete(path).statusCode()).isEqualTo(404);
    }

    @Test
    void nothingOfAFileStandsInTheDatabaseAsItIs() {
        BatchClient client = client();
        byte[] content = "canary-of-a-file".repeat(10).getBytes(StandardCharsets.UTF_8);
        ok(client.tryUpload("vision", content, NOTHING));
        List<byte[]> kept =
                sluice.database()
                        .database()
                        .read(sql -> {
                            List<byte[]> bytes = new ArrayList<>();
                            sql.each(
                                    "SELECT sealed FROM kept_file_piece UNION ALL"
                                            + " SELECT name FROM kept_file",
                                    row -> bytes.add(row.bytes("sealed")));
                            return bytes;
                        });
        assertThat(kept)
                .isNotEmpty()
                .allSatisfy(bytes ->
                        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                .doesNotContain("canary")
                                .doesNotContain("calls.jsonl"));
    }

    @Test
    void aFileIsReadByTheModelsThatItsKeyCalls() {
        BatchClient client = client();
        byte[] pages = "%PDF-1.4\n/Type /Page\n/Type /Page\n%%EOF".getBytes(StandardCharsets.UTF_8);
        JsonNode file = ok(client.tryUpload("user_data", pages, NOTHING));
        String question =
                """
                {"model":"sim-chat","max_tokens":20,"messages":[{"role":"user","content":[
                 {"type":"text","text":"?"},{"type":"file","file":{"file_id":"%s"}}]}]}
                """
                        .formatted(file.path("id").asString());
        JsonNode answer = ok(client.post("/v1/chat/completions", question));
        // two pages as the simulator counts them; what it cannot see is three
        assertThat(answer.at("/usage/prompt_tokens").asLong()).isBetween(3_000L, 3_100L);
        HttpResponse<String> other = client().post("/v1/chat/completions", question);
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("not kept for this key");
    }

    @Test
    void clientsOfAnthropicHaveTheSameFilesInTheirShapes() {
        BatchClient openAi = client();
        BatchClient client = openAi.asAnthropic();
        byte[] pages = "%PDF-1.4\n/Type /Page\n/Type /Page\n%%EOF".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> uploaded = client.tryUploadNamed("notes.pdf", pages, NOTHING);
        JsonNode file = ok(uploaded);
        assertThat(uploaded.headers().firstValue("request-id"))
                .isEqualTo(uploaded.headers().firstValue("x-request-id"))
                .isPresent();
        assertThat(file.propertyNames())
                .containsExactlyInAnyOrder(
                        "type",
                        "id",
                        "filename",
                        "mime_type",
                        "size_bytes",
                        "created_at",
                        "expires_at",
                        "downloadable");
        assertThat(file.path("type").asString()).isEqualTo("file");
        assertThat(file.path("mime_type").asString()).isEqualTo("application/pdf");
        assertThat(file.path("size_bytes").asInt()).isEqualTo(pages.length);
        Instant created = Instant.parse(file.path("created_at").asString());
        assertThat(Instant.parse(file.path("expires_at").asString()))
                .isEqualTo(created.plus(Duration.ofDays(30)));
        String id = file.path("id").asString();
        assertThat(ok(client.get("/v1/files/" + id + "?beta=true"))).isEqualTo(file);
        assertThat(client.get("/v1/files/" + id + "/content?beta=true").body())
                .isEqualTo(new String(pages, StandardCharsets.UTF_8));
        assertThat(ok(openAi.get("/v1/files/" + id)).path("purpose").asString())
                .isEqualTo("user_data");
        String question =
                """
                {"model":"sim-chat","max_tokens":20,"messages":[{"role":"user","content":[
                 {"type":"document","source":{"type":"file","file_id":"%s"}}]}]}
                """
                        .formatted(id);
        assertThat(ok(client.post("/v1/messages", question)).at("/usage/input_tokens").asLong())
                .isBetween(3_000L, 3_100L);
        JsonNode deleted = ok(client.delete("/v1/files/" + id));
        assertThat(deleted.toString())
                .isEqualTo("{\"type\":\"file_deleted\",\"id\":\"%s\"}".formatted(id));
        JsonNode gone = json(client.get("/v1/files/" + id));
        assertThat(gone.path("type").asString()).isEqualTo("error");
        assertThat(gone.at("/error/type").asString()).isEqualTo("not_found_error");
        assertThat(json(openAi.get("/v1/files/" + id)).at("/error/code").asString())
                .isEqualTo("not_found");
    }

    @Test
    void clientsOfAnthropicPageBothWays() {
        BatchClient client = client().asAnthropic();
        Map<String, String> hour = Map.of("expires_in_seconds", "3600");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            JsonNode file = ok(client.tryUploadNamed("n.txt", noise(3), hour));
            assertThat(Instant.parse(file.path("expires_at").asString()))
                    .isEqualTo(
                            Instant.parse(file.path("created_at").asString())
                                    .plus(Duration.ofHours(1)));
            ids.addFirst(file.path("id").asString());
        }
        JsonNode newest = ok(client.get("/v1/files?limit=2"));
        assertPage(newest, ids.subList(0, 2), true);
        JsonNode rest = ok(client.get("/v1/files?after_id=" + ids.get(1)));
        assertPage(rest, ids.subList(2, 4), false);
        JsonNode newer = ok(client.get("/v1/files?limit=1&before_id=" + ids.get(2)));
        assertPage(newer, ids.subList(1, 2), true);
        assertPage(ok(client.get("/v1/files?before_id=" + ids.get(2))), ids.subList(0, 2), false);
        for (String bad : List.of("limit=1001", "after_id=a&before_id=b", "scope_id=s")) {
            HttpResponse<String> refused = client.get("/v1/files?" + bad);
            assertThat(refused.statusCode()).as(bad).isEqualTo(400);
            assertThat(json(refused).at("/error/type").asString())
                    .isEqualTo("invalid_request_error");
        }
    }

    private static void assertPage(JsonNode page, List<String> ids, boolean more) {
        assertThat(page.path("data").valueStream().map(f -> f.path("id").asString()))
                .containsExactlyElementsOf(ids);
        assertThat(page.path("has_more").asBoolean()).isEqualTo(more);
        assertThat(page.path("first_id").asString()).isEqualTo(ids.getFirst());
        assertThat(page.path("last_id").asString()).isEqualTo(ids.getLast());
    }

    @Test
    void filesOfOthersDoNotExist() {
        JsonNode file = client().upload("{}");
        BatchClient other = client();
        String path = "/v1/files/" + file.path("id").asString();
        assertThat(other.get(path).statusCode()).isEqualTo(404);
        assertThat(other.get(path + "/content").statusCode()).isEqualTo(404);
        assertThat(other.delete(path).statusCode()).isEqualTo(404);
        assertThat(ok(other.get("/v1/files")).path("data")).isEmpty();
        assertThat(new BatchClient(sluice.baseUrl(), sluice.http(), "sk-x").get(path).statusCode())
                .isEqualTo(401);
    }

    @Test
    void filesAreListedByPurposeAndPage() {
        BatchClient client = client();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(client.upload("{}").path("id").asString());
        }
        ok(client.tryUpload("vision", noise(10), NOTHING));
        JsonNode newest = ok(client.get("/v1/files?purpose=batch&limit=1"));
        assertThat(newest.at("/data/0/id").asString()).isEqualTo(ids.getLast());
        assertThat(newest.path("has_more").asBoolean()).isTrue();
        JsonNode rest = ok(client.get("/v1/files?purpose=batch&order=asc&after=" + ids.getFirst()));
        assertThat(rest.path("data").valueStream().map(f -> f.path("id").asString()))
                .containsExactlyElementsOf(ids.subList(1, 3));
        assertThat(rest.path("has_more").asBoolean()).isFalse();
        assertThat(ok(client.get("/v1/files")).path("data")).hasSize(4);
        assertThat(client.get("/v1/files?order=up").statusCode()).isEqualTo(400);
    }

    @Test
    void aFileIsKeptAsLongAsItsClientSays() {
        BatchClient client = client();
        Map<String, String> hour =
                Map.of("expires_after[anchor]", "created_at", "expires_after[seconds]", "3600");
        JsonNode file = ok(client.tryUpload("batch", noise(3), hour));
        assertThat(file.path("expires_at").asLong() - file.path("created_at").asLong())
                .isEqualTo(3600);
        Map<String, String> minute =
                Map.of("expires_after[anchor]", "created_at", "expires_after[seconds]", "60");
        assertThat(client.tryUpload("batch", noise(3), minute).body()).contains("expires_after");
        sluice.database()
                .database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE kept_file SET expires_at = created_at WHERE id = ?",
                                file.path("id").asString()));
        String path = "/v1/files/" + file.path("id").asString();
        assertThat(client.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        BatchClient client = client();
        HttpResponse<String> file = client.tryUpload("batch", noise((30 << 20) + 1), NOTHING);
        assertThat(file.statusCode()).isEqualTo(413);
        assertThat(file.body()).contains("request_too_large").contains("31457280");
        HttpResponse<String> form = client.tryUpload("batch", noise(33 << 20), NOTHING);
        assertThat(form.statusCode()).isEqualTo(413);
        assertThat(ok(client.get("/v1/files")).path("data")).isEmpty();
    }

    @Test
    void whatIsNoUploadIsRefused() throws Exception {
        BatchClient client = client();
        assertThat(client.tryUpload("party", noise(3), NOTHING).body()).contains("`purpose`");
        assertThat(client.post("/v1/files", "{}").statusCode()).isEqualTo(415);
        HttpRequest stranger =
                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/v1/files"))
                        .POST(BodyPublishers.ofString("x"))
                        .build();
        HttpResponse<String> answer =
                sluice.http().send(stranger, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("invalid_api_key");
    }

    @Test
    void aKeyOfOtherEndpointsHasNoFiles() {
        String credential =
                sluice.admin(
                                "POST",
                                "/admin/v1/keys",
                                """
                                {"label":"narrow","team":"support","environment":"staging",
                                 "owner":"service:tests","endpoint_families":["chat"]}
                                """)
                        .path("key")
                        .asString();
        BatchClient narrow = new BatchClient(sluice.baseUrl(), sluice.http(), credential);
        assertThat(narrow.get("/v1/files").statusCode()).isEqualTo(403);
        assertThat(narrow.get("/v1/batches").body()).contains("policy_denied");
    }
}
