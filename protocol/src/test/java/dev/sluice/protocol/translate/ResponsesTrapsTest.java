package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.json.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What clients of responses insist on, and what others got wrong, each under its name.
final class ResponsesTrapsTest {

    private static final Wire RESPONSES = Wire.OPENAI_RESPONSES;
    private static final Path FOLDER = Path.of("src/test/resources/translate");

    private static List<JsonNode> events(Wire upstream, String stream) throws IOException {
        byte[] bytes =
                Files.readAllBytes(
                        FOLDER.resolve("streams/" + upstream.id() + "/" + stream + ".sse"));
        return events(TranslationGoldenTest.shown(RESPONSES, upstream, bytes, bytes.length));
    }

    private static List<JsonNode> events(String shown) {
        List<JsonNode> events = new ArrayList<>();
        for (String frame : shown.split("\n\n", -1)) {
            if (frame.startsWith("event: ")) {
                String[] lines = frame.split("\n", 2);
                JsonNode event = read(lines[1].substring("data: ".length()));
                assertThat(lines[0]).isEqualTo("event: " + event.path("type").asString());
                events.add(event);
            }
        }
        return events;
    }

    private static JsonNode read(String json) {
        return Trees.read(json.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> streams() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (Wire upstream : Wire.all()) {
            try (Stream<Path> files = Files.list(FOLDER.resolve("streams/" + upstream.id()))) {
                files.sorted()
                        .map(file -> file.getFileName().toString().replace(".sse", ""))
                        .forEach(name -> all.add(Arguments.of(upstream, name)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("streams")
    void everyStreamIsNumberedAndEveryItemThatBeginsEnds(Wire upstream, String stream)
            throws IOException {
        List<JsonNode> events = events(upstream, stream);
        Map<Integer, String> open = new HashMap<>();
        Map<Integer, JsonNode> done = new HashMap<>();
        Map<Integer, StringBuilder> pieces = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            assertThat(event.path("sequence_number").asInt()).isEqualTo(i);
            int index = event.path("output_index").asInt(-1);
            String type = event.path("type").asString();
            switch (type) {
                case "response.output_item.added" ->
                        open.put(index, event.at("/item/id").asString());
                case "response.output_item.done" -> {
                    assertThat(open.remove(index)).isEqualTo(event.at("/item/id").asString());
                    done.put(index, event.path("item"));
                }
                default -> {
                    if (type.endsWith(".delta")) {
                        assertThat(event.path("item_id").asString()).isEqualTo(open.get(index));
                        pieces.computeIfAbsent(index, _ -> new StringBuilder())
                                .append(event.path("delta").asString());
                    }
                }
            }
        }
        if (!events.isEmpty()) {
            assertThat(events.getFirst().path("type").asString()).isEqualTo("response.created");
        }
        JsonNode last = events.isEmpty() ? Trees.object() : events.getLast().path("response");
        if (last.path("status").asString("").matches("completed|incomplete")) {
            assertThat(open).isEmpty();
            assertThat(last.path("output")).hasSize(done.size());
            done.forEach((index, item) -> assertThat(last.at("/output/" + index)).isEqualTo(item));
            pieces.forEach((index, text) ->
                    assertThat(said(last.at("/output/" + index))).isEqualTo(text.toString()));
        }
    }

    private static String said(JsonNode item) {
        String own = item.path("arguments").asString(item.path("input").asString(""));
        JsonNode part = item.path("content").path(0);
        return own
                + part.path("text").asString(part.path("refusal").asString(""))
                + item.path("summary").path(0).path("text").asString("");
    }

    @Test
    void callsThatTakeTurnsAreNotGluedTogether() throws IOException {
        JsonNode output =
                events(Wire.OPENAI_CHAT, "calls_take_turns").getLast().at("/response/output");
        Set<String> ids = new HashSet<>();
        for (JsonNode item : output) {
            if (item.path("type").asString().equals("function_call")) {
                ids.add(item.path("call_id").asString());
                assertThat(read(item.path("arguments").asString()).isObject()).isTrue();
            }
        }
        assertThat(ids).hasSize(2);
    }

    @Test
    void reasoningComesBackWithItsSignature() throws IOException {
        JsonNode output =
                events(Wire.ANTHROPIC_MESSAGES, "thinking_and_tools")
                        .getLast()
                        .at("/response/output");
        assertThat(output.at("/0/type").asString()).isEqualTo("reasoning");
        String seal = output.at("/0/encrypted_content").asString();
        assertThat(seal).startsWith("sluice.signature.").isNotEqualTo("sluice.signature.");
        String request =
                "{\"model\":\"asked\",\"input\":[{\"role\":\"user\",\"content\":\"x\"},"
                        + Trees.text(output.get(0))
                        + ",{\"role\":\"assistant\",\"content\":\"y\"},{\"role\":\"user\",\"content\":\"z\"}]}";
        Translation next = translated(request);
        assertThat(sent(next).at("/messages/1/content/0/signature").asString())
                .isEqualTo(seal.substring("sluice.signature.".length()));
        assertThat(next.dropped()).isEmpty();
    }

    private static Translation translated(String request) {
        return TranslationGoldenTest.translated(
                RESPONSES, Wire.ANTHROPIC_MESSAGES, request.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode sent(Translation next) {
        return Trees.read(
                next.upstreamBody("target", java.util.OptionalLong.empty(), "max_tokens"));
    }

    @Test
    void aToolThatTakesAnyTextIsCalledWithThatText() {
        Translation asked =
                TranslationGoldenTest.translated(
                        RESPONSES,
                        Wire.OPENAI_CHAT,
                        "{\"model\":\"asked\",\"input\":\"x\",\"tools\":[{\"type\":\"custom\",\"name\":\"patch\"}]}"
                                .getBytes(StandardCharsets.UTF_8));
        Answer answer =
                asked.readAnswer(
                        "{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"finish_reason\":\"tool_calls\",\"message\":{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"patch\",\"arguments\":\"{\\\"input\\\":\\\"a\\\\nb\\\"}\"}}]}}]}"
                                .getBytes(StandardCharsets.UTF_8));
        JsonNode item = Trees.read(answer.body()).at("/output/0");
        assertThat(item.path("type").asString()).isEqualTo("custom_tool_call");
        assertThat(item.path("input").asString()).isEqualTo("a\nb");
        assertThat(item.path("id").asString()).startsWith("ctc_");
    }

    /// Agents offer the tools of each of their servers in a namespace, and find the call's by it.
    @Test
    void aToolOfANamespaceIsCalledInItsNamespace() {
        JsonNode item =
                calledOver(
                        "mcp__notes__read",
                        "{\\\"title\\\":\\\"a\\\"}",
                        "{\"type\":\"namespace\",\"name\":\"mcp__notes\",\"description\":\"\",\"tools\":[{\"type\":\"function\",\"name\":\"read\"}]}");
        assertThat(item.path("type").asString()).isEqualTo("function_call");
        assertThat(item.path("namespace").asString()).isEqualTo("mcp__notes");
        assertThat(item.path("name").asString()).isEqualTo("read");
        assertThat(item.path("arguments").asString()).isEqualTo("{\"title\":\"a\"}");
    }

    @Test
    void aToolOfTheUsualNamespaceIsCalledByItsOwnName() {
        JsonNode item =
                calledOver(
                        "exec",
                        "{\\\"input\\\":\\\"text(1)\\\"}",
                        "{\"type\":\"namespace\",\"name\":\"functions\",\"description\":\"\",\"tools\":[{\"type\":\"custom\",\"name\":\"exec\"}]}");
        assertThat(item.path("type").asString()).isEqualTo("custom_tool_call");
        assertThat(item.path("namespace").asString()).isEqualTo("functions");
        assertThat(item.path("input").asString()).isEqualTo("text(1)");
    }

    @Test
    void aSearchForToolsThatTheClientRunsIsOneOfItsOwnKind() {
        JsonNode item =
                calledOver(
                        "tool_search",
                        "{\\\"query\\\":\\\"q\\\"}",
                        "{\"type\":\"tool_search\",\"execution\":\"client\",\"parameters\":{\"type\":\"object\"}}");
        assertThat(item.path("type").asString()).isEqualTo("tool_search_call");
        assertThat(item.path("execution").asString()).isEqualTo("client");
        assertThat(item.path("call_id").asString()).isEqualTo("c");
        assertThat(item.path("status").asString()).isEqualTo("completed");
        assertThat(item.at("/arguments/query").asString()).isEqualTo("q");
        assertThat(item.has("name")).isFalse();
    }

    /// The call of a tool that was offered on the way, by a model behind chat.
    private static JsonNode calledOver(String name, String arguments, String tool) {
        Translation asked =
                TranslationGoldenTest.translated(
                        RESPONSES,
                        Wire.OPENAI_CHAT,
                        ("{\"model\":\"asked\",\"input\":[{\"type\":\"additional_tools\",\"role\":\"developer\",\"tools\":["
                                        + tool
                                        + "]},{\"role\":\"user\",\"content\":\"x\"}]}")
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(sent(asked).at("/tools/0/function/name").asString()).isEqualTo(name);
        Answer answer =
                asked.readAnswer(
                        "{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"finish_reason\":\"tool_calls\",\"message\":{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}]}}]}"
                                .formatted(name, arguments)
                                .getBytes(StandardCharsets.UTF_8));
        JsonNode response = Trees.read(answer.body());
        assertThat(response.has("sluice_tools")).isFalse();
        return response.at("/output/0");
    }

    @Test
    void idsBeginAsTheirKindsDoAndAreShortEnoughToComeBack() throws IOException {
        for (Wire upstream : List.of(Wire.OPENAI_CHAT, Wire.ANTHROPIC_MESSAGES)) {
            JsonNode response = events(upstream, first(upstream)).getLast().path("response");
            assertThat(response.path("id").asString()).matches("resp_[A-Za-z0-9]+");
            for (JsonNode item : response.path("output")) {
                assertThat(item.path("id").asString())
                        .matches("(msg|rs|fc|ctc)_[A-Za-z0-9]+_[0-9]+")
                        .hasSizeLessThanOrEqualTo(64);
            }
        }
    }

    private static String first(Wire upstream) {
        return upstream == Wire.OPENAI_CHAT ? "plain" : "thinking_and_tools";
    }
}
