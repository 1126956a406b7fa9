package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request says that decisions and holds rest on.
final class MessagesFactsTest {

    private static final String MEDIA = "QUJDREVGR0hJSktMTU5PUA==";

    private static byte[] body(String members, String blocks) {
        return ("{\"model\":\"m\",\"max_tokens\":7"
                        + (members.isEmpty() ? "" : "," + members)
                        + ",\"messages\":[{\"role\":\"user\",\"content\":["
                        + blocks
                        + "]}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static CallFacts facts(String members, String blocks) {
        return AnthropicMessages.decode(body(members, blocks)).facts();
    }

    @Test
    void textIsCountedByTheByteAndMediaIsNot() {
        CallFacts text = facts("", "{\"type\":\"text\",\"text\":\"h\u00e9\"}");
        assertThat(text.textBytes())
                .isEqualTo(body("", "{\"type\":\"text\",\"text\":\"h\u00e9\"}").length);
        assertThat(text.outputLimit()).hasValue(7);
        assertThat(text.family()).isEqualTo("messages");
        String image =
                "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"data\":\"" + MEDIA + "\"}}";
        CallFacts seen = facts("", image);
        assertThat(seen.images()).isEqualTo(1);
        assertThat(seen.textBytes()).isEqualTo(body("", image).length - MEDIA.length());
        assertThat(seen.actions()).containsExactlyInAnyOrder("chat", "images");
    }

    @Test
    void mediaInResultsAndDocumentsIsSeen() {
        String image =
                "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.com/a\"}}";
        CallFacts result =
                facts(
                        "",
                        "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":["
                                + image
                                + "]}");
        assertThat(result.images()).isEqualTo(1);
        CallFacts nested =
                facts(
                        "",
                        "{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":["
                                + image
                                + "]}}");
        assertThat(nested.images()).isEqualTo(1);
        assertThat(nested.otherMedia()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base64 | 1 | false",
                "url    | 1 | false",
                "file   | 1 | true",
                "text   | 0 | false"
            })
    void aDocumentIsBoundedByWhereItIs(String type, int media, boolean unseen) {
        CallFacts facts =
                facts(
                        "",
                        "{\"type\":\"document\",\"source\":{\"type\":\""
                                + type
                                + "\",\"data\":\"x\"}}");
        assertThat(facts.otherMedia()).isEqualTo(media);
        assertThat(facts.unseenInput()).isEqualTo(unseen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hologram", "container_upload", "code_execution_tool_result"})
    void aBlockThatIsNotKnownMayHoldAnything(String type) {
        assertThat(facts("", "{\"type\":\"" + type + "\"}").unseenInput()).isTrue();
    }

    @Test
    void aContainerHoldsWhatIsNotInTheRequest() {
        String text = "{\"type\":\"text\",\"text\":\"x\"}";
        assertThat(facts("\"container\":\"c_1\"", text).unseenInput()).isTrue();
        assertThat(facts("\"container\":null", text).unseenInput()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"f\"}                                         | 0",
                "{\"type\":\"custom\",\"name\":\"f\"}                     | 0",
                "{\"type\":\"bash_20250124\",\"name\":\"bash\"}           | 0",
                "{\"type\":\"web_search_20250305\",\"max_uses\":3}        | 3",
                "{\"type\":\"web_search_20250305\"}                       | 10",
                "{\"type\":\"from_tomorrow\"}                             | 10"
            })
    void aToolThatMayRunAtTheProviderHasRounds(String tool, int rounds) {
        CallFacts facts = facts("\"tools\":[" + tool + "]", "{\"type\":\"text\",\"text\":\"x\"}");
        assertThat(facts.serverToolRounds()).isEqualTo(rounds);
        assertThat(facts.actions()).contains("tools");
    }

    @Test
    void serversOfToolsHaveRoundsEach() {
        String servers = "\"mcp_servers\":[{\"url\":\"a\"},{\"url\":\"b\"}]";
        assertThat(facts(servers, "{\"type\":\"text\",\"text\":\"x\"}").serverToolRounds())
                .isEqualTo(20);
    }

    private static String textBlock(String members) {
        return "{\"type\":\"text\",\"text\":\"x\"" + members + "}";
    }

    /// Wherever it may stand: what is kept for an hour costs more to write.
    @Test
    void aCacheForAnHourIsSeenEverywhere() {
        for (Map.Entry<String, Boolean> ttl :
                Map.of("1h", true, "5m", false, "1d", true).entrySet()) {
            String there =
                    "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"" + ttl.getKey() + "\"}";
            String plain = textBlock("");
            String marked = textBlock("," + there);
            List<CallFacts> all =
                    List.of(
                            facts("", marked),
                            facts(there, plain),
                            facts("\"system\":[" + marked + "]", plain),
                            facts("\"tools\":[{\"name\":\"f\"," + there + "}]", plain),
                            facts(
                                    "",
                                    "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":["
                                            + marked
                                            + "]}"));
            assertThat(all).extracting(CallFacts::hourCache).containsOnly(ttl.getValue());
        }
        String unsaid = textBlock(",\"cache_control\":{\"type\":\"ephemeral\"}");
        assertThat(facts("", unsaid).hourCache()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | max_tokens",
                "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | model",
                "{\"model\":\"m\",\"max_tokens\":1} | messages",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]} | messages",
                "{\"model\":\"m\",\"max_tokens\":0,\"messages\":[]} | max_tokens",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\"}]} | messages[0].content",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{}]}]} | messages[0].content[0].type",
                "{\"model\":\"m\",\"max_tokens\":1,\"system\":7,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | system"
            })
    void whatIsMissingOrWrongIsNamed(String body, String param) {
        assertThatThrownBy(() -> AnthropicMessages.decode(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        FaultException.class, e -> assertThat(e.fault().param()).isEqualTo(param));
    }

    @Test
    void headersOfTheDialectAreChosenNotCopied() {
        Map<String, List<String>> sent =
                Map.of(
                        "anthropic-version",
                        List.of("2026-10-21"),
                        "anthropic-beta",
                        List.of("a-1, context-1m-2025-08-07", "b 2", "c-3"));
        assertThat(AnthropicMessages.headers(name -> sent.getOrDefault(name, List.of())))
                .containsOnly(
                        Map.entry("anthropic-version", "2026-10-21"),
                        Map.entry("anthropic-beta", "a-1,c-3"));
        assertThat(AnthropicMessages.headers(_ -> List.of()))
                .containsOnly(Map.entry("anthropic-version", "2023-06-01"));
    }
}
