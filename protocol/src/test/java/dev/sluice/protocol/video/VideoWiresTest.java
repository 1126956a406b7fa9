package dev.sluice.protocol.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each provider is sent, and what its answers say of a job. The documents are written from
/// what the vendors publish.
class VideoWiresTest {

    private static final String SUBMIT = "/v1/videos";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static VideoRequest request(String json) {
        return (VideoRequest) Videos.create(new RequestContent.Json(utf8(json)));
    }

    private static VideoWire wire(String dialect) {
        return VideoWires.ofDialect(dialect).orElseThrow();
    }

    private static String sent(String dialect, VideoRequest request) {
        return new String(
                wire(dialect).submit(request, SUBMIT, "theirs").body(), StandardCharsets.UTF_8);
    }

    private static JobLook look(String dialect, String told, VideoAsked asked) {
        return wire(dialect).read(utf8(told), asked);
    }

    private static final VideoAsked EIGHT = new VideoAsked(8, "1280x720", null);

    @Test
    void openAiIsSentTheClientsOwnBytesButForTheModel() {
        String json =
                "{ \"model\":\"ours\", \"prompt\":\"A boat\",\"seconds\":\"8\",\"unknown\":[1]}";
        assertThat(sent("openai-chat", request(json))).isEqualTo(json.replace("ours", "theirs"));
        assertThat(sent("openai-chat", request("{\"model\":\"m\",\"prompt\":\"A\",\"seconds\":8}")))
                .isEqualTo("{\"model\":\"theirs\",\"prompt\":\"A\",\"seconds\":\"8\"}");
    }

    @Test
    void aFormKeepsItsFile() {
        RequestContent.Multipart form =
                new RequestContent.Multipart(
                        "b",
                        List.of(
                                new Part("input_reference", "a.png", "image/png", utf8("PNG")),
                                Part.text("prompt", utf8("A boat")),
                                Part.text("seconds", utf8("4")),
                                Part.text("model", utf8("ours"))));
        VideoRequest request = (VideoRequest) Videos.create(form);
        assertThat(sent("openai-chat", request))
                .contains("filename=\"a.png\"")
                .contains("PNG")
                .contains("theirs");
        assertThat(Trees.read(utf8(sent("gemini", request))).at("/instances/0/image").toString())
                .isEqualTo("{\"bytesBase64Encoded\":\"UE5H\",\"mimeType\":\"image/png\"}");
        assertThat(
                        Trees.read(utf8(sent("content-tasks", request)))
                                .at("/content/1/image_url/url")
                                .asString())
                .isEqualTo("data:image/png;base64,UE5H");
    }

    @Test
    void googleIsSentAnInstanceAndParameters() {
        VideoRequest request =
                request(
                        "{\"model\":\"m\",\"prompt\":\"A boat\",\"seconds\":\"8\","
                                + "\"size\":\"720x1280\",\"style\":\"oil\"}");
        assertThat(Trees.read(utf8(sent("gemini", request))))
                .isEqualTo(
                        Trees.read(
                                utf8(
                                        """
                                        {"instances":[{"prompt":"A boat"}],
                                         "parameters":{"aspectRatio":"9:16","resolution":"720p",
                                                       "durationSeconds":8}}
                                        """)));
        assertThat(wire("gemini").dropped(request)).containsExactly("style");
        VideoRequest elsewhere =
                request(
                        "{\"model\":\"m\",\"prompt\":\"A\","
                                + "\"input_reference\":{\"image_url\":\"https://a.example/b.png\"}}");
        assertThatThrownBy(() -> sent("gemini", elsewhere)).isInstanceOf(FaultException.class);
    }

    @Test
    void vertexIsToldHowLongAndAskedByTheOperationsName() {
        VideoRequest request = request("{\"model\":\"m\",\"prompt\":\"A boat\"}");
        assertThat(Trees.read(utf8(sent("vertex-operations", request))))
                .isEqualTo(
                        Trees.read(
                                utf8(
                                        """
                                        {"instances":[{"prompt":"A boat"}],
                                         "parameters":{"sampleCount":1,"durationSeconds":8}}
                                        """)));
        JobAsk look = wire("vertex-operations").look("/v1/veo:predictLongRunning", "operations/7");
        assertThat(look.method()).isEqualTo("POST");
        assertThat(look.send().path()).isEqualTo("/v1/veo:fetchPredictOperation");
        assertThat(look.send().body()).isEqualTo(utf8("{\"operationName\":\"operations/7\"}"));
        assertThat(wire("vertex-operations").inline("/v1/veo:predictLongRunning", "operations/7"))
                .isPresent();
    }

