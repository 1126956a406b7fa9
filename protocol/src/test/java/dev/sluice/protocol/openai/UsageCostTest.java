package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `usage: {include: true}` and what it is answered with.
class UsageCostTest {

    private static final Usage USED =
            Usage.builder().set(MeterKind.INPUT, 3).set(MeterKind.OUTPUT, 4).build();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String in(String json) {
        return text(UsageCost.in(bytes(json), "0.00000000123", USED));
    }

    @Test
    void theCostIsPutIntoUsageAndNothingElseIsTouched() {
        assertThat(in("{\"é\" : 1.10, \"usage\": { \"prompt_tokens\": 3 }, \"x\":[ ]}"))
                .isEqualTo(
                        "{\"é\" : 1.10, \"usage\": {\"cost\":0.00000000123, \"prompt_tokens\": 3 },"
                                + " \"x\":[ ]}");
        assertThat(in("{\"usage\":{}}")).isEqualTo("{\"usage\":{\"cost\":0.00000000123}}");
    }

    @Test
    void whatTheProviderSaysItCostsIsReplaced() {
        assertThat(in("{\"usage\":{\"a\":1,\"cost\":9.9,\"b\":2}}"))
                .isEqualTo("{\"usage\":{\"a\":1,\"cost\":0.00000000123,\"b\":2}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":\"x\"}", "{\"usage\":null}", "{\"usage\":7,\"id\":1}"})
    void usageThatIsMissingIsWritten(String answer) {
        assertThat(in(answer))
                .contains("\"cost\":0.00000000123,\"prompt_tokens\":3,\"completion_tokens\":4");
    }

    @Test
    void theQuestionIsAskedOfNobodyElse() {
        ChatRequest asked =
                OpenAiChat.decode(
                        bytes(
                                "{\"model\":\"m\",\"usage\":{\"include\":true},\"stream\":true,"
                                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"));
        assertThat(asked.costRequested()).isTrue();
        assertThat(asked.usageRequested()).isTrue();
        assertThat(text(asked.upstreamBody("m", OptionalLong.empty(), "max_tokens")))
                .isEqualTo(
                        "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\","
                                + "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        EmbeddingsRequest vectors =
                OpenAiEmbeddings.decode(
                        bytes("{\"usage\":{\"include\":true},\"model\":\"m\",\"input\":\"x\"}"));
        assertThat(vectors.costRequested()).isTrue();
        assertThat(text(vectors.upstreamBody("m", OptionalLong.empty(), "")))
                .isEqualTo("{\"model\":\"m\",\"input\":\"x\"}");
    }

    @Test
    void withoutTheQuestionTheBytesPassAsTheyCame() {
        for (String usage :
                new String[] {"", "\"usage\":\"detailed\", ", "\"usage\":{\"a\":1}, "}) {
            String body =
                    "{ "
                            + usage
                            + "\"model\":\"m\","
                            + " \"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
            ChatRequest request = OpenAiChat.decode(bytes(body));
            assertThat(request.costRequested()).isFalse();
            assertThat(text(request.upstreamBody("m", OptionalLong.empty(), "max_tokens")))
                    .isEqualTo(body);
        }
        assertThat(
                        OpenAiChat.decode(
                                        bytes(
                                                "{\"model\":\"m\",\"usage\":{\"include\":false},"
                                                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                                .costRequested())
                .isFalse();
        assertThatThrownBy(() ->
                        OpenAiChat.decode(
                                bytes(
                                        "{\"model\":\"m\",\"usage\":{\"include\":\"yes\"},"
                                                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("usage.include");
    }

    private static final String FIRST =
            "data:"
                    + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String USAGE =
            "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Test
    void theLastChunkOfAStreamHasTheCost() {
        CostEvents events = new CostEvents();
        assertThat(text(events.next(bytes(FIRST)))).isEqualTo(FIRST);
        assertThat(events.next(bytes(USAGE))).isEmpty();
        assertThat(text(events.last(bytes(DONE), "0.5", USED)))
                .isEqualTo(
                        "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"cost\":0.5,"
                                + "\"prompt_tokens\":3}}\n\n"
                                + DONE);
    }

    @Test
    void aStreamWithoutAChunkForUsageGetsOne() {
        CostEvents events = new CostEvents();
        String both = ": beat\n\n" + FIRST;
        assertThat(text(events.next(bytes(both)))).isEqualTo(both);
        String last = text(events.last(bytes(DONE), "0.5", USED));
        assertThat(last)
                .startsWith(
                        "data: {\"usage\":{\"cost\":0.5,\"prompt_tokens\":3,"
                                + "\"completion_tokens\":4,")
                .contains("\"id\":\"c\",\"object\":\"chat.completion.chunk\"")
                .endsWith("\"choices\":[]}\n\n" + DONE);
    }

    @Test
    void aCostThatIsNotKnownIsNotMadeUp() {
        CostEvents events = new CostEvents();
        assertThat(events.next(bytes(USAGE))).isEmpty();
        assertThat(text(events.last(bytes(DONE), null, USED))).isEqualTo(USAGE + DONE);
        assertThat(text(new CostEvents().last(bytes("data: {\"error\":{}}\n\n"), null, USED)))
                .isEqualTo("data: {\"error\":{}}\n\n");
    }
}
