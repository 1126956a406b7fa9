package dev.sluice.app.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.Talker;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The running gateway answers every operation of OpenAI's that it claims as OpenAI's specification
/// has it, errors and the events of sessions included.
@Timeout(120)
@Tag("slow")
class AnsweredShapesTest extends ShapedCalls {

    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// What is served under `/v1` and is no operation of OpenAI's specification: other dialects,
    /// paths that compatible servers have, the handshake of a socket.
    private static final Pattern NOT_SPECIFIED =
            Pattern.compile(
                    "POST /messages(/count_tokens)?|POST /rerank|GET /realtime"
                            + "|(GET|POST) /video/generations(/.*)?|GET /dashboard/billing/.*");

    /// Reports of what Sluice passes to no provider: no call fills them.
    private static final Pattern NEVER_USED =
            Pattern.compile("/(vector_stores|code_interpreter_sessions|file_search_calls)\\?");

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
                DynamicTest.dynamicTest("fine-tuning", this::tuning),
                DynamicTest.dynamicTest("client secrets", this::clientSecrets),
                DynamicTest.dynamicTest("usage and costs", this::usageAndCosts),
                DynamicTest.dynamicTest(
                        "every operation was among these",
                        () -> assertThat(seen).isEqualTo(new TreeSet<>(shapes.operations()))),
                DynamicTest.dynamicTest("every endpoint has a shape", this::claims),
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
        fits("POST", "/chat/completions", chat("Hi", ",\"web_search_options\":{}"));
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
        fits("POST", "/responses/input_tokens", response("Hi", ""));
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

    private void files() throws Exception {
        String path = "/files/" + upload("{}").path("id").asString();
        fits("GET", path, (String) null);
        assertThat(bytes(path + "/content")).isEqualTo("{}");
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

    private void videos() throws Exception {
        String asked = "{\"model\":\"sim-video\",\"prompt\":\"A boat [[sim takes=200%s]]\"}";
        String path =
                "/videos/" + fits("POST", "/videos", asked.formatted("")).path("id").asString();
        awaitEnd(path, "completed");
        assertThat(bytes(path + "/content")).isNotEmpty();
        JsonNode remix = fits("POST", path + "/remix", "{\"prompt\":\"A ship [[sim takes=200]]\"}");
        awaitEnd("/videos/" + remix.path("id").asString(), "completed");
        JsonNode failed = fits("POST", "/videos", asked.formatted(" fails=moderation_blocked"));
        awaitEnd("/videos/" + failed.path("id").asString(), "failed");
        fits("GET", "/videos", (String) null);
        fits("DELETE", path, (String) null);
    }

    private void clientSecrets() throws Exception {
        fits(
                "POST",
                "/realtime/client_secrets",
                "{\"session\":{\"type\":\"realtime\",\"model\":\"sim-realtime\"}}");
        fits(
                "POST",
                "/realtime/client_secrets",
                "{\"session\":{\"type\":\"transcription\",\"audio\":{\"input\":{\"transcription\":"
                        + "{\"model\":\"sim-transcribe\"}}}}}");
        // the specification has lost what the beta's SDKs ask for
        assertThat(unspecified("/realtime/sessions", "{\"model\":\"sim-realtime\"}"))
                .containsExactly(".client_secret is not specified");
        assertThat(
                        unspecified(
                                "/realtime/transcription_sessions",
                                "{\"input_audio_transcription\":{\"model\":\"sim-transcribe\"}}"))
                .containsExactlyInAnyOrder(".id is not specified", ".object is not specified");
    }

    private List<String> unspecified(String path, String body) throws Exception {
        JsonNode answer = Shapes.JSON.readTree(json("POST", path, body).body());
        return shapes.ofAnswer(operation("POST", path), answer);
    }

    private void tuning() throws Exception {
        String jobs = "/fine_tuning/jobs";
        String done = jobs + "/" + begun("takes=200").path("id").asString();
        awaitEnd(done, "succeeded");
        fits("GET", done + "/events", (String) null);
        assertThat(fits("GET", done + "/checkpoints", (String) null).path("data")).isNotEmpty();
        awaitEnd(
                jobs + "/" + begun("takes=100 fails=invalid_training_file").path("id").asString(),
                "failed");
        String slow = jobs + "/" + begun("takes=600000").path("id").asString();
        String pause = slow + "/pause";
        JsonNode paused = Shapes.JSON.readTree(json("POST", pause, "").body());
        // the specification has the operation, and no word for the state
        assertThat(shapes.ofAnswer(operation("POST", pause), paused))
                .singleElement()
                .asString()
                .startsWith(".status is \"paused\"");
        fits("POST", slow + "/resume", "");
        fits("POST", slow + "/cancel", "");
        fits("GET", jobs + "?limit=1", (String) null);
    }

    private JsonNode begun(String directives) throws Exception {
        String example =
                """
                {"messages":[{"role":"user","content":"Say gate [[sim %s]]"},\
                {"role":"assistant","content":"gate"}]}
                """
                        .formatted(directives);
        return fits(
                "POST",
                "/fine_tuning/jobs",
                """
                {"model":"sim-trained","training_file":"%s","suffix":"gates","metadata":{"a":"b"},
                 "method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":2}}}}
                """
                        .formatted(upload("fine-tune", example).path("id").asString()));
    }

    /// Of all the calls above, with the credential of whoever manages the organization.
    private void usageAndCosts() throws Exception {
        String asked =
                "?group_by=%s&group_by=project_id&start_time="
                        + Instant.now().minus(Duration.ofDays(1)).getEpochSecond();
        for (String operation : new TreeSet<>(shapes.operations())) {
            if (!operation.startsWith("GET /organization/")) {
                continue;
            }
            String path =
                    operation.substring("GET ".length())
                            + asked.formatted(operation.endsWith("costs") ? "line_item" : "model");
            var unused =
                    Await.until(
                            () ->
                                    fits(
                                            "GET",
                                            path,
                                            sluice.adminAnswer(
                                                    "GET", "/v1" + path, null, Map.of())),
                            page ->
                                    NEVER_USED.matcher(path).find()
                                            || page.path("data")
                                                    .valueStream()
                                                    .anyMatch(b -> !b.path("results").isEmpty()),
                            PATIENCE);
        }
    }

    /// A claimed endpoint that the specification has is compared with it.
    private void claims() {
        TreeSet<String> claimed = new TreeSet<>();
        for (var path : sluice.admin("GET", "/openapi.json", null).path("paths").properties()) {
            if (path.getKey().startsWith("/v1/")) {
                path.getValue().propertyNames().stream()
                        .map(method -> method.toUpperCase(Locale.ROOT) + path.getKey())
                        .map(operation -> operation.replace("/v1/", " /"))
                        .filter(operation -> !NOT_SPECIFIED.matcher(operation).matches())
                        .forEach(operation -> claimed.add(unnamed(operation)));
            }
        }
        assertThat(claimed)
                .as("add new endpoints to protocol/facts/openai_shapes.py")
                .isEqualTo(
                        shapes.operations().stream()
                                .map(AnsweredShapesTest::unnamed)
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /// Whatever its ids are called.
    private static String unnamed(String operation) {
        return operation.replaceAll("\\{[^}]+}", "{}");
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
