package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.gemini.GeminiEmbeddings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gemini takes one element of a repeated field without its list, as Google's own examples write
/// it: the call is the same, and a provider of Gemini gets the bytes as they came.
final class SingleElementsTest {

    /// `(` and `)` stand where a list may be left out.
    private static final String REQUEST =
            """
            {"system_instruction":{"parts":({"text":"be brief"})},
             "contents":({"role":"user","parts":({"text":"say hi"})}),
             "tools":({"functionDeclarations":({"name":"look","parameters":{"type":"OBJECT",
               "properties":{"a":{"type":"STRING","enum":("b")}},"required":("a")}})}),
             "tool_config":{"function_calling_config":{"mode":"ANY",
               "allowed_function_names":("look")}},
             "safety_settings":({"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}),
             "generationConfig":{"stopSequences":("end"),"responseModalities":("TEXT"),
               "maxOutputTokens":50}}
            """;

    private static final GeminiContent.Address ADDRESS =
            new GeminiContent.Address("m", GeminiContent.Verb.GENERATE);

    private static final String LISTED = REQUEST.replace('(', '[').replace(')', ']');
    private static final String ALONE = REQUEST.replace("(", "").replace(")", "");

    private static byte[] addressed(String body) {
        return GeminiContent.addressed(bytes(body), ADDRESS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sent(Decoded request) {
        return new String(
                request.upstreamBody("m", OptionalLong.empty(), "max_tokens"),
                StandardCharsets.UTF_8);
    }

    static List<Wire> others() {
        return Wire.all().stream().filter(wire -> wire != Wire.GEMINI).toList();
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherProvidersAreAskedTheSameAsWithLists(Wire provider) {
        assertThat(translated(ALONE, provider)).isEqualTo(translated(LISTED, provider));
        assertThat(translated(ALONE, provider)).contains("be brief", "say hi", "look", "\"b\"");
    }

    private static String translated(String body, Wire provider) {
        byte[] bytes = addressed(body);
        Decoded asked = Wire.GEMINI.decode(bytes);
        return sent(Translation.between(asked, bytes, Wire.GEMINI, provider, 1));
    }

    @Test
    void aProviderOfGeminiGetsTheBytesAsTheyCame() {
        assertThat(sent(Wire.GEMINI.decode(addressed(ALONE)))).isEqualTo(ALONE);
    }

    @Test
    void decisionsRestOnTheSameFacts() {
        CallFacts alone = Wire.GEMINI.decode(addressed(ALONE)).facts();
        CallFacts listed = Wire.GEMINI.decode(addressed(LISTED)).facts();
        assertThat(alone.actions()).isEqualTo(listed.actions()).contains("tools");
        assertThat(alone.outputModalities()).isEqualTo(listed.outputModalities());
        String media =
                "{\"contents\":{\"parts\":{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"QUJD\"}}},"
                        + "\"tools\":{\"googleSearch\":{}}}";
        CallFacts seen = Wire.GEMINI.decode(addressed(media)).facts();
        assertThat(seen.images()).isEqualTo(1);
        assertThat(seen.serverToolRounds()).isPositive();
    }

    @Test
    void anAnswerOfToolsMayHaveOnePart() {
        String body =
                """
                {"contents":[{"role":"model","parts":{"functionCall":{"name":"look","args":{}}}},
                  {"role":"user","parts":{"functionResponse":{"name":"look",
                    "response":{"result":"seen"},
                    "parts":{"inlineData":{"mimeType":"image/png","data":"QUJD"}}}}}]}
                """;
        assertThat(translated(body, Wire.ANTHROPIC_MESSAGES)).contains("seen", "image/png", "QUJD");
    }

    @Test
    void embeddingsTakeOnePartAndOneRequest() {
        String one = "{\"model\":\"models/m\",\"content\":{\"parts\":{\"text\":\"a boat\"}}}";
        GeminiContent.Address embed = new GeminiContent.Address("m", GeminiContent.Verb.EMBED);
        assertThat(GeminiEmbeddings.decode(embed, bytes(one)).texts()).containsExactly("a boat");
        GeminiContent.Address batch =
                new GeminiContent.Address("m", GeminiContent.Verb.EMBED_BATCH);
        GeminiEmbeddings asked =
                GeminiEmbeddings.decode(batch, bytes("{\"requests\":" + one + "}"));
        assertThat(asked.texts()).containsExactly("a boat");
        assertThat(
                        new String(
                                asked.upstreamBody("other", OptionalLong.empty(), ""),
                                StandardCharsets.UTF_8))
                .contains("\"model\":\"models/other\"");
    }
}
