package dev.sluice.app.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.Talker;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The running gateway answers every operation of OpenAI's that it claims as OpenAI's specification
/// has it, errors and the events of sessions included.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("slow")
class AnsweredShapesTest {

    private static final String BOUNDARY = "----shapes";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// Members that OpenAI answers beyond its specification.
    private final Shapes shapes = Shapes.read("store", "output_tokens_details", "usage", "task");

    private final TreeSet<String> seen = new TreeSet<>();
    private Installation sluice;
    private String key;

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
        key = sluice.key("shapes", "quality", "staging");
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

    private HttpResponse<String> json(String method, String path, @Nullable String body)
            throws Exception {
        return send(
                method,
                path,
                "application/json",
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    /// Asks, and compares the answer.
    private JsonNode fits(String method, String path, @Nullable String body) throws Exception {
        return fits(method, path, json(method, path, body));
    }

    private JsonNode fits(String method, String path, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode told = Shapes.JSON.readTree(answer.body());
        String operation = operation(method, path);
        assertThat(shapes.ofAnswer(operation, told)).as(told.toPrettyString()).isEmpty();
        return told;
    }

    private String operation(String method, String path) {
        String operation = shapes.operation(method, path.replaceAll("\\?.*", ""));
        assertThat(operation).as(method + " " + path).isNotNull();
        String known = String.valueOf(operation);
        seen.add(known);
        return known;
    }

    private static List<JsonNode> events(HttpResponse<String> answer) {
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

    private void streams(String path, String body) throws Exception {
        String operation = operation("POST", path);
        for (JsonNode event : events(json("POST", path, body))) {
            assertThat(shapes.ofEvent(operation, event)).as(event.toString()).isEmpty();
        }
    }

    private HttpResponse<String> form(String path, String file, byte[] content, String... fields)
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

    private static String chat(String text, String more) {
        return "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
                .formatted(text, more);
    }

    private static String response(String text, String more) {
        return "{\"model\":\"sim-chat\",\"input\":\"%s\"%s}".formatted(text, more);
    }

    @TestFactory
    Stream<DynamicTest> whatIsAnswered() {
        return Stream.of(
                DynamicTest.dynamicTest("chat", this::chat),
                DynamicTest.dynamicTest("responses", this::responses),
                DynamicTest.dynamicTest("embeddings, moderations", this::embeddingsAndModerations),
                DynamicTest.dynamicTest("models", this::models),
                DynamicTest.dynamicTest("images", this::images),
                DynamicTest.dynamicTest("sound", this::sound),
                DynamicTest.dynamicTest("files", this::files),
                DynamicTest.dynamicTest("batches", this::batches),
                DynamicTest.dynamicTest("videos", this::videos),
                DynamicTest.dynamicTest(
                        "every operation was among these",
                        () -> assertThat(seen).isEqualTo(new TreeSet<>(shapes.operations()))),
                DynamicTest.dynamicTest("errors", this::errors),
                DynamicTest.dynamicTest("sessions", this::sessions));
    }

    private void chat() throws Exception {
        String tools =
                """
                ,"tools":[{"type":"function","function":{"name":"get_weather","parameters":
                 {"type":"object","properties":{"city":{"type":"string"}}}}}]
                """;
        String stream = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        for (String more : List.of("", tools)) {
            String text = more.isEmpty() ? "Hi" : "Weather in Paris and Rome?";
            fits("POST", "/chat/completions", chat(text, more));
            streams("/chat/completions", chat(text, more + stream));
        }
        fits("POST", "/chat/completions", chat("[[sim refusal]] Hi", ""));
        streams("/chat/completions", chat("[[sim refusal]] Hi", stream));
    }

    private void responses() throws Exception {
        JsonNode kept = fits("POST", "/responses", response("Hi", ""));
        streams("/responses", response("Hi", ",\"stream\":true"));
        fits("POST", "/responses", response("[[sim refusal]] Hi", ""));
        streams("/responses", response("[[sim refusal]] Hi", ",\"stream\":true"));
        String path = "/responses/" + kept.path("id").asString();
        fits("GET", path, (String) null);
        fits("GET", path + "/input_items", (String) null);
        operation("DELETE", path);
        assertThat(json("DELETE", path, null).statusCode()).isEqualTo(200);
    }

    private void embeddingsAndModerations() throws Exception {
        fits("POST", "/embeddings", "{\"model\":\"sim-embed\",\"input\":[\"a\",\"b\"]}");
        fits("POST", "/moderations", "{\"model\":\"sim-moderation\",\"input\":\"harm\"}");
    }

    private void models() throws Exception {
        fits("GET", "/models", (String) null);
        fits("GET", "/models/sim-chat", (String) null);
    }

    private void images() throws Exception {
        byte[] pixel = Base64.getDecoder().decode(PIXEL);
        String asked = "{\"model\":\"sim-image\",\"prompt\":\"A boat\",\"quality\":\"low\"%s}";
        fits("POST", "/images/generations", asked.formatted(""));
        streams("/images/generations", asked.formatted(",\"stream\":true,\"partial_images\":1"));
        String[] fields = {"model", "sim-image", "prompt", "A boat", "quality", "low"};
        fits("POST", "/images/edits", form("/images/edits", "image", pixel, fields));
        fits("POST", "/images/variations", form("/images/variations", "image", pixel, fields));
    }

    private void sound() throws Exception {
        operation("POST", "/audio/speech");
        String said = "{\"model\":\"sim-voice\",\"voice\":\"alloy\",\"input\":\"Hi\"%s}";
        assertThat(json("POST", "/audio/speech", said.formatted("")).statusCode()).isEqualTo(200);
        String stream = said.formatted(",\"stream_format\":\"sse\"");
        for (JsonNode event : events(json("POST", "/audio/speech", stream))) {
            assertThat(shapes.of("CreateSpeechResponseStreamEvent", event))
                    .as(event.toString())
                    .isEmpty();
        }
        byte[] heard = new byte[32_000];
        for (String model : List.of("sim-whisper", "sim-transcribe")) {
            fits(
                    "POST",
                    "/audio/transcriptions",
                    form("/audio/transcriptions", "file", heard, "model", model));
        }
        for (JsonNode event :
                events(
                        form(
                                "/audio/transcriptions",
                                "file",
                                heard,
                                "model",
                                "sim-transcribe",
                                "stream",
                                "true"))) {
            assertThat(shapes.of("CreateTranscriptionResponseStreamEvent", event))
                    .as(event.toString())
                    .isEmpty();
        }
        for (String format : List.of("json", "verbose_json")) {
            fits(
                    "POST",
                    "/audio/translations",
                    form(
                            "/audio/translations",
                            "file",
                            heard,
                            "model",
                            "sim-whisper",
                            "response_format",
                            format));
        }
    }

    private JsonNode upload(String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return fits("POST", "/files", form("/files", "file", bytes, "purpose", "batch"));
    }

    private void files() throws Exception {
        String path = "/files/" + upload("{}").path("id").asString();
        fits("GET", path, (String) null);
        fits("GET", "/files", (String) null);
        fits("DELETE", path, (String) null);
    }

    private void batches() throws Exception {
        String line =
                "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}\n";
        String lines =
                line.formatted("a", chat("Hi", ""))
                        + line.formatted("b", chat("[[sim status=422]]", ""));
        String created =
                "{\"input_file_id\":\"%s\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}";
        JsonNode batch =
                fits("POST", "/batches", created.formatted(upload(lines).path("id").asString()));
        String path = "/batches/" + batch.path("id").asString();
        awaitEnd(path, "completed");
        fits("GET", "/batches", (String) null);
        JsonNode slow =
                fits(
                        "POST",
                        "/batches",
                        created.formatted(
                                upload(line.formatted("c", chat("[[sim delay=5000]]", "")))
                                        .path("id")
                                        .asString()));
        fits("POST", "/batches/" + slow.path("id").asString() + "/cancel", (String) null);
        JsonNode failed =
                fits(
                        "POST",
                        "/batches",
                        created.formatted(upload("no line").path("id").asString()));
        awaitEnd("/batches/" + failed.path("id").asString(), "failed");
    }

    private JsonNode awaitEnd(String path, String status) throws Exception {
        return Await.until(
                () -> fits("GET", path, (String) null),
                told -> told.path("status").asString().equals(status),
                PATIENCE);
    }

    private void videos() throws Exception {
        String asked = "{\"model\":\"sim-video\",\"prompt\":\"A boat [[sim takes=200%s]]\"}";
        String path =
                "/videos/" + fits("POST", "/videos", asked.formatted("")).path("id").asString();
        awaitEnd(path, "completed");
        JsonNode remix = fits("POST", path + "/remix", "{\"prompt\":\"A ship [[sim takes=200]]\"}");
        awaitEnd("/videos/" + remix.path("id").asString(), "completed");
        JsonNode failed = fits("POST", "/videos", asked.formatted(" fails=moderation_blocked"));
        awaitEnd("/videos/" + failed.path("id").asString(), "failed");
        fits("GET", "/videos", (String) null);
        fits("DELETE", path, (String) null);
    }

    private void errors() throws Exception {
        Map<String, HttpResponse<String>> errors =
                Map.of(
                        "model",
                                json(
                                        "POST",
                                        "/chat/completions",
                                        "{\"model\":\"x\",\"messages\":[]}"),
                        "path", json("GET", "/nothing", null),
                        "body", json("POST", "/embeddings", "{"),
                        "file", json("GET", "/files/file-1", null),
                        "upstream",
                                json("POST", "/chat/completions", chat("[[sim status=503]]", "")));
        errors.forEach((name, answer) -> {
            assertThat(answer.statusCode()).as(name).isGreaterThanOrEqualTo(400);
            JsonNode told = Shapes.JSON.readTree(answer.body());
            assertThat(Shapes.read("sluice").of("ErrorResponse", told))
                    .as(told.toString())
                    .isEmpty();
        });
    }

    private void sessions() throws Exception {
        try (Talker talker = Talker.open(sluice.baseUrl(), key, "sim-realtime")) {
            talker.await("session.created");
            talker.say(
                    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"output_modalities\":[\"text\"]}}");
            talker.await("session.updated");
            talker.say(
                    """
                    {"type":"conversation.item.create","item":{"type":"message","role":"user",
                     "content":[{"type":"input_text","text":"Hi"}]}}
                    """);
            talker.say("{\"type\":\"response.create\"}");
            talker.await("response.done");
            talker.say("{\"type\":\"nonsense\"}");
            talker.await("error");
            for (String event : talker.events()) {
                assertThat(shapes.of("RealtimeServerEvent", Shapes.JSON.readTree(event)))
                        .as(event)
                        .isEmpty();
            }
        }
    }
}
