package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.gemini.GeminiContent.Address;
import dev.sluice.protocol.gemini.GeminiContent.Verb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request and an answer say that decisions, holds and charges rest on.
final class GeminiFactsTest {

    private static final Address PLAIN = new Address("m", Verb.GENERATE);
    private static final String TEXT = "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}";

    private static GeminiRequest decoded(String body) {
        byte[] sent = body.getBytes(StandardCharsets.UTF_8);
        return GeminiContent.decode(GeminiContent.addressed(sent, PLAIN));
    }

    private static CallFacts facts(String part) {
        return decoded("{\"contents\":[{\"parts\":[" + part + "]}]}").facts();
    }

    private static String sent(String body, OptionalLong limit) {
        return new String(
                decoded(body).upstreamBody("other", limit, "unused"), StandardCharsets.UTF_8);
    }

    @Test
    void aPathSaysTheModelAndTheVerb() {
        assertThat(GeminiContent.address("/v1beta/models/a%2Fb+c:8b:streamGenerateContent"))
                .contains(new Address("a/b+c:8b", Verb.STREAM));
        assertThat(GeminiContent.address("/v1beta/models/a/b:countTokens"))
                .contains(new Address("a/b", Verb.COUNT));
        assertThat(GeminiContent.address("/v1beta/models/a:embedContent"))
                .contains(new Address("a", Verb.EMBED));
        assertThat(GeminiContent.address("/v1beta/models/a:predict")).isEmpty();
        for (String version : List.of("v1", "v1alpha")) {
            assertThat(GeminiContent.address("/" + version + "/models/a:generateContent"))
                    .contains(new Address("a", Verb.GENERATE));
        }
        assertThat(GeminiContent.address("/v2/models/a:generateContent")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TEXT,
                " {\n \"contents\" : [ {\"parts\":[ {\"text\":\"x\"}]}], \"xFuture\": 1.50}"
            })
    void whatIsSentIsWhatCameByteForByte(String body) {
        assertThat(sent(body, OptionalLong.empty())).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"
                        + "|{\"generationConfig\":{\"maxOutputTokens\":9},\"contents\"",
                "{\"generationConfig\":{},\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"
                        + "|{\"generationConfig\":{\"maxOutputTokens\":9},\"contents\"",
                "{\"generation_config\":{\"topK\":1},\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"
                        + "|{\"generation_config\":{\"maxOutputTokens\":9,\"topK\":1},\"contents\"",
                "{\"generationConfig\":{\"max_output_tokens\":70},\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}"
                        + "|{\"generationConfig\":{\"max_output_tokens\":9},\"contents\""
            })
    void aLimitIsEditedIn(String body, String beginning) {
        assertThat(sent(body, OptionalLong.of(9))).startsWith(beginning);
    }

    @Test
    void anotherProvidersSealIsNotSentToGemini() {
        String seal = Seal.ofSignature("c2ln");
        String body =
                "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"thought\":true,\"text\":\"t\",\"thoughtSignature\":\"%s\"},"
                        + "{\"text\":\"y\",\"thought_signature\":\"QUJD\"}]}]}";
        GeminiRequest request = decoded(body.formatted(seal));
        assertThat(request.dropped()).containsExactly("contents[].parts[].thoughtSignature");
        assertThat(sent(body.formatted(seal), OptionalLong.empty())).isEqualTo(body.formatted(""));
        assertThat(decoded(body.formatted("QUJD")).dropped()).isEmpty();
    }

    @Test
    void mediaAndWhatIsKeptElsewhereAreSeen() {
        CallFacts image =
                facts("{\"inline_data\":{\"mime_type\":\"image/png\",\"data\":\"QUJD\"}}");
        assertThat(image.images()).isEqualTo(1);
        assertThat(image.unseenInput()).isFalse();
        assertThat(
                        facts(
                                        "{\"inlineData\":{\"data\":\"QUJD\",\"mimeType\":\"application/pdf\"}}")
                                .otherMedia())
                .isEqualTo(1);
        assertThat(
                        facts("{\"inlineData\":{\"mimeType\":\"video/mp4\",\"data\":\"QUJD\"}}")
                                .unseenInput())
                .isTrue();
        assertThat(facts("{\"fileData\":{\"fileUri\":\"files/a\"}}").unseenInput()).isTrue();
        assertThat(
                        decoded(
                                        TEXT.replace(
                                                "{\"contents\"",
                                                "{\"cachedContent\":\"c\",\"contents\""))
                                .facts()
                                .unseenInput())
                .isTrue();
    }

    @Test
    void toolsOfTheProviderAndCandidatesAreCounted() {
        CallFacts facts =
                decoded(
                                TEXT.replace(
                                        "{\"contents\"",
                                        "{\"tools\":[{\"google_search\":{}}],\"generationConfig\":{\"candidateCount\":3},\"contents\""))
                        .facts();
        assertThat(facts.serverToolRounds()).isEqualTo(GeminiContent.UNSTATED_ROUNDS);
        assertThat(facts.choices()).isEqualTo(3);
        assertThat(facts.actions()).contains("tools");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | contents",
                "{\"contents\":[]} | contents",
                "{\"contents\":[1]} | contents[0]",
                "{\"contents\":[{\"parts\":[1]}]} | contents[0].parts[0]",
                "{\"generationConfig\":{\"maxOutputTokens\":-1}} | generationConfig.maxOutputTokens"
            })
    void nonsenseIsRefusedWithItsPlace(String body, String param) {
        assertThatThrownBy(() -> decoded(body))
                .isInstanceOfSatisfying(
                        FaultException.class, e -> assertThat(e.fault().param()).isEqualTo(param));
    }

    private static Answer answer(String usage) {
        return GeminiResponse.read(
                ("{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"text\":\"abc\"}]},"
                                + "\"groundingMetadata\":{\"webSearchQueries\":[\"a\",\"b\",\"a\"]}}],\"usageMetadata\":"
                                + usage
                                + "}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /// 100 of the prompt, 40 of them cached; 30 that a tool read; 5 said and 7 thought.
    @Test
    void thoughtsAndToolUseAreBesideAndTheCacheIsInside() {
        Answer read =
                answer(
                        "{\"promptTokenCount\":100,\"cachedContentTokenCount\":40,\"toolUsePromptTokenCount\":30,"
                                + "\"candidatesTokenCount\":5,\"thoughtsTokenCount\":7,\"totalTokenCount\":142}");
        Usage usage = ((UsageReport.Reported) read.facts().usage()).usage();
        assertThat(usage.count(MeterKind.INPUT)).isEqualTo(90);
        assertThat(usage.count(MeterKind.CACHE_READ)).isEqualTo(40);
        assertThat(usage.count(MeterKind.OUTPUT)).isEqualTo(5);
        assertThat(usage.count(MeterKind.REASONING)).isEqualTo(7);
        assertThat(usage.allTokens()).isEqualTo(142);
        // A query that is asked twice is one search.
        assertThat(usage.count(MeterKind.SEARCHES)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"promptTokenCount\":-1}",
                "{\"promptTokenCount\":1.5}",
                "{\"promptTokenCount\":3,\"cachedContentTokenCount\":4}",
                "{\"promptTokenCount\":99999999999}",
                "{}",
                "null"
            })
    void whatCannotBeTrueIsNotBelieved(String usage) {
        assertThat(answer(usage).facts().usage()).isInstanceOf(UsageReport.Missing.class);
    }
}
