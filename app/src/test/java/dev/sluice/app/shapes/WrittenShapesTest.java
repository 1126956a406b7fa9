package dev.sluice.app.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.DataPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// What OpenAI's SDK sends, and what is written in OpenAI's dialects when another one is translated
/// (the golden files), fit OpenAI's specification to the last member.
final class WrittenShapesTest {

    private static final Path GOLDEN =
            Path.of("..", "protocol", "src", "test", "resources", "translate", "golden");

    /// Members beyond the specification: what clients of compatible servers read, and `store`,
    /// which OpenAI itself answers.
    private static final Shapes ANSWERS =
            Shapes.read("reasoning_content", "thinking_blocks", "cache_write_tokens", "store");

    private static final Shapes REQUESTS = Shapes.read("reasoning_content", "thinking_blocks");

    private static final Shapes SPECIFIED = Shapes.read();

    /// The specification wants an id on what the model said before; the API does not, and agents
    /// send none.
    private static final Pattern WITHOUT_ID =
            Pattern.compile(
                    "\\.input\\[[0-9]+]\\.(id is missing|content\\[[0-9]+]\\.type is"
                            + " \"(output_text|refusal)\".*)");

    private static String operation(String dialect) {
        return dialect.equals("openai-chat") ? "POST /chat/completions" : "POST /responses";
    }

    /// The golden files of a kind, for a dialect at one of the two ends.
    private static Stream<DynamicTest> golden(
            String kind, boolean sent, BiConsumer<String, String> check) {
        return Stream.of("openai-chat", "openai-responses")
                .flatMap(dialect ->
                        folders(dialect, sent)
                                .flatMap(folder -> files(folder, kind))
                                .map(file ->
                                        DynamicTest.dynamicTest(
                                                folderOf(file) + "/" + file.getFileName(),
                                                () ->
                                                        check.accept(
                                                                dialect, Files.readString(file)))));
    }

    private static String folderOf(Path file) {
        return String.valueOf(Objects.requireNonNull(file.getParent()).getFileName());
    }

    private static Stream<Path> folders(String dialect, boolean sent) {
        return list(GOLDEN)
                .filter(folder -> {
                    String name = String.valueOf(folder.getFileName());
                    // a dialect's own requests are not written, but for the test
                    boolean translated = !name.startsWith(dialect) || !name.endsWith(dialect);
                    return translated
                            && (sent ? name.endsWith("_to_" + dialect) : name.startsWith(dialect));
                });
    }

    private static Stream<Path> files(Path folder, String kind) {
        return list(folder)
                .filter(file -> String.valueOf(file.getFileName()).startsWith(kind + "_"));
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> whatUpstreamsAreAskedInTranslation() {
        return golden(
                "request",
                true,
                (dialect, text) -> {
                    if (!text.startsWith("refused")) {
                        JsonNode body = Shapes.JSON.readTree(text.substring(text.indexOf('\n')));
                        assertThat(REQUESTS.ofRequest(operation(dialect), body))
                                .filteredOn(wrong -> !WITHOUT_ID.matcher(wrong).matches())
                                .isEmpty();
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> whatClientsAreAnsweredInTranslation() {
        return golden(
                "answer",
                false,
                (dialect, text) -> {
                    JsonNode body = Shapes.JSON.readTree(text.substring(text.indexOf('\n')));
                    assertThat(ANSWERS.ofAnswer(operation(dialect), body)).isEmpty();
                });
    }

    @TestFactory
    Stream<DynamicTest> whatClientsAreStreamedInTranslation() {
        return golden(
                "stream",
                false,
                (dialect, text) ->
                        events(text)
                                .forEach(event ->
                                        assertThat(ANSWERS.ofEvent(operation(dialect), event))
                                                .as(event.toString())
                                                .isEmpty()));
    }

    private static List<JsonNode> events(String text) {
        return text.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Shapes.JSON.readTree(line.substring("data: ".length())))
                .toList();
    }

    private static List<JsonNode> sdk() {
        return Shapes.file("openai-sdk-requests.json").path("requests").valueStream().toList();
    }

    private static String operationOf(JsonNode request) {
        String method = request.path("method").asString();
        String path = request.path("path").asString();
        String operation = SPECIFIED.operation(method, path);
        assertThat(operation).as(method + " " + path).isNotNull();
        return String.valueOf(operation);
    }

    @TestFactory
    Stream<DynamicTest> whatTheSdkSends() {
        return sdk().stream()
                .filter(request -> request.has("body"))
                .map(request ->
                        DynamicTest.dynamicTest(
                                operationOf(request) + " " + request.path("body").propertyNames(),
                                () ->
                                        assertThat(
                                                        SPECIFIED.ofRequest(
                                                                operationOf(request),
                                                                request.path("body")))
                                                .isEmpty()));
    }

    /// What is read only together with the file that it names.
    private static final String WITH_FILE = "/fine_tuning/jobs";

    /// The beta's way to client secrets, which the newest SDK does not have.
    private static final Set<String> OF_OLDER_SDKS =
            Set.of("POST /realtime/sessions", "POST /realtime/transcription_sessions");

    /// Each call to a model that the SDK sends as JSON is understood.
    @TestFactory
    Stream<DynamicTest> whatTheSdkSendsIsRead() {
        Set<String> models = DataPlane.paths();
        return sdk().stream()
                .filter(request ->
                        request.has("body")
                                && !request.path("path").asString().equals(WITH_FILE)
                                && models.contains("/v1" + request.path("path").asString()))
                .map(request ->
                        DynamicTest.dynamicTest(
                                operationOf(request) + " " + request.path("body").propertyNames(),
                                () -> {
                                    JsonNode body = request.path("body");
                                    var facts =
                                            DataPlane.decodeFacts(
                                                    "/v1" + request.path("path").asString(),
                                                    Shapes.JSON.writeValueAsBytes(body));
                                    assertThat(facts.model())
                                            .isEqualTo(body.path("model").asString());
                                    assertThat(facts.stream())
                                            .isEqualTo(body.path("stream").asBoolean(false));
                                }));
    }

    @Test
    void theSdkAsksEveryOperation() {
        Set<String> asked = new HashSet<>();
        sdk().forEach(request -> asked.add(operationOf(request)));
        Set<String> expected = new HashSet<>(SPECIFIED.operations());
        assertThat(expected.removeAll(OF_OLDER_SDKS)).isTrue();
        assertThat(asked).isEqualTo(expected);
    }
}
