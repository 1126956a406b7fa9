package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Small requests that make a provider count far more than their bytes never settle above what was
/// held for them, and a price that changes in mid-stream does not touch calls that had begun.
@Tag("slow")
class HoldBoundTest {

    private static Installation sluice;
    private static String key;

    @BeforeAll
    static void start() {
        sluice = Installation.start().withModels("null", "sim-chat");
        sluice.topUp("1000");
        key = sluice.key("k", "support", "staging");
    }

    @AfterAll
    static void stop() {
        try {
            sluice.assertBooksAreClean();
        } finally {
            sluice.close();
        }
    }

    private static String dataUri(String type, int bytes) {
        byte[] content = new byte[bytes];
        new Random(3).nextBytes(content);
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content);
    }

    @Test
    void aSmallPictureSettlesWithinItsHold() {
        JsonNode call =
                called(
                        """
                        {"model":"sim-chat","messages":[{"role":"user","content":[
                          {"type":"image_url","image_url":{"url":"%s"}}]}]}
                        """
                                .formatted(dataUri("image/png", 300)));
        assertThat(call.path("units").path("input_tokens").asLong()).isGreaterThan(300);
    }

    @Test
    void aSmallDocumentSettlesWithinItsHold() {
        JsonNode call =
                called(
                        """
                        {"model":"sim-chat","messages":[{"role":"user","content":[
                          {"type":"file","file":{"filename":"a.pdf","file_data":"%s"}}]}]}
                        """
                                .formatted(dataUri("application/pdf", 8 << 10)));
        assertThat(call.path("units").path("input_tokens").asLong()).isGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"web_search_options\":{}", "\"tools\":[{\"type\":\"web_search\"}]"})
    void aSearchToolSettlesWithinItsHold(String tool) {
        JsonNode call =
                called(
                        """
                        {"model":"sim-chat",%s,
                         "messages":[{"role":"user","content":"news"}]}
                        """
                                .formatted(tool));
        assertThat(call.path("units").path("input_tokens").asLong()).isGreaterThan(1_000);
    }

    @Test
    void aPriceChangeInMidStreamLeavesBegunCallsAlone() {
        sluice.admin(
                "POST",
                "/admin/v1/models",
                """
                {"name":"priced","targets":[{"upstream":"sim","model":"sim-mini"}],
                 "price":{"input_per_mtok":"1","output_per_mtok":"2"}}
                """);
        String body =
                """
                {"model":"priced","stream":true,"max_tokens":60,"messages":[
                  {"role":"user","content":"[[sim gap=25 tokens=40]] slowly"}]}
                """;
        var pending =
                sluice.http()
                        .sendAsync(
                                sluice.chatRequest(key, body).build(),
                                HttpResponse.BodyHandlers.ofString());
        sluice.simulator()
                .journal()
                .awaitThat(
                        "the stream has begun",
                        calls -> calls.stream().anyMatch(c -> c.open() && c.events() > 2),
                        java.time.Duration.ofSeconds(10));
        sluice.admin(
                "PATCH",
                "/admin/v1/models/priced",
                "{\"price\":{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"20\"}}");
        HttpResponse<String> begun = pending.join();
        JsonNode first = settled(begun);
        JsonNode second = settled(sluice.chat(key, Installation.chatBody("priced", "after", 60)));
        assertThat(cost(first)).isEqualByComparingTo(price(first, "1", "2"));
        assertThat(cost(second)).isEqualByComparingTo(price(second, "10", "20"));
        assertThat(first.path("price_version").asString())
                .isNotEqualTo(second.path("price_version").asString());
    }

    private static BigDecimal price(JsonNode call, String input, String output) {
        BigDecimal in = new BigDecimal(call.path("units").path("input_tokens").asString("0"));
        BigDecimal out = new BigDecimal(call.path("units").path("output_tokens").asString("0"));
        return in.multiply(new BigDecimal(input))
                .add(out.multiply(new BigDecimal(output)))
                .movePointLeft(6);
    }

    /// The settled record of a call that must succeed within its hold, with nothing absorbed.
    private static JsonNode called(String body) {
        HttpResponse<String> answer = sluice.chat(key, body);
        JsonNode call = settled(answer);
        BigDecimal held = new BigDecimal(call.path("hold_usd").asString());
        assertThat(cost(call)).isPositive().isLessThanOrEqualTo(held);
        assertThat(sluice.admin("GET", "/admin/v1/ledger/verify", null).path("ok").asBoolean())
                .isTrue();
        return call;
    }

    private static BigDecimal cost(JsonNode call) {
        return new BigDecimal(call.path("cost_usd").asString());
    }

    private static JsonNode settled(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return sluice.await(
                "/admin/v1/requests/" + answer.headers().firstValue("x-request-id").orElseThrow(),
                call -> call.path("state").asString().equals("settled"));
    }
}
