package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Clients of one shape reach providers that are asked in others; what is charged is what the
/// simulated provider says it made.
@Tag("slow")
class VideoProvidersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemini | | {\"per_video_second\":\"0.4\","
                        + "\"by\":[{\"resolution\":\"1080p\",\"per_video_second\":\"0.5\"}]}"
                        + " | 8 | 1920x1080 | 4",
                "gemini | | {\"per_video_second\":\"0.4\"} | 4 | 720x1280 | 1.6",
                // 1280 × 720 × 24 × 5 ÷ 1,024 tokens
                "volcengine | /api/v3 | {\"output_per_mtok\":\"10\"} | 5 | 1280x720 | 1.08",
                "volcengine | /api/v3 | {\"per_video_job\":\"0.7\"} | 5 | 1280x720 | 0.7",
            })
    void aVideoOfAnotherProvider(
            String provider, String path, String price, String seconds, String size, String cost)
            throws Exception {
        try (Installation sluice = Installation.start()) {
            sluice.topUp("100");
            String key = sluice.key("k", "design", "staging");
            sluice.admin(
                    "POST",
                    "/admin/v1/upstreams",
                    "{\"name\":\"there\",\"provider\":\"%s\",\"base_url\":\"%s\",\"credential\":\"sk-sim\"}"
                            .formatted(
                                    provider,
                                    sluice.simulator().origin() + (path == null ? "" : path)));
            sluice.admin(
                    "POST",
                    "/admin/v1/models",
                    "{\"name\":\"film\",\"targets\":[{\"upstream\":\"there\",\"model\":\"sim-video\"}],\"price\":%s}"
                            .formatted(price));
            HttpResponse<String> begun =
                    sluice.api()
                            .call(
                                    key,
                                    "POST",
                                    "/v1/videos",
                                    "{\"model\":\"film\",\"prompt\":\"A boat [[sim takes=300]]\",\"seconds\":\"%s\",\"size\":\"%s\",\"style\":\"oil\"}"
                                            .formatted(seconds, size));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
            assertThat(begun.headers().firstValue("x-sluice-dropped")).hasValue("style");
            String id = JsonMapper.shared().readTree(begun.body()).path("id").asString();
            JsonNode done = awaitEnd(sluice, key, id);
            assertThat(done.path("status").asString()).isEqualTo("completed");
            assertThat(done.path("model").asString()).isEqualTo("film");
            assertThat(done.path("size").asString()).isEqualTo(size);
            String request = begun.headers().firstValue("x-request-id").orElseThrow();
            JsonNode call =
                    sluice.await(
                            "/admin/v1/requests/" + request,
                            c -> c.path("state").asString().equals("settled"));
            assertThat(call.path("cost_usd").asString()).isEqualTo(cost);
            assertThat(call.at("/units/video_seconds").asString()).isEqualTo(seconds);
            HttpResponse<String> content =
                    sluice.api().call(key, "GET", "/v1/videos/" + id + "/content", "");
            assertThat(content.statusCode()).isEqualTo(200);
            assertThat(content.headers().firstValue("content-type")).hasValue("video/mp4");

            HttpResponse<String> failing =
                    sluice.api()
                            .call(
                                    key,
                                    "POST",
                                    "/v1/videos",
                                    "{\"model\":\"film\",\"prompt\":\"[[sim takes=100 fails=BLOCKED]]\"}");
            JsonNode failed =
                    awaitEnd(
                            sluice,
                            key,
                            JsonMapper.shared().readTree(failing.body()).path("id").asString());
            assertThat(failed.path("status").asString()).isEqualTo("failed");
            assertThat(failed.at("/error/code").asString()).isEqualTo("BLOCKED");
            sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
            sluice.assertBooksAreClean();
        }
    }

    private static JsonNode awaitEnd(Installation sluice, String key, String id) throws Exception {
        return Await.until(
                () ->
                        JsonMapper.shared()
                                .readTree(
                                        sluice.api()
                                                .call(key, "GET", "/v1/videos/" + id, "")
                                                .body()),
                video -> video.hasNonNull("completed_at"),
                PATIENCE);
    }
}