    @Test
    void vertexSaysWhatBecameOfAVideo() {
        JobLook going = look("vertex-operations", "{\"name\":\"o/1\"}", EIGHT);
        assertThat(going.state()).isEqualTo(JobLook.State.IN_PROGRESS);
        JobLook made =
                look(
                        "vertex-operations",
                        "{\"name\":\"o/1\",\"done\":true,\"response\":{\"videos\":"
                                + "[{\"bytesBase64Encoded\":\"AAAA\"}]}}",
                        EIGHT);
        assertThat(made.state()).isEqualTo(JobLook.State.COMPLETED);
        assertThat(made.usage()).isEqualTo(VideoWire.made(8_000));
        assertThat(made.served()).isEqualTo(Map.of("resolution", "720p"));
        assertThat(made.shown().toString()).doesNotContain("AAAA");
        JobLook filtered =
                look(
                        "vertex-operations",
                        "{\"name\":\"o/1\",\"done\":true,\"response\":{\"raiMediaFilteredCount\":1,"
                                + "\"raiMediaFilteredReasons\":[\"no\"]}}",
                        EIGHT);
        assertThat(filtered.state()).isEqualTo(JobLook.State.FAILED);
        assertThat(filtered.shown().at("/error/code").asString()).isEqualTo("content_filtered");
        JobLook failed =
                look(
                        "vertex-operations",
                        "{\"name\":\"o/1\",\"done\":true,\"error\":{\"code\":3,\"message\":\"why\"}}",
                        EIGHT);
        assertThat(failed.state()).isEqualTo(JobLook.State.FAILED);
        assertThat(failed.usage()).isEqualTo(Usage.NONE);
        assertThat(failed.shown().at("/error/message").asString()).isEqualTo("why");
    }

    @Test
    void tasksAreSentContentAndParameters() {
        VideoRequest request =
                request(
                        "{\"model\":\"m\",\"prompt\":\"A boat\",\"seconds\":\"5\","
                                + "\"size\":\"1920x1080\"}");
        assertThat(Trees.read(utf8(sent("content-tasks", request))))
                .isEqualTo(
                        Trees.read(
                                utf8(
                                        """
                                        {"model":"theirs",
                                         "content":[{"type":"text","text":"A boat"}],
                                         "resolution":"1080p","ratio":"16:9","duration":5}
                                        """)));
    }

    @ParameterizedTest
    @CsvSource({
        "queued, QUEUED",
        "in_progress, IN_PROGRESS",
        "completed, COMPLETED",
        "failed, FAILED",
        "polishing, IN_PROGRESS",
    })
    void openAisStatesAreClients(String status, JobLook.State state) {
        JobLook look =
                look(
                        "openai-chat",
                        "{\"id\":\"video_9\",\"status\":\"%s\",\"seconds\":\"12\",\"size\":\"1024x1792\"}"
                                .formatted(status),
                        EIGHT);
        assertThat(look.state()).isEqualTo(state);
        assertThat(look.job()).isEqualTo("video_9");
        boolean made = state == JobLook.State.COMPLETED;
        assertThat(look.usage()).isEqualTo(made ? VideoWire.made(12_000) : Usage.NONE);
        assertThat(look.served()).isEqualTo(made ? Map.of("resolution", "1024x1792") : Map.of());
    }

