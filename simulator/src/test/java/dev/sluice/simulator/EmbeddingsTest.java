package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.domain.MeterKind;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Embeddings and the list of models.
class EmbeddingsTest extends SimulatorCase {

    private static final String PATH = "/v1/embeddings";

    private HttpResponse<String> embed(String input, String fields) {
        return client.post(
                PATH, "{\"model\":\"sim-embed\",\"input\":%s%s}".formatted(input, fields));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hello world\"|1|3",
                "[\"hello\",\"you\"]|2|3",
                "[1,2,3]|1|3",
                "[[1,2],[3]]|2|3"
            })
    void everyFormOfInput(String input, int vectors, int tokens) {
        JsonNode answer = json(embed(input, ""));
        assertThat(answer.get("data").size()).isEqualTo(vectors);
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(tokens);
        assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(tokens);
        assertThat(journaled().usage().count(MeterKind.INPUT)).isEqualTo(tokens);
        assertThat(journaled().usage().allTokens()).isEqualTo(tokens);
    }

    @Test
    void base64IsTheSameVectorInLittleEndian() {
        JsonNode floats = json(embed("\"x\"", ",\"dimensions\":16")).at("/data/0/embedding");
        assertThat(floats.size()).isEqualTo(16);
        String encoded =
                json(embed("\"x\"", ",\"dimensions\":16,\"encoding_format\":\"base64\""))
                        .at("/data/0/embedding")
                        .asString();
        ByteBuffer bytes =
                ByteBuffer.wrap(Base64.getDecoder().decode(encoded)).order(ByteOrder.LITTLE_ENDIAN);
        double square = 0;
        for (JsonNode number : floats) {
            float value = bytes.getFloat();
            assertThat(value).isEqualTo(number.floatValue());
            square += (double) value * value;
        }
        assertThat(square).isCloseTo(1.0, within(1e-5));
    }

    @Test
    void sameInputSameVector() {
        assertThat(embed("\"x\"", "").body()).isEqualTo(embed("\"x\"", "").body());
        JsonNode two = json(embed("[\"x\",\"y\"]", ",\"dimensions\":8"));
        assertThat(two.at("/data/0/embedding")).isNotEqualTo(two.at("/data/1/embedding"));
        assertThat(json(embed("\"x\"", "")).at("/data/0/embedding").size()).isEqualTo(1_536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "[]", "null", "[\"\"]", "[[]]", "{}", "[1.5]", "[\"a\",2]"})
    void badInputIsRefused(String input) {
        assertThat(embed(input, "").statusCode()).isEqualTo(400);
    }

    @Test
    void directivesWorkHereToo() {
        assertThat(embed("\"x [[sim status=429]]\"", "").statusCode()).isEqualTo(429);
        assertThat(json(embed("\"x [[sim usage=missing]]\"", "")).has("usage")).isFalse();
        assertThat(journaled().produced().prompt()).isPositive();
    }

    @Test
    void modelsAreListed() {
        JsonNode list = json(client.get("/v1/models"));
        assertThat(list.get("object").asString()).isEqualTo("list");
        assertThat(list.at("/data/0/id").asString()).isEqualTo("sim-chat");
        assertThat(json(client.get("/v1/models/sim-embed")).get("id").asString())
                .isEqualTo("sim-embed");
        assertThat(client.get("/v1/models/none").statusCode()).isEqualTo(404);
        String wrongKind = "{\"model\":\"sim-chat\",\"input\":\"x\"}";
        assertThat(client.post(PATH, wrongKind).statusCode()).isEqualTo(400);
    }
}
