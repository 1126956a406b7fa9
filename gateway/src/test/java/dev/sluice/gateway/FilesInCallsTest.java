package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Files that calls name by the ids Sluice gave them reach every upstream with their bytes.
class FilesInCallsTest {

    /// Two pages, which the simulator counts as 3,000 tokens; a file that it cannot see is 4,500.
    private static final String TWO_PAGES = "%PDF-1.4\n/Type /Page\n/Type /Page\n%%EOF";

    private static final int TWO_PAGES_TOKENS = 3_000;
    private static final String PIXEL =
            "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0\0\u0001\0\0\0\u0001\b\2\0\0\0";

    private static GatewayFixture upstreams;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        upstreams = new GatewayFixture();
        gateway = Speaker.inFrontOf(upstreams);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstreams.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
        assertThat(gateway.plane.bodyBytesHeld()).isZero();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Speaker.CHAT, Speaker.RESPONSES, Speaker.MESSAGES)
                .flatMap(client ->
                        Stream.of(Speaker.values())
                                .map(upstream -> Arguments.of(client, upstream)));
    }

    /// A question about a file, as each dialect names one.
    private static ObjectNode about(Speaker client, String model, String id, boolean picture) {
        ObjectNode body = client.question(model, "What is this?", false);
        JsonNode said = body.path(client == Speaker.RESPONSES ? "input" : "messages").path(0);
        String part =
                switch (client) {
                    case CHAT -> "{\"type\":\"file\",\"file\":{\"file_id\":\"%s\"}}";
                    case RESPONSES ->
                            picture
                                    ? "{\"type\":\"input_image\",\"detail\":\"low\",\"file_id\":\"%s\"}"
                                    : "{\"type\":\"input_file\",\"file_id\":\"%s\"}";
                    case MESSAGES ->
                            "{\"type\":\"%s\",\"source\":{\"type\":\"file\",\"file_id\":\"%%s\"}}"
                                    .formatted(picture ? "image" : "document");
                    case GEMINI -> throw new IllegalArgumentException("names no files");
                };
        String text = client == Speaker.RESPONSES ? "input_text" : "text";
        String content =
                "[{\"type\":\"%s\",\"text\":\"What is this?\"},%s]"
                        .formatted(text, part.formatted(id));
        ((ObjectNode) said).set("content", Speaker.JSON.readTree(content));
        return body;
    }

    private static long inputOf(HttpResponse<String> answer) throws InterruptedException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(settled -> settled.requestId().equals(id));
        assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
        return call.usage().allInputTokens();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void everyUpstreamReadsTheFile(Speaker client, Speaker upstream) throws Exception {
        String model = "to-" + upstream.upstream();
        String id = gateway.files.keep("notes.pdf", TWO_PAGES);
        ObjectNode plain = client.question(model, "What is this?", false);
        String path = client.path(model, false);
        long without = inputOf(gateway.post(path, plain.toString()));
        long with = inputOf(gateway.post(path, about(client, model, id, false).toString()));
        assertThat(with - without).isBetween((long) TWO_PAGES_TOKENS, TWO_PAGES_TOKENS + 40L);
    }

    /// Chat has no place for a picture that is named by its id.
    static Stream<Arguments> pairsWithPictures() {
        return pairs().filter(pair -> pair.get()[0] != Speaker.CHAT);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairsWithPictures")
    void aPictureIsSeen(Speaker client, Speaker upstream) throws Exception {
        String model = "to-" + upstream.upstream();
        String id = gateway.files.keep("dot.png", PIXEL);
        ObjectNode plain = client.question(model, "What is this?", false);
        String path = client.path(model, false);
        long without = inputOf(gateway.post(path, plain.toString()));
        long with = inputOf(gateway.post(path, about(client, model, id, true).toString()));
        assertThat(with - without).isBetween(85L, 300L);
    }

    @Test
    void aFileThatIsNotKeptIsRefusedForNothing() throws Exception {
        int asked = upstreams.simulator.journal().calls().size();
        String id = "file-" + "0".repeat(26);
        for (Speaker client : List.of(Speaker.CHAT, Speaker.RESPONSES, Speaker.MESSAGES)) {
            HttpResponse<String> answer =
                    gateway.post(
                            client.path("to-chat", false),
                            about(client, "to-chat", id, false).toString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains(id).contains("not kept for this key");
        }
        assertThat(upstreams.simulator.journal().calls()).hasSize(asked);
    }

    @Test
    void aFileIsTakenOnlyWhereItsKindIs() throws Exception {
        String pdf = gateway.files.keep("notes.pdf", TWO_PAGES);
        String png = gateway.files.keep("dot.png", PIXEL);
        HttpResponse<String> document =
                gateway.post(
                        "/v1/messages",
                        about(Speaker.MESSAGES, "to-anthropic-messages", png, false).toString());
        assertThat(document.statusCode()).isEqualTo(400);
        assertThat(document.body()).contains("image/png").contains("a document is a PDF or text");
        HttpResponse<String> picture =
                gateway.post(
                        "/v1/responses",
                        about(Speaker.RESPONSES, "to-responses", pdf, true).toString());
        assertThat(picture.statusCode()).isEqualTo(400);
        assertThat(picture.body()).contains("application/pdf").contains("input[0].content[1]");
    }

    @Test
    void aTextFileIsADocumentOfText() throws Exception {
        String id = gateway.files.keep("notes.md", "# Notes\n".repeat(500));
        String model = "to-anthropic-messages";
        ObjectNode plain = Speaker.MESSAGES.question(model, "What is this?", false);
        long without = inputOf(gateway.post("/v1/messages", plain.toString()));
        long with =
                inputOf(
                        gateway.post(
                                "/v1/messages",
                                about(Speaker.MESSAGES, model, id, false).toString()));
        assertThat(with - without).isBetween(900L, 1_100L);
    }

    @Test
    void filesThatMakeARequestTooLargeAreNotRead() throws Exception {
        String id = gateway.files.keep("notes.pdf", TWO_PAGES + " ".repeat(25 << 20));
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/chat/completions",
                        about(Speaker.CHAT, "to-chat", id, false).toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
        assertThat(answer.body()).contains("request_too_large").contains("33554432");
    }

    /// The provider says what it makes of its own ids; where it is of another kind, it has none.
    @Test
    void idsOfProvidersAreLeftAlone() throws Exception {
        String id = "file-XjGxS3KTG0uNmNOK362iJua3";
        String own = about(Speaker.CHAT, "to-chat", id, false).toString();
        assertThat(gateway.post("/v1/chat/completions", own).statusCode()).isEqualTo(200);
        assertThat(upstreams.simulator.journal().last().requestBody()).contains(id);
        String other = about(Speaker.CHAT, "to-gemini", id, false).toString();
        HttpResponse<String> refused = gateway.post("/v1/chat/completions", other);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("messages[0].content[1].file");
    }
}