    @Test
    void whatIsLeftOpenIsWhatTheProviderMakesUnasked() {
        VideoAsked open = new VideoAsked(null, null, null);
        assertThat(look("openai-chat", "{\"id\":\"v\",\"status\":\"completed\"}", open).usage())
                .isEqualTo(VideoWire.made(4_000));
        JobLook google =
                look(
                        "gemini",
                        """
                        {"name":"models/veo/operations/1","done":true,"response":{
                          "generateVideoResponse":{"generatedSamples":[
                            {"video":{"uri":"https://g.example/v1beta/files/1:download"}}]}}}
                        """,
                        open);
        assertThat(google.usage()).isEqualTo(VideoWire.made(8_000));
        assertThat(google.served()).containsEntry("resolution", "720p");
        assertThat(google.url()).isEqualTo("https://g.example/v1beta/files/1:download");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"o\"} | IN_PROGRESS |",
                "{\"name\":\"o\",\"done\":false} | IN_PROGRESS |",
                "{\"name\":\"o\",\"done\":true,\"error\":{\"code\":3,\"message\":\"no\"}}"
                        + " | FAILED | no",
                "{\"name\":\"o\",\"done\":true,\"response\":{\"generateVideoResponse\":{"
                        + "\"raiMediaFilteredCount\":1,\"raiMediaFilteredReasons\":[\"unsafe\"]}}}"
                        + " | FAILED | unsafe",
                "{\"name\":\"o\",\"done\":true,\"response\":{}} | FAILED |",
            })
    void googlesOperations(String told, JobLook.State state, String why) {
        JobLook look = look("gemini", told, EIGHT);
        assertThat(look.state()).isEqualTo(state);
        assertThat(look.usage()).isEqualTo(Usage.NONE);
        if (why != null) {
            assertThat(look.shown().at("/error/message").asString()).isEqualTo(why);
        }
    }

    @Test
    void tasksSayWhatTheyUsed() {
        JobLook done =
                look(
                        "content-tasks",
                        """
                        {"id":"cgt-1","status":"succeeded","resolution":"720p","duration":5,
                         "content":{"video_url":"https://s.example/v.mp4?sig=1"},
                         "usage":{"completion_tokens":108000,"total_tokens":108000}}
                        """,
                        EIGHT);
        assertThat(done.usage())
                .isEqualTo(VideoWire.made(5_000).plus(Usage.of(MeterKind.OUTPUT, 108_000)));
        assertThat(done.served()).containsEntry("resolution", "720p");
        assertThat(done.url()).isEqualTo("https://s.example/v.mp4?sig=1");
        for (String status : List.of("failed", "cancelled", "expired")) {
            JobLook failed =
                    look(
                            "content-tasks",
                            "{\"id\":\"cgt-1\",\"status\":\"%s\"}".formatted(status),
                            EIGHT);
            assertThat(failed.state()).isEqualTo(JobLook.State.FAILED);
            assertThat(failed.shown().at("/error/code").asString()).isEqualTo(status);
        }
        assertThat(look("content-tasks", "{\"id\":\"cgt-1\"}", EIGHT).state())
                .isEqualTo(JobLook.State.QUEUED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"openai-chat", "gemini", "vertex-operations", "content-tasks"})
    void whatIsNoAnswerAboutAVideoIsAFault(String dialect) {
        for (String told : List.of("", "null", "[]", "{}", "{\"id\":7,\"name\":7}", "<html>")) {
            assertThatThrownBy(() -> look(dialect, told, EIGHT))
                    .as(told)
                    .isInstanceOf(FaultException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "openai-chat, /v1/videos, video_1, /v1/videos/video_1",
        "content-tasks, /api/v3/contents/generations/tasks, cgt-1,"
                + " /api/v3/contents/generations/tasks/cgt-1",
        "gemini, /v1beta/models/veo:predictLongRunning, models/veo/operations/1,"
                + " /v1beta/models/veo/operations/1",
        "vertex-operations, /v1/projects/p/models/veo:predictLongRunning, projects/p/operations/1,"
                + " /v1/projects/p/models/veo:fetchPredictOperation",
        "openai-chat, /v1/videos, ../../admin, /v1/videos/..%2F..%2Fadmin",
    })
    void whereAJobIsLookedAt(String dialect, String path, String job, String at) {
        assertThat(wire(dialect).lookAt(path, job)).isEqualTo(at);
    }

    @Test
    void anUpstreamsWayIsWhatItsEntrySays() {
        List<String> both = List.of("openai-chat", "gemini");
        assertThat(VideoWires.of(both, _ -> false).orElseThrow().dialect())
                .isEqualTo("openai-chat");
        assertThat(VideoWires.of(both, "gemini"::equals).orElseThrow().dialect())
                .isEqualTo("gemini");
        assertThat(VideoWires.of(List.of("anthropic-messages"), _ -> true)).isEmpty();
    }

    @Test
    void moreThanTheBaseLinesIsHeldAtTheDearest() {
        assertThat(facts("1280x720")).containsEntry("resolution", "1280x720");
        assertThat(facts("1024x1792")).isEmpty();
    }

    private static Map<String, String> facts(String size) {
        return request("{\"model\":\"m\",\"prompt\":\"A\",\"size\":\"%s\"}".formatted(size))
                .facts()
                .media()
                .asked();
    }
}
