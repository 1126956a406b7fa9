package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UsageReport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbeddingsTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "hello" | 1
                    "" | 1
                    ["a","b","c"] | 3
                    [1,2,3] | 1
                    [[1,2],[3]] | 2
                    """)
    void takesTheFourFormsOfInput(String input, int inputs) {
        String json = "{\"model\":\"e\",\"input\":" + input + ",\"user\":\"u\"}";
        EmbeddingsRequest request = OpenAiEmbeddings.decode(utf8(json));
        assertThat(request.inputs()).isEqualTo(inputs);
        assertThat(request.base64()).isFalse();
        assertThat(request.facts().actions()).isEqualTo(Set.of("embeddings"));
        assertThat(request.facts().family()).isEqualTo("embeddings");
        assertThat(request.facts().textBytes()).isEqualTo(json.length());
        assertThat(request.facts().outputLimit()).hasValue(0);
        assertThat(request.facts().endUser()).isEqualTo("u");
        assertThat(text(request.upstreamBody("f", OptionalLong.of(9), "max_tokens")))
                .isEqualTo(json.replace("\"e\"", "\"f\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"model":"m"} | input
                    {"input":"x"} | model
                    {"model":"m","input":null} | input
                    {"model":"m","input":{}} | input
                    {"model":"m","input":[]} | input
                    {"model":"m","input":1} | input
                    {"model":"m","input":["a",1]} | input[1]
                    {"model":"m","input":[1,"a"]} | input[1]
                    {"model":"m","input":[null]} | input[0]
                    {"model":"m","input":[{}]} | input[0]
                    {"model":"m","input":[1.5]} | input[0]
                    {"model":"m","input":[1,-1]} | input[1]
                    {"model":"m","input":[[]]} | input[0]
                    {"model":"m","input":[[1],["a"]]} | input[1][0]
                    {"model":"m","input":[[1,99999999999]]} | input[0][1]
                    {"model":"m","input":"x","encoding_format":"int8"} | encoding_format
                    {"model":"m","input":"x","encoding_format":1} | encoding_format
                    {"model":"m","input":"x","dimensions":0} | dimensions
                    {"model":"m","input":"x","dimensions":"8"} | dimensions
                    {"model":"m","input":"x","dimensions":-1} | dimensions
                    {"model":"m","input":"x","user":1} | user
                    """)
    void refusesWhatIsNoInput(String json, String param) {
        FaultException e =
                catchThrowableOfType(
                        FaultException.class, () -> OpenAiEmbeddings.decode(utf8(json)));
        assertThat(e.fault().code()).isEqualTo(FaultCode.INVALID_REQUEST);
        assertThat(e.fault().param()).isEqualTo(param);
    }

    @Test
    void floatsBecomeBase64ForAClientThatAskedForIt() {
        String body =
                "{ \"data\":[{\"embedding\":[1, -2.5e0 ,0.1],\"index\":0},{\"index\":1,"
                        + "\"embedding\":[]}], \"x\":1.0,"
                        + "\"model\":\"e\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}";
        ByteBuffer vector = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        vector.putFloat(1f).putFloat(-2.5f).putFloat(0.1f);
        String encoded = Base64.getEncoder().encodeToString(vector.array());
        Answer answer =
                OpenAiEmbeddings.decode(
                                utf8(
                                        "{\"model\":\"e\",\"input\":\"x\","
                                                + "\"encoding_format\":\"base64\"}"))
                        .readAnswer(utf8(body));
        assertThat(text(answer.body()))
                .isEqualTo(
                        body.replace("[1, -2.5e0 ,0.1]", '"' + encoded + '"')
                                .replace(":[]}", ":\"\"}"));
        assertThat(answer.facts().model()).isEqualTo("e");
        assertThat(answer.facts().usage())
                .isEqualTo(
                        new UsageReport.Reported(
                                Usage.of(Map.of(MeterKind.INPUT, 3L, MeterKind.REQUESTS, 1L))));
    }

    @Test
    void base64BecomesFloatsForAClientThatWantsNumbers() {
        String body = "{\"data\":[{\"embedding\":\"AACAPwAAIMDNzMw9\"}]}";
        Answer answer =
                OpenAiEmbeddings.decode(utf8("{\"model\":\"e\",\"input\":\"x\"}"))
                        .readAnswer(utf8(body));
        assertThat(text(answer.body())).isEqualTo("{\"data\":[{\"embedding\":[1.0,-2.5,0.1]}]}");
        assertThat(answer.facts().usage()).isEqualTo(UsageReport.NONE);
    }

    @Test
    void theRightEncodingPassesUntouched() {
        for (String[] pair :
                new String[][] {
                    {"float", "{\"data\":[{\"embedding\":[0.10000000149,1e-7]}]}"},
                    {"base64", "{\"data\":[{\"embedding\":\"AACA Pw==\"}]}"}
                }) {
            byte[] body = utf8(pair[1]);
            assertThat(
                            OpenAiEmbeddings.decode(
                                            utf8(
                                                    "{\"model\":\"e\",\"input\":\"x\","
                                                            + "\"encoding_format\":\"%s\"}"
                                                                    .formatted(pair[0])))
                                    .readAnswer(body)
                                    .body())
                    .isSameAs(body);
        }
    }

    @Test
    void everyVectorSurvivesBothWays() {
        Random random = new Random(5);
        StringBuilder floats = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            floats.append(i == 0 ? "" : ",").append(Float.isFinite(value) ? value : 0f);
        }
        byte[] body = utf8("{\"data\":[{\"embedding\":[" + floats + "]}]}");
        byte[] encoded = EmbeddingsResponse.read(body, true).body();
        assertThat(EmbeddingsResponse.read(encoded, false).body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"data":[{"embedding":"AAA"}]}
                    {"data":[{"embedding":"!!!!"}]}
                    {"data":[{"embedding":"AADAfw=="}]}
                    {"data":[{"embedding":null}]}
                    {"data":[1]}
                    {"data":{}}
                    {}
                    []
                    {"data":[]
                    """)
    void whatIsNoAnswerIsAnUpstreamError(String body) {
        FaultException e =
                catchThrowableOfType(
                        FaultException.class, () -> EmbeddingsResponse.read(utf8(body), false));
        assertThat(e.fault().code()).isEqualTo(FaultCode.UPSTREAM_ERROR);
    }

    @Test
    void aTotalAloneIsAllInput() {
        assertThat(
                        EmbeddingsResponse.read(
                                        utf8("{\"data\":[],\"usage\":{\"total_tokens\":8}}"), false)
                                .facts()
                                .usage())
                .isEqualTo(new UsageReport.Reported(ChatUsageTest.usage("INPUT=8")));
    }
}
