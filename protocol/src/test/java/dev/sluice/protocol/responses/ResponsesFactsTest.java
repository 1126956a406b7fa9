package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of a request and its answers when they pass through, and what is edited.
class ResponsesFactsTest {

    private static final String USAGE =
            "{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":30,\"cache_write_tokens\":20},"
                    + "\"output_tokens\":50,\"output_tokens_details\":{\"reasoning_tokens\":40},\"total_tokens\":150}";

    private static ResponsesRequest decode(String body) {
        return OpenAiResponses.decode(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String sent(String body, OptionalLong limit) {
        return new String(
                decode(body).upstreamBody("target", limit, "max_tokens"), StandardCharsets.UTF_8);
    }

    private static Answer answer(String body) {
        return decode("{\"model\":\"m\",\"input\":\"x\"}")
                .readAnswer(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Usage usage(UsageReport report) {
        assertThat(report).isInstanceOf(UsageReport.Reported.class);
        return ((UsageReport.Reported) report).usage();
    }

    @Test
    void factsOfARequest() {
        var facts =
                decode(
                                "{\"model\":\"m\",\"stream\":true,\"max_output_tokens\":9,\"service_tier\":\"flex\","
                                        + "\"user\":\"u\",\"tools\":[{\"type\":\"web_search\"},{\"type\":\"custom\",\"name\":\"f\"}],"
                                        + "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\","
                                        + "\"image_url\":\"data:image/png;base64,AAAA\"}]}]}")
                        .facts();
        assertThat(facts.family()).isEqualTo("responses");
        assertThat(facts.actions())
                .containsExactlyInAnyOrder("responses", "streaming", "tools", "images");
        assertThat(facts.outputLimit()).hasValue(9);
        assertThat(facts.images()).isEqualTo(1);
        assertThat(facts.serverToolRounds()).isEqualTo(10);
        assertThat(facts.endUser()).isEqualTo("u");
        assertThat(facts.serviceTier()).isEqualTo("flex");
        assertThat(facts.unseenInput()).isFalse();
    }

    /// What a conversation brings in is offered as much as what stands in `tools`.
    @Test
    void toolsThatItemsBringInCountOnceForEachKind() {
        String item =
                "{\"tools\":[{\"type\":\"web_search\"},{\"type\":\"function\",\"name\":\"f\"}],\"type\":\"additional_tools\"}";
        String request = "{\"model\":\"m\",\"input\":[%s,{\"role\":\"user\",\"content\":\"x\"}]}";
        for (String items : new String[] {item, item + "," + item}) {
            var facts = decode(request.formatted(items)).facts();
            assertThat(facts.serverToolRounds()).isEqualTo(10);
            assertThat(facts.actions()).contains("tools");
        }
        String listed =
                "{\"type\":\"mcp_list_tools\",\"server_label\":\"s\",\"tools\":[{\"name\":\"f\",\"input_schema\":{}}]}";
        assertThat(decode(request.formatted(listed)).facts().serverToolRounds()).isZero();
    }

    @Test
    void onlyTheModelAndTheLimitAreEdited() {
        String body = "{ \"x\":1.50, \"model\":\"m\",\"input\":\"a\\u0041\" }";
        assertThat(sent(body, OptionalLong.empty())).isEqualTo(body.replace("\"m\"", "\"target\""));
        assertThat(sent(body, OptionalLong.of(7)))
                .isEqualTo(
                        body.replace("\"m\"", "\"target\"")
                                .replace("{ ", "{\"max_output_tokens\":7, "));
        String limited = "{\"max_output_tokens\":null,\"model\":\"m\",\"input\":[]}";
        assertThat(sent(limited, OptionalLong.of(7)))
                .isEqualTo("{\"max_output_tokens\":7,\"model\":\"target\",\"input\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[R,A] | [A]",
                "[A,R] | [A]",
                "[R,A,R,R] | [A]",
                "[R] | []",
                "[A, R ,A] | [A, A]"
            })
    void reasoningOfAnotherProviderIsCutOut(String items, String kept) {
        String reasoning =
                "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"sluice.signature.x\"}";
        String message = "{\"role\":\"user\",\"content\":\"x\"}";
        String body =
                "{\"model\":\"m\",\"input\":"
                        + items.replace("R", reasoning).replace("A", message)
                        + "}";
        assertThat(sent(body, OptionalLong.empty()))
                .isEqualTo("{\"model\":\"target\",\"input\":" + kept.replace("A", message) + "}");
        assertThat(decode(body).dropped()).containsExactly("input[].encrypted_content");
        assertThat(decode(body.replace("sluice.", "gAAA")).dropped()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"sluice\":{}",
                "\"previous_response_id\":1",
                "\"conversation\":\"conv_1\"",
                "\"prompt\":{\"id\":\"pmpt_1\"}",
                "\"background\":true",
                "\"tools\":[{\"type\":\"code_interpreter\"}]",
                "\"tools\":[{}]",
                "\"max_output_tokens\":0",
                "\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]"
            })
    void whatPointsElsewhereOrHasNoPriceIsRefused(String member) {
        String input = member.startsWith("\"input\"") ? "" : ",\"input\":\"x\"";
        assertThatThrownBy(() -> decode("{\"model\":\"m\"," + member + input + "}"))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        e -> {
                            assertThat(e.fault().code()).isEqualTo(FaultCode.INVALID_REQUEST);
                            assertThat(e.fault().param()).isNotNull();
                        });
        assertThat(
                        decode(
                                "{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":null,\"background\":false}"))
                .isNotNull();
    }

    /// How long a conversation is that is kept elsewhere is not known until it is told whole.
    @Test
    void whatGoesOnFromAKeptResponseIsUnseen() {
        ResponsesRequest part =
                decode("{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"resp_1\"}");
        assertThat(part.keeping()).isEqualTo(new ResponsesRequest.Keeping(true, "resp_1"));
        assertThat(part.facts().unseenInput()).isTrue();
        ResponsesRequest alone = decode("{\"model\":\"m\",\"input\":\"x\",\"store\":false}");
        assertThat(alone.keeping()).isEqualTo(new ResponsesRequest.Keeping(false, null));
        assertThat(alone.facts().unseenInput()).isFalse();
    }

    @Test
    void anAnswerIsMeteredDisjointly() {
        Answer answer =
                answer(
                        "{\"id\":\"resp_1\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"
                                + "\"error\":null,\"output\":[{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\"}},"
                                + "{\"type\":\"web_search_call\",\"action\":{\"type\":\"open_page\"}},"
                                + "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"four\"}]}],\"usage\":"
                                + USAGE
                                + "}");
        assertDisjoint(usage(answer.facts().usage()), 1);
        assertThat(answer.facts().finishReasons()).containsExactly("max_output_tokens");
        assertThat(answer.facts().contentBytes()).isEqualTo(4);
        assertThat(
                        answer(
                                        "{\"output\":[],\"usage\":"
                                                + USAGE.replace(
                                                        "\"cached_tokens\":30",
                                                        "\"cached_tokens\":90")
                                                + "}")
                                .facts()
                                .usage())
                .isInstanceOf(UsageReport.Missing.class);
        assertThatThrownBy(() -> answer("{\"id\":\"x\"}")).isInstanceOf(FaultException.class);
        assertThatThrownBy(() ->
                        answer(
                                "{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"m\"}}"))
                .isInstanceOf(FaultException.class);
    }

    private static void assertDisjoint(Usage usage, int searches) {
        assertThat(usage.count(MeterKind.INPUT)).isEqualTo(50);
        assertThat(usage.count(MeterKind.CACHE_READ)).isEqualTo(30);
        assertThat(usage.count(MeterKind.CACHE_WRITE_5M)).isEqualTo(20);
        assertThat(usage.count(MeterKind.OUTPUT)).isEqualTo(10);
        assertThat(usage.count(MeterKind.REASONING)).isEqualTo(40);
        assertThat(usage.count(MeterKind.SEARCHES)).isEqualTo(searches);
    }

    private static final String BEGUN =
            event(
                            "response.created",
                            "\"response\":{\"id\":\"resp_1\",\"model\":\"served\",\"usage\":null}")
                    + event("response.output_text.delta", "\"delta\":\"Hi\"")
                    + event(
                            "response.output_item.done",
                            "\"item\":{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\"}}");

    private static String event(String type, String members) {
        return "event: %s\ndata: {\"type\":\"%s\",%s}\n\n".formatted(type, type, members);
    }

    private static StreamReader follow(String stream) {
        StreamReader reader = decode("{\"model\":\"m\",\"input\":\"x\"}").streamReader();
        SseParser parser =
                new SseParser(
                        1 << 20,
                        "limit",
                        frame -> {
                            if (reader.report().fault() == null) {
                                reader.read(frame);
                            }
                        });
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        parser.push(bytes, 0, bytes.length);
        return reader;
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "incomplete"})
    void aStreamEndsWithTheResponseThatHasTheUsage(String how) {
        StreamReader cut = follow(BEGUN);
        assertThat(cut.report().complete()).isFalse();
        assertThat(cut.semantic()).isTrue();
        assertThat(cut.contentBytes()).isEqualTo(2);
        StreamReader whole =
                follow(
                        BEGUN
                                + event(
                                        "response." + how,
                                        "\"response\":{\"status\":\""
                                                + how
                                                + "\",\"usage\":"
                                                + USAGE
                                                + "}"));
        assertThat(whole.done()).isTrue();
        assertThat(whole.report().complete()).isTrue();
        assertThat(whole.report().finishReason()).isEqualTo(how);
        assertDisjoint(usage(whole.report().usage()), 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "response.failed |"
                        + " \"response\":{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow\"}}"
                        + " | 429",
                "response.failed |"
                        + " \"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"x\"}} |"
                        + " 502",
                "error | \"code\":\"server_error\",\"message\":\"x\",\"param\":null | 502",
                "error | \"error\":{\"type\":\"rate_limit_exceeded\",\"message\":\"x\"} | 429",
            })
    void aFailureIsAFault(String type, String members, int status) {
        StreamReader reader = follow(BEGUN + event(type, members));
        assertThat(reader.report().complete()).isFalse();
        assertThat(reader.report().fault()).isNotNull().extracting(Fault::status).isEqualTo(status);
    }

    @Test
    void aFailedResponseStillSaysWhatItUsed() {
        StreamReader reader =
                follow(
                        BEGUN
                                + event(
                                        "response.failed",
                                        "\"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"usage\":"
                                                + USAGE
                                                + "}"));
        assertDisjoint(usage(reader.report().usage()), 1);
    }
}
