package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.simulator.journal.Call;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/v1/images/…` in front of a provider whose one model is paid by tokens, the other by the
/// picture.
class ImagesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] PICTURE = {1, 2, 13, 10, 45, 45, 0, -1};

    @RegisterExtension private static final GatewayFixture gateway = new GatewayFixture();

    private static HttpResponse<String> generate(String fields) throws Exception {
        return gateway.post("/v1/images/generations", "{" + fields + "}");
    }

    private static HttpResponse<String> send(String path, MultipartBody form) throws Exception {
        return send(form.to(gateway.request(path, "")));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return gateway.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static MultipartBody edit() {
        return new MultipartBody()
                .file("image[]", "a%22b.png", "image/png", PICTURE)
                .file("image[]", "c.png", "image/png", PICTURE)
                .field("prompt", "A boat, grün")
                .field("model", "sim-image");
    }

    /// The row of a call that was answered, checked against what the provider truly did.
    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        assertThat(answer.statusCode()).as(String.valueOf(answer.body())).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        Call oracle = gateway.simulator.journal().last();
        assertThat(call.usage()).isEqualTo(CallTest.billed(oracle));
        assertThat(call.estimated()).isFalse();
        assertThat(call.endpoint()).isEqualTo("images");
        assertThat(CallTest.sum(call).compareTo(CallTest.held(call))).isLessThanOrEqualTo(0);
        return call;
    }

    @Test
    void picturesOfTokensAreChargedByWhatTheProviderReports() throws Exception {
        HttpResponse<String> answer =
                generate(
                        "\"model\":\"sim-image\",\"prompt\":\"A"
                                + " boat\",\"n\":2,\"quality\":\"low\"");
        CallRecord call = settled(answer);
        assertThat(JSON.readTree(answer.body()).path("data").size()).isEqualTo(2);
        assertThat(call.usage().count(MeterKind.IMAGE_OUTPUT)).isEqualTo(2 * 272);
        assertThat(call.usage().count(MeterKind.IMAGES)).isEqualTo(2);
        // 544 at 40 for a million, two words at 5
        assertThat(CallTest.sum(call)).hasToString("0.02177");
        assertThat(answer.headers().firstValue("x-sluice-cost-usd")).contains("0.02177");
    }

    @ParameterizedTest
    @CsvSource({
        "standard, 1024x1024, 1, 0.04",
        "hd, 1024x1024, 3, 0.24",
        "hd, 1024x1792, 2, 0.24",
        "auto, auto, 1, 0.04"
    })
    void picturesOfAPriceEachAreChargedByQualityAndSize(
            String quality, String size, int n, String cost) throws Exception {
        HttpResponse<String> answer =
                generate(
                        "\"model\":\"sim-picture\",\"prompt\":\"x\",\"quality\":\"%s\",\"size\":\"%s\",\"n\":%d"
                                .formatted(quality, size, n));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.usage().count(MeterKind.IMAGES)).isEqualTo(n);
        assertThat(call.estimated()).isFalse();
        if (!quality.equals("auto")) {
            assertThat(CallTest.sum(call)).hasToString(cost);
        }
        // what the request leaves open is held, and charged, at the dearest it may be
        assertThat(CallTest.sum(call).compareTo(CallTest.held(call))).isLessThanOrEqualTo(0);
    }

    @Test
    void aStreamShowsPreviewsAndIsChargedByItsLastEvent() throws Exception {
        HttpResponse<String> answer =
                generate(
                        "\"model\":\"sim-image\",\"prompt\":\"A"
                                + " boat\",\"stream\":true,\"partial_images\":2");
        CallRecord call = settled(answer);
        List<String> types =
                Stream.of(answer.body().split("\n", -1))
                        .filter(line -> line.startsWith("event: "))
                        .toList();
        assertThat(types)
                .containsExactly(
                        "event: image_generation.partial_image",
                        "event: image_generation.partial_image",
                        "event: image_generation.completed");
        assertThat(call.usage().count(MeterKind.IMAGE_OUTPUT)).isEqualTo(200 + 1_056);
    }

    @Test
    void aStreamThatBreaksEndsWithAnErrorAndIsEstimated() throws Exception {
        HttpResponse<String> answer =
                generate(
                        "\"model\":\"sim-image\",\"prompt\":\"[[sim error_at=1]] A"
                                + " boat\",\"stream\":true,\"partial_images\":2");
        assertThat(answer.body()).contains("\"error\"").doesNotContain("completed");
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.estimated()).isTrue();
    }

    @Test
    void editsAreSentOnAsTheyCameWithTheirModelBehindTheFiles() throws Exception {
        HttpResponse<String> answer = send("/v1/images/edits", edit().field("seed_phrase", "kept"));
        CallRecord call = settled(answer);
        assertThat(call.usage().count(MeterKind.IMAGE_INPUT)).isPositive();
        String sent = gateway.simulator.journal().last().requestBody();
        assertThat(sent)
                .contains("name=\"image[]\"; filename=\"a%22b.png\"")
                .contains("name=\"prompt\"\r\n\r\nA boat, grün")
                .contains("name=\"seed_phrase\"\r\n\r\nkept");
    }

    @Test
    void anEditInJsonNamesItsPictures() throws Exception {
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/images/edits",
                        "{\"model\":\"sim-image\",\"prompt\":\"x\",\"images\":[{\"file_id\":\"file_1\"}]}");
        assertThat(settled(answer).usage().count(MeterKind.IMAGE_INPUT)).isPositive();
    }

    @Test
    void aVariationNeedsNoText() throws Exception {
        HttpResponse<String> answer =
                send(
                        "/v1/images/variations",
                        new MultipartBody()
                                .file("image", "a.png", "image/png", PICTURE)
                                .field("n", "2")
                                .field("model", "sim-picture"));
        assertThat(settled(answer).usage())
                .isEqualTo(Usage.of(MeterKind.IMAGES, 2).plus(Usage.of(MeterKind.REQUESTS, 1)));
    }

    @Test
    void whatAPictureIsForIsKeptAsATag() throws Exception {
        String body = "{\"model\":\"sim-picture\",\"prompt\":\"x\"}";
        HttpRequest.Builder request = gateway.request("/v1/images/generations", body);
        HttpResponse<String> draft = send(request.header("x-sluice-operation", "draft"));
        String id = draft.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(Objects.requireNonNull(call.attribution()).tags())
                .containsEntry("operation", "draft");
        HttpResponse<String> other =
                send(
                        gateway.request("/v1/images/generations", body)
                                .header("x-sluice-operation", "sketch"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(other.body()).at("/error/param").stringValue())
                .isEqualTo("x-sluice-operation");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"model\":\"sim-image\"', prompt",
        "'\"prompt\":\"x\"', model",
        "'\"model\":\"sim-image\",\"prompt\":\"x\",\"n\":11', n",
        "'\"model\":\"sim-image\",\"prompt\":\"x\",\"n\":\"2\"', n",
        "'\"model\":\"sim-image\",\"prompt\":[\"x\"]', prompt",
        "'\"model\":\"sim-image\",\"prompt\":\"x\",\"stream\":1', stream"
    })
    void aBadRequestNamesItsField(String fields, String param) throws Exception {
        HttpResponse<String> answer = generate(fields);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("param").stringValue()).isEqualTo(param);
        assertThat(error.path("code").stringValue()).isEqualTo("invalid_request");
    }

    @Test
    void aFormHasItsLimitsAndItsEnd() throws Exception {
        MultipartBody many = edit();
        for (int i = 0; i < Limits.DEFAULT.formParts(); i++) {
            many.field("f" + i, "x");
        }
        HttpResponse<String> tooMany = send("/v1/images/edits", many);
        assertThat(tooMany.statusCode()).isEqualTo(400);
        assertThat(tooMany.body()).contains("more than 64 parts");
        HttpResponse<String> cut = send(edit().cutTo(gateway.request("/v1/images/edits", ""), 40));
        assertThat(cut.statusCode()).isEqualTo(400);
        assertThat(cut.body()).contains("ends before its last boundary");
        HttpResponse<String> none =
                send(
                        gateway.request("/v1/images/edits", "x")
                                .setHeader("content-type", "multipart/form-data"));
        assertThat(none.statusCode()).as(none.body()).isEqualTo(400);
        HttpResponse<String> form = send("/v1/images/generations", edit());
        assertThat(form.statusCode()).isEqualTo(415);
        HttpResponse<String> json = gateway.post("/v1/images/variations", "{}");
        assertThat(json.statusCode()).isEqualTo(415);
        assertThat(json.body()).contains("multipart/form-data");
    }

    @Test
    void whatTheProviderRefusesIsPassedOn() throws Exception {
        HttpResponse<String> answer =
                generate("\"model\":\"sim-image\",\"prompt\":\"x\",\"size\":\"7x7\"");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("upstream_rejected").contains("7x7");
    }
}
