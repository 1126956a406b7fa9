package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.CallFacts;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChatRequestTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    static ChatRequest decode(String json) {
        return OpenAiChat.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String upstream(String json, String model, OptionalLong limit) {
        return new String(
                decode(json).upstreamBody(model, limit, "max_completion_tokens"),
                StandardCharsets.UTF_8);
    }

    @Test
    void readsTheFactsOfAPlainCall() {
        String json = "{\"model\":\"m\"," + MESSAGES + "}";
        CallFacts facts = decode(json).facts();
        assertThat(facts)
                .isEqualTo(
                        new CallFacts(
                                "m",
                                "chat",
                                Set.of("chat"),
                                false,
                                json.length(),
                                0,
                                0,
                                false,
                                0,
                                OptionalLong.empty(),
                                1,
                                null,
                                Set.of("text"),
                                null,
                                false));
    }

    @Test
    void readsEverythingADecisionRestsOn() {
        ChatRequest request =
                decode(
                        """
                        {"model":"m","stream":true,"stream_options":{"include_usage":true},
                         "max_tokens":50,"max_completion_tokens":70,"n":3,"service_tier":"flex",
                         "modalities":["text","audio"],"user":"u","safety_identifier":"s",
                         "metadata":{"customer":"acme","x":"y"},
                         "tools":[{"type":"function","function":{"name":"f"}},
                                  {"type":"web_search","max_uses":2},{"type":"code"}],
                         "web_search_options":{},"messages":[{"role":"user","content":"hi"}]}
                        """);
        CallFacts facts = request.facts();
        assertThat(facts.actions())
                .containsExactlyInAnyOrder("chat", "streaming", "tools", "audio");
        assertThat(facts.stream()).isTrue();
        assertThat(facts.outputLimit()).hasValue(70);
        assertThat(facts.choices()).isEqualTo(3);
        assertThat(facts.serviceTier()).isEqualTo("flex");
        assertThat(facts.outputModalities()).containsExactlyInAnyOrder("text", "audio");
        assertThat(facts.endUser()).isEqualTo("acme");
        assertThat(facts.serverToolRounds())
                .isEqualTo(2 + OpenAiChat.UNSTATED_ROUNDS + OpenAiChat.SEARCH_ROUNDS);
        assertThat(request.usageRequested()).isTrue();
    }

    @Test
    void nullIsAbsent() {
        CallFacts facts =
                decode(
                                "{\"model\":\"m\",\"stream\":null,\"stream_options\":null,"
                                        + "\"n\":null,"
                                        + "\"max_tokens\":null,\"tools\":null,\"metadata\":null,"
                                        + "\"service_tier\":null,\"modalities\":null,\"user\":null,"
                                        + MESSAGES
                                        + "}")
                        .facts();
        assertThat(facts.actions()).containsExactly("chat");
        assertThat(facts.outputLimit()).isEmpty();
        assertThat(facts.choices()).isEqualTo(1);
    }

    @Test
    void countsMediaAndTakesOnlyInlineBytesFromTheText() {
        String base64 = "A".repeat(10_000);
        String json =
                """
                {"model":"m","messages":[{"role":"user","content":[
                 {"type":"text","text":"data:image/png;base64,%s"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}},
                 {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
                 {"type":"input_audio","input_audio":{"data":"%s","format":"wav"}},
                 {"type":"file","file":{"file_data":"%s"}}]}]}
                """
                        .formatted(base64, base64, base64, base64);
        CallFacts facts = decode(json).facts();
        assertThat(facts.images()).isEqualTo(2);
        assertThat(facts.otherMedia()).isEqualTo(2);
        assertThat(facts.unseenInput()).isFalse();
        assertThat(facts.textBytes())
                .isEqualTo(json.length() - 3 * 10_000 - "data:image/png;base64,".length());
        assertThat(facts.actions()).containsExactlyInAnyOrder("chat", "images", "audio");
    }

    @Test
    void whatCannotBeSeenIsUnseen() {
        for (String part :
                new String[] {
                    "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}",
                    "{\"type\":\"input_file\",\"file_id\":\"f\"}",
                    "{\"type\":\"hologram\",\"x\":1}"
                }) {
            String json =
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}"
                            .formatted(part);
            assertThat(decode(json).facts().unseenInput()).as(part).isTrue();
        }
        assertThat(
                        decode(
                                        "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\","
                                                + "\"audio\":{\"id\":\"a\"}}]}")
                                .facts()
                                .unseenInput())
                .isTrue();
    }

    @Test
    void onlyTheModelChanges() {
        String json =
                "{ \"x\" : [1.0e+2, \"\\u00e9\"],\r\n\t\"model\" :\"a\\u0062c\" ,\n"
                        + MESSAGES
                        + " } \n";
        assertThat(upstream(json, "b\"é", OptionalLong.empty()))
                .isEqualTo(json.replace("\"a\\u0062c\"", "\"b\\\"é\""));
        assertThat(upstream(json, "abc", OptionalLong.empty())).isEqualTo(json);
    }

    @Test
    void theOutputLimitIsLoweredWhereTheClientPutIt() {
        assertThat(
                        upstream(
                                "{\"model\":\"m\",\"max_tokens\": 500 ," + MESSAGES + "}",
                                "m",
                                OptionalLong.of(7)))
                .isEqualTo("{\"model\":\"m\",\"max_tokens\": 7 ," + MESSAGES + "}");
        assertThat(
                        upstream(
                                "{\"max_completion_tokens\":null,\"model\":\"m\"," + MESSAGES + "}",
                                "m",
                                OptionalLong.of(7)))
                .isEqualTo("{\"max_completion_tokens\":7,\"model\":\"m\"," + MESSAGES + "}");
        assertThat(upstream("{\"model\":\"m\"," + MESSAGES + "}", "m", OptionalLong.of(7)))
                .isEqualTo("{\"max_completion_tokens\":7,\"model\":\"m\"," + MESSAGES + "}");
    }

    @Test
    void streamsAskForUsageOnceWhateverTheClientSent() {
        String rest = "\"stream\":true,\"model\":\"m\"," + MESSAGES + "}";
        String asked = "\"stream_options\":{\"include_usage\":true},";
        assertThat(upstream("{" + rest, "m", OptionalLong.empty())).isEqualTo("{" + asked + rest);
        assertThat(upstream("{\"stream_options\":null," + rest, "m", OptionalLong.empty()))
                .isEqualTo("{" + asked + rest);
        assertThat(upstream("{\"stream_options\":{ }," + rest, "m", OptionalLong.empty()))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true }," + rest);
        assertThat(
                        upstream(
                                "{\"stream_options\":{\"include_usage\":false}," + rest,
                                "m",
                                OptionalLong.empty()))
                .isEqualTo("{" + asked + rest);
        assertThat(upstream("{\"stream_options\":{\"a\":{}}," + rest, "m", OptionalLong.empty()))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true,\"a\":{}}," + rest);
        assertThat(upstream("{" + asked + rest, "m", OptionalLong.empty()))
                .isEqualTo("{" + asked + rest);
    }

    @Test
    void callsThatDoNotStreamAreNotAskedForStreamUsage() {
        String json = "{\"model\":\"m\"," + MESSAGES + "}";
        assertThat(upstream(json, "m", OptionalLong.empty())).isEqualTo(json);
    }
}
