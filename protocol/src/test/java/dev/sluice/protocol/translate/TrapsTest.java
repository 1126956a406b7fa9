package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What others got wrong between chat and messages, each under its name.
final class TrapsTest {

    private static final Wire CHAT = Wire.OPENAI_CHAT;
    private static final Wire MESSAGES = Wire.ANTHROPIC_MESSAGES;

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/translate", name));
    }

    private static Usage usage(UsageReport report) {
        return ((UsageReport.Reported) report).usage();
    }

    /// Follows a stream of the upstream for a client; the reader, after its last frame.
    private static StreamReader followed(Wire client, Wire upstream, String stream)
            throws IOException {
        StreamReader reader = TranslationGoldenTest.question(client, upstream).streamReader();
        SseParser parser = new SseParser(1 << 20, "limit", reader::read);
        byte[] bytes = file("streams/" + upstream.id() + "/" + stream + ".sse");
        parser.push(bytes, 0, bytes.length);
        return reader;
    }

    private static Usage streamed(String stream) throws IOException {
        return usage(followed(CHAT, MESSAGES, stream).report().usage());
    }

    private static String shown(Wire client, Wire upstream, String stream) throws IOException {
        byte[] bytes = file("streams/" + upstream.id() + "/" + stream + ".sse");
        return TranslationGoldenTest.shown(client, upstream, bytes, bytes.length);
    }

    private static JsonNode answered(Wire client, Wire upstream, String answer) throws IOException {
        Answer read =
                TranslationGoldenTest.question(client, upstream)
                        .readAnswer(file("answers/" + upstream.id() + "/" + answer + ".json"));
        return Trees.read(read.body());
    }

    private static JsonNode sent(Wire client, Wire upstream, String request) throws IOException {
        byte[] body = file("requests/" + client.id() + "/" + request + ".json");
        Translation translation = TranslationGoldenTest.translated(client, upstream, body);
        return Trees.read(translation.upstreamBody("m", OptionalLong.empty(), "max_tokens"));
    }

    @Test
    void inputOfMessagesExcludesCachesAndThatOfChatIncludesThem() throws IOException {
        JsonNode toChat = answered(CHAT, MESSAGES, "caches").path("usage");
        assertThat(toChat.path("prompt_tokens").asInt()).isEqualTo(312);
        assertThat(toChat.path("total_tokens").asInt()).isEqualTo(321);
        JsonNode toMessages = answered(MESSAGES, CHAT, "plain").path("usage");
        assertThat(toMessages.path("input_tokens").asInt()).isEqualTo(12);
        assertThat(toMessages.path("cache_read_input_tokens").asInt()).isEqualTo(200);
    }

    @Test
    void usageOfAStreamIsCumulativeAndSettledOnce() throws IOException {
        assertThat(streamed("usage_is_cumulative").count(MeterKind.OUTPUT)).isEqualTo(9);
        assertThat(streamed("usage_is_cumulative").count(MeterKind.INPUT)).isEqualTo(25);
    }

    @Test
    void aLumpThatIsSplitLaterIsNotCountedTwice() throws IOException {
        assertThat(streamed("split_comes_late").allInputTokens()).isEqualTo(1000);
        assertThat(streamed("split_comes_late").count(MeterKind.CACHE_READ)).isEqualTo(800);
        assertThat(streamed("input_comes_late").count(MeterKind.INPUT)).isEqualTo(25);
        assertThat(streamed("late_zero_says_nothing").count(MeterKind.INPUT)).isEqualTo(25);
    }

    @Test
    void writesForAnHourAreNotLumpedWithThoseForMinutes() throws IOException {
        assertThat(streamed("caches").count(MeterKind.CACHE_WRITE_5M)).isEqualTo(60);
        assertThat(streamed("caches").count(MeterKind.CACHE_WRITE_1H)).isEqualTo(40);
    }

    @Test
    void writesOfChatProvidersAreShownToo() throws IOException {
        JsonNode usage = answered(MESSAGES, CHAT, "plain").path("usage");
        assertThat(usage.path("cache_creation_input_tokens").asInt()).isEqualTo(100);
    }

    @Test
    void theEndWaitsForTheUsageThatComesAfterTheFinish() throws IOException {
        String events = shown(MESSAGES, CHAT, "calls_take_turns");
        assertThat(events.indexOf("\"output_tokens\":6"))
                .isGreaterThan(events.indexOf("event: message_delta"))
                .isLessThan(events.indexOf("event: message_stop"));
    }

    @Test
    void aCutStreamIsMeteredByWhatWasSeenNotByTheFirstCount() throws IOException {
        StreamReport report = followed(CHAT, MESSAGES, "cut").report();
        assertThat(report.complete()).isFalse();
        assertThat(usage(report.usage()).count(MeterKind.OUTPUT)).isEqualTo(11);
    }

    @Test
    void anErrorAsTheFirstEventOfA200LeavesTheStreamUncommitted() throws IOException {
        StreamReader reader = followed(CHAT, MESSAGES, "error_first");
        assertThat(reader.semantic()).isFalse();
        assertThat(reader.report().fault()).isNotNull();
        assertThat(shown(CHAT, MESSAGES, "error_first")).startsWith("--");
    }

    @Test
    void anErrorIsNoEmptySuccess() throws IOException {
        assertThat(shown(MESSAGES, CHAT, "error_with_empty_choices"))
                .doesNotContain("message_stop")
                .contains("complete false");
    }

    @Test
    void signaturesComeBackByteForByte() throws IOException {
        JsonNode message =
                answered(CHAT, MESSAGES, "thinking_and_tools")
                        .path("choices")
                        .path(0)
                        .path("message");
        assertThat(message.path("thinking_blocks").path(0).path("signature").stringValue())
                .isEqualTo("c2ln");
        JsonNode back = sent(CHAT, MESSAGES, "thinking_kept").path("messages").path(1);
        assertThat(back.path("content").path(0).path("signature").stringValue()).isEqualTo("c2ln");
        assertThat(back.path("content").path(1).path("data").stringValue()).isEqualTo("b3BhcXVl");
    }

    @Test
    void thinkingOfAnotherProviderIsLeftOutRatherThanForged() throws IOException {
        assertThat(sent(MESSAGES, CHAT, "agent_turn").toString()).doesNotContain("I look first");
    }

    /// A conversation may go on at another provider than it began.
    @Test
    void thinkingThatNobodySignedIsNotSentToWhoWouldCheckIt() {
        String own = "{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"c2ln\"}";
        String foreign = own.replace("c2ln", "sluice.unsigned");
        String text = "{\"type\":\"text\",\"text\":\"b\"}";
        assertThat(passed(foreign + " , " + own + "," + text)).isEqualTo(own + "," + text);
        assertThat(passed(own + "," + foreign + "," + text)).isEqualTo(own + "," + text);
        assertThat(passed(foreign + "," + text + ", " + foreign)).isEqualTo(text);
        assertThat(passed(foreign + "," + foreign + "," + text)).isEqualTo(text);
        assertThat(passed(text + "," + foreign + "," + foreign)).isEqualTo(text);
        assertThat(passed(own)).isEqualTo(own);
    }

    private static String passed(String blocks) {
        String head =
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                        + "{\"role\":\"assistant\",\"content\":[";
        byte[] body = (head + blocks + "]}]}").getBytes(StandardCharsets.UTF_8);
        byte[] sent = MESSAGES.decode(body).upstreamBody("m", OptionalLong.empty(), "");
        String text = new String(sent, StandardCharsets.UTF_8);
        assertThat(text).startsWith(head).endsWith("]}]}");
        return text.substring(head.length(), text.length() - 4);
    }

    @Test
    void callsUnderOneIndexAreNotGluedTogether() throws IOException {
        String events = shown(MESSAGES, CHAT, "calls_share_an_index");
        assertThat(events)
                .contains("\"id\":\"a\"")
                .contains("\"id\":\"b\"")
                .contains("{\\\"city\\\":\\\"Rome\\\"}")
                .doesNotContain("}{");
    }

    @Test
    void anEmptyListOfCallsOpensNoBlock() throws IOException {
        String events = shown(MESSAGES, CHAT, "calls_share_an_index");
        assertThat(events.split("content_block_start\",", -1)).hasSize(3);
    }

    @Test
    void thinkingIsNoText() throws IOException {
        String events = shown(MESSAGES, CHAT, "reasoning_twice_named");
        int text = events.indexOf("\"type\":\"text\"");
        assertThat(events.indexOf("thinking_delta")).isBetween(0, text);
        assertThat(events.indexOf("thinking_delta", text)).isNegative();
    }

    @Test
    void oneBlockIsOpenAtATimeAndItsIndexOnlyGrows() throws IOException {
        String events = shown(MESSAGES, CHAT, "calls_take_turns");
        int open = -1;
        for (String line : events.split("\n", -1)) {
            if (line.startsWith("data: ")) {
                JsonNode event = Trees.read(line.substring(6).getBytes(StandardCharsets.UTF_8));
                String type = event.path("type").stringValue();
                if (type.equals("content_block_start")) {
                    assertThat(event.path("index").asInt()).isEqualTo(++open);
                } else if (event.has("index")) {
                    assertThat(event.path("index").asInt()).isEqualTo(open);
                }
            }
        }
        assertThat(open).isEqualTo(3);
    }

    @Test
    void aCallWithoutArgumentsIsStillJson() throws IOException {
        assertThat(shown(CHAT, MESSAGES, "thinking_and_tools")).contains("\"arguments\":\"{}\"");
        JsonNode call = answered(MESSAGES, CHAT, "tools_parallel").path("content").path(3);
        assertThat(call.path("input").isObject()).isTrue();
    }

    @Test
    void brokenArgumentsOfAModelFailNothing() throws IOException {
        JsonNode call = answered(MESSAGES, CHAT, "tools_parallel").path("content").path(4);
        assertThat(call.path("input").path("unreadable_arguments").stringValue())
                .isEqualTo("{broken");
    }

    @Test
    void resultsOfParallelCallsAreOneTurnAndStandFirst() throws IOException {
        JsonNode turns = sent(CHAT, MESSAGES, "tools_two_turns").path("messages");
        assertThat(turns).hasSize(3);
        List<String> types = new ArrayList<>();
        turns.path(2).path("content").forEach(b -> types.add(b.path("type").stringValue()));
        assertThat(types).containsExactly("tool_result", "tool_result", "text");
    }

    @Test
    void textBesideCallsIsKept() throws IOException {
        JsonNode content = answered(MESSAGES, CHAT, "tools_parallel").path("content");
        assertThat(content.path(1).path("text").stringValue()).isEqualTo("Both.");
    }

    @Test
    void emptyTextIsNoBlock() {
        byte[] body =
                ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                                + "{\"role\":\"assistant\",\"content\":\"\"},"
                                + "{\"role\":\"user\",\"content\":\"y\"}]}")
                        .getBytes(StandardCharsets.UTF_8);
        Translation translation = TranslationGoldenTest.translated(CHAT, MESSAGES, body);
        JsonNode sent =
                Trees.read(translation.upstreamBody("m", OptionalLong.empty(), "max_tokens"));
        assertThat(sent.path("messages")).hasSize(2);
    }

    @Test
    void aLoweredLimitStaysAboveTheBudgetOfThinking() {
        byte[] body =
                ("{\"model\":\"m\",\"max_tokens\":20000,\"thinking\":{\"type\":\"enabled\","
                                + "\"budget_tokens\":10000},\"messages\":[{\"role\":\"user\","
                                + "\"content\":\"x\"}]}")
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(limited(body, 20_000)).contains("\"budget_tokens\":10000");
        assertThat(limited(body, 5_000)).contains("\"budget_tokens\":4999");
        assertThat(limited(body, 256)).contains("\"max_tokens\":256").contains("disabled");
    }

    private static String limited(byte[] body, long limit) {
        byte[] sent = MESSAGES.decode(body).upstreamBody("m", OptionalLong.of(limit), "");
        return new String(sent, StandardCharsets.UTF_8);
    }

    @Test
    void namesThatAreTooLongComeBackAsTheyWere() throws IOException {
        String name = "mcp__a_server_with_a_long_name__and_a_tool_with_a_very_long_name_too";
        byte[] body = file("requests/anthropic-messages/agent_turn.json");
        Translation translation = TranslationGoldenTest.translated(MESSAGES, CHAT, body);
        byte[] request = translation.upstreamBody("m", OptionalLong.empty(), "max_tokens");
        String sent =
                Trees.read(request)
                        .path("tools")
                        .path(0)
                        .path("function")
                        .path("name")
                        .stringValue();
        assertThat(sent).hasSizeLessThanOrEqualTo(64).isNotEqualTo(name);
        String answer =
                "{\"id\":\"c\",\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"a\",\"function\":"
                        + "{\"name\":\""
                        + sent
                        + "\",\"arguments\":\"{}\"}}]}}]}";
        byte[] shown = translation.readAnswer(answer.getBytes(StandardCharsets.UTF_8)).body();
        assertThat(new String(shown, StandardCharsets.UTF_8)).contains(name);
    }

    private static byte[] message(String content, String more) {
        return "{\"model\":\"m\",\"max_tokens\":1,%s\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
                .formatted(more, content)
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "speed         | \"fast\"                 | \"standard\"",
                "inference_geo | \"us\"                   | \"global\"",
                "fallbacks     | [{\"model\":\"other\"}]  | null",
                "thread        | {\"type\":\"create\"}    | null"
            })
    void whatNoPriceListHasIsRefused(String member, String dear, String usual) {
        byte[] refused = message("\"x\"", "\"" + member + "\":" + dear + ",");
        assertThatThrownBy(() -> MESSAGES.decode(refused))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining(member);
        byte[] taken = message("\"x\"", "\"" + member + "\":" + usual + ",");
        assertThat(MESSAGES.decode(taken).facts().model()).isEqualTo("m");
    }

    /// What Anthropic's clients look for, to send the whole conversation instead.
    @Test
    void aConversationThatTheServerShouldKeepIsRefusedInTheirWords() {
        byte[] body = message("\"x\"", "\"thread\":{\"type\":\"create\"},");
        FaultException refused =
                catchThrowableOfType(FaultException.class, () -> MESSAGES.decode(body));
        JsonNode told =
                Trees.read(Faults.body(Dialect.ANTHROPIC, refused.fault(), "req_1")).path("error");
        assertThat(told.at("/details/error_code").stringValue())
                .isEqualTo("thread_unsupported_request");
    }

    @Test
    void whatTheClientFoundItselfIsText() {
        String text = "[{\"type\":\"text\",\"text\":\"Grass is green.\"}]";
        byte[] body =
                message(
                        ("[{\"type\":\"search_result\",\"source\":\"https://example.com\","
                                        + "\"title\":\"Grass\",\"content\":%s},{\"type\":\"document\","
                                        + "\"source\":{\"type\":\"content\",\"content\":%s}}]")
                                .formatted(text, text),
                        "");
        Translation translation = TranslationGoldenTest.translated(MESSAGES, CHAT, body);
        JsonNode sent =
                Trees.read(translation.upstreamBody("m", OptionalLong.empty(), "max_tokens"));
        assertThat(sent.at("/messages/0/content").toString())
                .contains("Grass\\nhttps://example.com\\nGrass is green.")
                .containsPattern("Grass is green\\..*Grass is green\\.");
    }

    @Test
    void eventsFromTomorrowAndHeartbeatsChangeNoContent() throws IOException {
        for (String name : List.of("caches", "thinking_and_tools")) {
            String stream =
                    new String(
                            file("streams/anthropic-messages/" + name + ".sse"),
                            StandardCharsets.UTF_8);
            String more =
                    stream.replace(
                            "\n\n",
                            "\n\n: wait\n\nevent: from_tomorrow\ndata: {\"type\":\"from_tomorrow\","
                                    + "\"delta\":{\"x\":1}}\n\n");
            byte[] bytes = more.getBytes(StandardCharsets.UTF_8);
            String shown = TranslationGoldenTest.shown(CHAT, MESSAGES, bytes, bytes.length / 3);
            byte[] plain = stream.getBytes(StandardCharsets.UTF_8);
            assertThat(shown.replace(": \n\n", ""))
                    .isEqualTo(
                            TranslationGoldenTest.shown(CHAT, MESSAGES, plain, plain.length)
                                    .replace(": \n\n", ""));
        }
    }
}
