package dev.sluice.app.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Calls to a running gateway whose answers are compared with OpenAI's specification as they come.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShapedCalls {

    private static final String BOUNDARY = "----shapes";
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String TRAINED =
            """
            {"name":"sim-trained","targets":[{"upstream":"sim","model":"sim-chat"}],
             "price":{"input_per_mtok":"1","output_per_mtok":"2","training_per_mtok":"10"}}
            """;

    /// What trains models has to be granted by name, and then all else has to be, too.
    private static final String KEY =
            """
            {"label":"shapes","team":"quality","environment":"staging","owner":"service:tests",
             "actions":["chat","streaming","responses","embeddings","images","video","audio",
             "tools","realtime","batch","moderations","rerank","tuning"]}
            """;

    /// Members that OpenAI answers beyond its specification, and what only some of its lists have.
    final Shapes shapes =
            Shapes.read("store", "output_tokens_details", "usage", "task", "first_id", "last_id");

    final TreeSet<String> seen = new TreeSet<>();
    Installation sluice;
    String key;

    @BeforeAll
    void start() {
        sluice =
                Installation.start()
                        .withModels(
                                "null",
                                "sim-chat",
                                "sim-embed",
                                "sim-image",
                                "sim-speech",
                                "sim-voice",
                                "sim-whisper",
                                "sim-transcribe",
                                "sim-moderation",
                                "sim-video",
                                "sim-realtime");
        sluice.topUp("100");
        sluice.admin("POST", "/admin/v1/teams", "{\"name\":\"quality\"}");
        sluice.admin("POST", "/admin/v1/models", TRAINED);
        key = sluice.admin("POST", "/admin/v1/keys", KEY).path("key").asString();
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private HttpResponse<String> send(String method, String path, String type, BodyPublisher body)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/v1" + path))
                        .timeout(PATIENCE)
                        .header("authorization", "Bearer " + key)
                        .header("content-type", type)
                        .method(method, body)
                        .build();
        return sluice.http().send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> json(String method, String path, @Nullable String body) throws Exception {
        return send(
                method,
                path,
                "application/json",
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    /// Asks, and compares the answer.
    JsonNode fits(String method, String path, @Nullable String body) throws Exception {
        return fits(method, path, json(method, path, body));
    }

    JsonNode fits(String method, String path, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode told = Shapes.JSON.readTree(answer.body());
        String operation = operation(method, path);
        assertThat(shapes.ofAnswer(operation, told)).as(told.toPrettyString()).isEmpty();
        return told;
    }

    String operation(String method, String path) {
        String operation = shapes.operation(method, path.replaceAll("\\?.*", ""));
        assertThat(operation).as(method + " " + path).isNotNull();
        String known = String.valueOf(operation);
        seen.add(known);
        return known;
    }

    static List<JsonNode> events(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> events =
                answer.body()
                        .lines()
                        .filter(line -> line.startsWith("data: {"))
                        .map(line -> Shapes.JSON.readTree(line.substring("data: ".length())))
                        .toList();
        assertThat(events).as(answer.body()).isNotEmpty();
        return events;
    }

    void streams(String path, String body) throws Exception {
        String operation = operation("POST", path);
        for (JsonNode event : events(json("POST", path, body))) {
            assertThat(shapes.ofEvent(operation, event)).as(event.toString()).isEmpty();
        }
    }

    HttpResponse<String> form(String path, String file, byte[] content, String... fields)
            throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            text(form, part("name=\"%s\"".formatted(fields[i])) + fields[i + 1] + "\r\n");
        }
        text(form, part("name=\"%s\"; filename=\"f\"".formatted(file)));
        form.writeBytes(content);
        text(form, "\r\n--" + BOUNDARY + "--\r\n");
        return send(
                "POST",
                path,
                "multipart/form-data; boundary=" + BOUNDARY,
                BodyPublishers.ofByteArray(form.toByteArray()));
    }

    private static String part(String disposition) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n";
    }

    private static void text(ByteArrayOutputStream form, String text) {
        form.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode upload(String purpose, String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return fits("POST", "/files", form("/files", "file", bytes, "purpose", purpose));
    }

    JsonNode upload(String content) throws Exception {
        return upload("batch", content);
    }

    /// Bytes, which the specification says nothing about.
    String bytes(String path) throws Exception {
        operation("GET", path);
        HttpResponse<String> answer = json("GET", path, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    JsonNode awaitEnd(String path, String status) throws Exception {
        return Await.until(
                () -> fits("GET", path, (String) null),
                told -> told.path("status").asString().equals(status),
                PATIENCE);
    }
}
