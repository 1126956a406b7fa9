package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.json.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What others got wrong toward providers of Gemini and of responses, each under its name.
final class ProviderTrapsTest {

    private static final Wire CHAT = Wire.OPENAI_CHAT;
    private static final Wire MESSAGES = Wire.ANTHROPIC_MESSAGES;
    private static final Wire RESPONSES = Wire.OPENAI_RESPONSES;
    private static final Wire GEMINI = Wire.GEMINI;

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/translate", name));
    }

    private static JsonNode sent(Wire client, Wire upstream, byte[] body) {
        Translation translation = TranslationGoldenTest.translated(client, upstream, body);
        return Trees.read(translation.upstreamBody("m", OptionalLong.empty(), "max_tokens"));
    }

    private static JsonNode sent(Wire client, Wire upstream, String request) throws IOException {
        return sent(client, upstream, file("requests/" + client.id() + "/" + request + ".json"));
    }

    private static Answer answer(Wire client, Wire upstream, String name) throws IOException {
        return TranslationGoldenTest.question(client, upstream)
                .readAnswer(file("answers/" + upstream.id() + "/" + name + ".json"));
    }

    private static JsonNode answered(Wire client, Wire upstream, String name) throws IOException {
        return Trees.read(answer(client, upstream, name).body());
    }

    private static Usage usage(UsageReport report) {
        return ((UsageReport.Reported) report).usage();
    }

    private static StreamReader followed(Wire upstream, String stream) throws IOException {
        StreamReader reader = TranslationGoldenTest.question(CHAT, upstream).streamReader();
        SseParser parser = new SseParser(1 << 20, "limit", reader::read);
        byte[] bytes = file("streams/" + upstream.id() + "/" + stream + ".sse");
        parser.push(bytes, 0, bytes.length);
        return reader;
    }

    private static String shown(Wire client, Wire upstream, String stream) throws IOException {
        byte[] bytes = file("streams/" + upstream.id() + "/" + stream + ".sse");
        return TranslationGoldenTest.shown(client, upstream, bytes, bytes.length);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void thoughtsStandBesideTheCandidatesAndSearchesBesideThePrompt() throws IOException {
        Usage thought = usage(answer(CHAT, GEMINI, "thoughts_and_tools").facts().usage());
        assertThat(thought.count(MeterKind.OUTPUT)).isEqualTo(12);
        assertThat(thought.count(MeterKind.REASONING)).isEqualTo(11);
        Usage searched = usage(answer(CHAT, GEMINI, "searched").facts().usage());
        assertThat(searched.count(MeterKind.INPUT)).isEqualTo(39);
        assertThat(searched.count(MeterKind.SEARCHES)).as("each query once").isEqualTo(2);
    }

    @Test
    void whatACacheServedIsCountedOnce() throws IOException {
        Usage usage = usage(answer(CHAT, GEMINI, "plain").facts().usage());
        assertThat(usage.count(MeterKind.INPUT)).isEqualTo(20);
        assertThat(usage.count(MeterKind.CACHE_READ)).isEqualTo(200);
    }

    @Test
    void soundAndPicturesAreNotPricedAsText() throws IOException {
        Usage usage = usage(answer(CHAT, GEMINI, "sound_and_pictures").facts().usage());
        assertThat(usage.count(MeterKind.INPUT)).isEqualTo(10);
        assertThat(usage.count(MeterKind.AUDIO_INPUT)).isEqualTo(1_032);
        assertThat(usage.count(MeterKind.IMAGE_INPUT)).isEqualTo(258);
    }

    @Test
    void parallelCallsOfOneNameAreNotGluedTogether() throws IOException {
        assertThat(shown(CHAT, GEMINI, "thoughts_and_tools"))
                .contains("\"index\":0,\"id\"")
                .contains("\"index\":1,\"id\"")
                .contains("\"index\":2,\"id\"")
                .contains("\"finish_reason\":\"tool_calls\"")
                .doesNotContain("}{");
    }

    /// A client of chat may keep nothing of an answer but its calls.
    @Test
    void theSignatureOfACallComesBackWithItsIdAlone() throws IOException {
        JsonNode message = answered(CHAT, GEMINI, "thoughts_and_tools").at("/choices/0/message");
        ObjectNode next = Trees.object().put("model", "m");
        var messages = next.putArray("messages");
        messages.addObject().put("role", "user").put("content", "x");
        messages.addObject()
                .put("role", "assistant")
                .putNull("content")
                .set("tool_calls", message.path("tool_calls"));
        for (JsonNode call : message.path("tool_calls")) {
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", call.path("id").asString())
                    .put("content", "y");
        }
        JsonNode contents = sent(CHAT, GEMINI, Trees.bytes(next)).path("contents");
        assertThat(contents.at("/1/parts/0/thoughtSignature").asString()).isEqualTo("c2lnMQ==");
        assertThat(contents.at("/1/parts/1").has("thoughtSignature")).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(contents.at("/2/parts/" + i + "/functionResponse/id"))
                    .isEqualTo(contents.at("/1/parts/" + i + "/functionCall/id"));
        }
    }

    @Test
    void aCallOfAnotherProviderIsMarkedRatherThanUnsigned() throws IOException {
        JsonNode call = sent(CHAT, GEMINI, "tools_two_turns").at("/contents/1/parts/0");
        assertThat(call.path("thoughtSignature").asString())
                .isEqualTo("skip_thought_signature_validator");
    }

    @Test
    void nobodyIsSentAnothersSeal() throws IOException {
        for (Wire client : Wire.all()) {
            for (Wire upstream : Wire.all()) {
                String request = sent(client, upstream, "sealed_by_others").toString();
                assertThat(request).as(client + " to " + upstream).doesNotContain("\"sluice.");
                assertThat(request.contains("gAAA1"))
                        .as(client + " to " + upstream)
                        .isEqualTo(upstream == RESPONSES && client != RESPONSES);
            }
        }
    }

    /// The same conversation, where the client speaks the upstream's dialect.
    @Test
    void anothersSealIsCutOutOfWhatIsPassedThrough() throws IOException {
        byte[] body = file("requests/anthropic-messages/sealed_by_others.json");
        byte[] passed = MESSAGES.decode(body).upstreamBody("m", OptionalLong.empty(), "");
        assertThat(new String(passed, StandardCharsets.UTF_8))
                .contains("\"text\":\"Both.\"")
                .doesNotContain("\"sluice.");
        assertThat(MESSAGES.decode(body).dropped()).isNotEmpty();
    }

    @Test
    void longIdsOfCallsAreShortenedTheSameForCallAndResult() throws IOException {
        byte[] body =
                bytes(
                        new String(
                                        file("requests/anthropic-messages/sealed_by_others.json"),
                                        StandardCharsets.UTF_8)
                                .replace("call_r-1_0__", "c".repeat(60) + "__"));
        JsonNode chat = sent(MESSAGES, CHAT, body);
        String id = chat.at("/messages/1/tool_calls/0/id").asString();
        assertThat(id).hasSizeLessThanOrEqualTo(40);
        assertThat(chat.at("/messages/2/tool_call_id").asString()).isEqualTo(id);
        JsonNode items = sent(MESSAGES, RESPONSES, body).path("input");
        List<String> ids = new ArrayList<>();
        items.forEach(item -> ids.add(item.path("call_id").asString("")));
        assertThat(ids).filteredOn(one -> !one.isEmpty()).hasSize(4);
        assertThat(ids).allSatisfy(one -> assertThat(one).hasSizeLessThanOrEqualTo(64));
    }

    @Test
    void aBlockedPromptIsNoEmptyAnswer() throws IOException {
        JsonNode choice = answered(CHAT, GEMINI, "blocked_prompt").at("/choices/0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("content_filter");
        assertThat(choice.at("/message/refusal").asString()).contains("PROHIBITED_CONTENT");
        assertThat(usage(answer(CHAT, GEMINI, "blocked_prompt").facts().usage()).allTokens())
                .isEqualTo(7);
    }

    @Test
    void aMalformedCallIsNoEmptyStop() throws IOException {
        assertThat(shown(MESSAGES, GEMINI, "malformed_call"))
                .contains("Malformed function call")
                .contains("message_stop");
    }

    @Test
    void aSchemaIsCutToWhatIsTakenAndTheCutReported() throws IOException {
        byte[] body = file("requests/openai-chat/strict_schema.json");
        Translation translation = TranslationGoldenTest.translated(CHAT, GEMINI, body);
        assertThat(translation.dropped())
                .contains("response_format.schema.pattern", "response_format.schema.minLength");
        String schema =
                sent(CHAT, GEMINI, body).at("/generationConfig/responseJsonSchema").toString();
        assertThat(schema)
                .contains("\"enum\":[\"car\"]")
                .doesNotContain("pattern")
                .doesNotContain("$schema");
    }

    @Test
    void aResultWithoutItsCallIsRefusedHere() {
        byte[] body =
                bytes(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}]}");
        assertThatThrownBy(() -> sent(CHAT, GEMINI, body)).isInstanceOf(FaultException.class);
    }

    @Test
    void anIncompleteResponseIsMeteredAndSoIsAFailedOne() throws IOException {
        assertThat(usage(followed(RESPONSES, "incomplete").report().usage()).allTokens())
                .isEqualTo(12);
        assertThat(usage(followed(RESPONSES, "failed_after_text").report().usage()).allTokens())
                .isEqualTo(10);
        assertThat(shown(CHAT, RESPONSES, "incomplete")).contains("\"finish_reason\":\"length\"");
    }

    @Test
    void itemsThatNobodyStoredHaveNoIdsAndNothingIsToBeStored() throws IOException {
        JsonNode request = sent(CHAT, RESPONSES, "sealed_by_others");
        assertThat(request.path("store").asBoolean(true)).isFalse();
        request.path("input").forEach(item -> assertThat(item.has("id")).isFalse());
    }

    @Test
    void serversThatSendOnlyWholeItemsAreUnderstood() throws IOException {
        assertThat(shown(CHAT, RESPONSES, "only_whole_items"))
                .contains("\"content\":\"Whole.\"")
                .contains("\"name\":\"now\"")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void anErrorAsTheFirstEventLeavesTheStreamUncommitted() throws IOException {
        for (Wire upstream : List.of(RESPONSES, GEMINI)) {
            StreamReader reader = followed(upstream, "error_first");
            assertThat(reader.semantic()).isFalse();
            assertThat(reader.report().fault()).isNotNull();
            assertThat(shown(CHAT, upstream, "error_first")).startsWith("--");
        }
    }

    @Test
    void aCutStreamIsNotWhole() throws IOException {
        for (Wire upstream : List.of(RESPONSES, GEMINI)) {
            assertThat(followed(upstream, "cut").report().complete()).isFalse();
            assertThat(shown(CHAT, upstream, "cut")).doesNotContain("[DONE]");
        }
    }

    /// As Gemini's own agent does with a session that it goes on with.
    @Test
    void aResultThatIsToldTwiceIsOne() {
        String call = "{\"functionCall\":{\"id\":\"%s\",\"name\":\"f\",\"args\":{}}}";
        String response =
                "{\"functionResponse\":{\"id\":\"%s\",\"name\":\"f\",\"response\":{\"output\":\"%s\"}}}";
        String results = response.formatted("a", "one") + "," + response.formatted("b", "two");
        String body =
                "{\"model\":\"asked\",\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]},"
                        + "{\"role\":\"model\",\"parts\":[%s,%s]},{\"role\":\"user\",\"parts\":[%s,%s]},"
                                .formatted(
                                        call.formatted("a"), call.formatted("b"), results, results)
                        + "{\"role\":\"model\",\"parts\":[%s]},{\"role\":\"user\",\"parts\":[%s]}]}"
                                .formatted(call.formatted("a"), response.formatted("a", "three"));
        for (Wire upstream : List.of(CHAT, MESSAGES)) {
            Translation translation =
                    TranslationGoldenTest.translated(
                            GEMINI, upstream, body.getBytes(StandardCharsets.UTF_8));
            String sent = sent(GEMINI, upstream, body.getBytes(StandardCharsets.UTF_8)).toString();
            assertThat(sent.split("one", -1)).hasSize(2);
            assertThat(sent.split("two", -1)).hasSize(2);
            assertThat(sent.split("three", -1)).hasSize(2);
            assertThat(translation.dropped()).isEmpty();
        }
    }
}
