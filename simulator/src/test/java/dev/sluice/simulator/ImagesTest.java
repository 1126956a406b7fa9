package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Images, plain and streamed, and what they use.
class ImagesTest extends SimulatorCase {

    private static final String IMAGES = "/v1/images/generations";

    private HttpResponse<String> send(String prompt, String fields) {
        return client.post(
                IMAGES,
                "{\"model\":\"sim-image\",\"prompt\":\"%s\"%s}"
                        .formatted(prompt, fields.isEmpty() ? "" : "," + fields));
    }

    private static BufferedImage read(JsonNode base64) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(base64.asString());
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void imagesAreOfTheSizeThatIsToldAndNoTwoAlike() throws IOException {
        JsonNode answer = SimClient.json(send("A red boat", "\"n\":2,\"size\":\"auto\""));
        assertThat(answer.get("data")).hasSize(2);
        assertThat(answer.at("/size").asString()).isEqualTo("1024x1024");
        assertThat(answer.at("/quality").asString()).isEqualTo("medium");
        BufferedImage image = read(answer.at("/data/0/b64_json"));
        assertThat(image.getWidth()).isEqualTo(1_024);
        assertThat(image.getHeight()).isEqualTo(1_024);
        assertThat(answer.at("/data/0")).isNotEqualTo(answer.at("/data/1"));
        JsonNode usage = answer.get("usage");
        assertThat(usage.at("/input_tokens").longValue()).isEqualTo(3);
        assertThat(usage.at("/output_tokens_details/image_tokens").longValue())
                .isEqualTo(2 * 1_056);
        assertThat(usage.at("/total_tokens").longValue()).isEqualTo(3 + 2 * 1_056);
        assertThat(journaled().usage().count(MeterKind.IMAGE_OUTPUT)).isEqualTo(2 * 1_056);
        assertThat(journaled().usage().count(MeterKind.OUTPUT)).isZero();
        assertThat(journaled().reported()).isEqualTo(usage.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "low, 1024x1024, 272",
        "high, 1024x1536, 6240",
        "medium, 1536x1024, 1584",
    })
    void qualityAndSizeDecideWhatAnImageCosts(String quality, String size, long tokens) {
        String fields = "\"quality\":\"%s\",\"size\":\"%s\"".formatted(quality, size);
        JsonNode answer = SimClient.json(send("A boat", fields));
        assertThat(answer.at("/usage/output_tokens").longValue()).isEqualTo(tokens);
    }

    @Test
    void aStreamShowsPreviewsWhichCostToo() throws IOException {
        String plain = SimClient.json(send("A boat", "")).at("/data/0/b64_json").asString();
        String stream = send("A boat", "\"stream\":true,\"partial_images\":2").body();
        List<JsonNode> events = SimClient.chunks(stream);
        assertThat(events.stream().map(event -> event.get("type").asString()))
                .containsExactly(
                        "image_generation.partial_image",
                        "image_generation.partial_image",
                        "image_generation.completed");
        assertThat(stream).contains("event: image_generation.completed\n");
        assertThat(read(events.get(1).get("b64_json")).getWidth()).isEqualTo(1_024);
        assertThat(events.getLast().get("b64_json").asString()).isEqualTo(plain);
        assertThat(events.getLast().at("/usage/output_tokens").longValue()).isEqualTo(200 + 1_056);
        assertThat(journaled().produced()).isEqualTo(journaled().planned());
        String cut =
                send("A boat [[sim error_at=1]]", "\"stream\":true,\"partial_images\":2").body();
        assertThat(cut).contains("event: error\n");
        assertThat(journaled().produced().imageOutput()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\":\"1000x1000\"",
                "\"size\":\"large\"",
                "\"quality\":\"hd\"",
                "\"response_format\":\"url\"",
                "\"n\":11",
            })
    void whatAProviderRefusesIsRefused(String field) {
        assertThat(send("A boat", field).statusCode()).isEqualTo(400);
    }

    @Test
    void onlyAModelThatDrawsDraws() {
        String body = "{\"model\":\"sim-chat\",\"prompt\":\"A boat\"}";
        assertThat(client.post(IMAGES, body).statusCode()).isEqualTo(400);
        String chat = SimClient.chat("sim-image", "Hi", "");
        assertThat(client.post(SimClient.CHAT, chat).statusCode()).isEqualTo(400);
        assertThat(send("A boat [[sim status=429]]", "").statusCode()).isEqualTo(429);
    }
}
