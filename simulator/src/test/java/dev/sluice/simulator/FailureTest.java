package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.CHAT;
import static dev.sluice.simulator.SimClient.chat;
import static dev.sluice.simulator.SimClient.chunks;
import static dev.sluice.simulator.SimClient.content;
import static dev.sluice.simulator.SimClient.events;
import static dev.sluice.simulator.SimClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Every failure does what it says, and the journal knows.
class FailureTest extends SimulatorCase {

    private static final String STREAM = "\"stream\":true";

    private HttpResponse<String> ask(String directives, String fields) {
        return client.post(CHAT, chat("sim-chat", "Hi [[sim " + directives + "]]", fields));
    }

    private RawCall.Received raw(String directives, String fields) throws IOException {
        String body = chat("sim-chat", "Hi [[sim " + directives + "]]", fields);
        try (RawCall call = new RawCall(simulator, body)) {
            return call.toTheEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request_error,",
        "401,invalid_request_error,invalid_api_key",
        "408,invalid_request_error,",
        "429,requests,rate_limit_exceeded",
        "500,server_error,",
        "503,server_error,",
        "529,server_error,"
    })
    void statusComesWithTheProvidersErrorBody(int status, String type, String code) {
        HttpResponse<String> response =
                ask("status=" + status + " retry_after=2 retry_after_ms=1500", "");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("retry-after")).contains("2");
        assertThat(response.headers().firstValue("retry-after-ms")).contains("1500");
        assertThat(json(response).at("/error/type").asString()).isEqualTo(type);
        assertThat(json(response).at("/error/code").asString(null)).isEqualTo(code);
        assertThat(journaled().planned().total()).isZero();
        assertThat(journaled().status()).isEqualTo(status);
    }

    @Test
    void errorsCanSayAnything() {
        HttpResponse<String> response =
                ask(
                        "status=429 code=insufficient_quota message=\"no money left\""
                                + " should_retry=false",
                        "");
        assertThat(json(response).at("/error/code").asString()).isEqualTo("insufficient_quota");
        assertThat(json(response).at("/error/type").asString()).isEqualTo("insufficient_quota");
        assertThat(json(response).at("/error/message").asString()).isEqualTo("no money left");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void theModelsNameCarriesDirectivesToo() {
        HttpResponse<String> failed = client.post(CHAT, chat("sim-chat+status=503", "x", ""));
        assertThat(failed.statusCode()).isEqualTo(503);
        HttpResponse<String> fine = client.post(CHAT, chat("sim-chat+tokens=5+delay=1", "x", ""));
        assertThat(json(fine).get("model").asString()).isEqualTo("sim-chat");
        assertThat(json(fine).at("/usage/completion_tokens").intValue()).isEqualTo(5);
        assertThat(journaled().model()).isEqualTo("sim-chat");
        assertThat(journaled().directives()).isEqualTo("delay=1 tokens=5");
    }

    @Test
    void aDirectiveThatDoesNotExistIsRefused() {
        HttpResponse<String> response = ask("statsu=503", "");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/message").asString()).contains("statsu");
        assertThat(ask("status=soon", "").statusCode()).isEqualTo(400);
        assertThat(ask("usage=odd", "").statusCode()).isEqualTo(400);
        assertThat(ask("body=odd", "").statusCode()).isEqualTo(400);
    }

    @Test
    void delaysComeWhereTheyWereAskedFor() throws IOException {
        long start = System.nanoTime();
        ask("delay=150", "");
        assertThat(millisecondsSince(start)).isGreaterThanOrEqualTo(150);
        start = System.nanoTime();
        try (RawCall call =
                new RawCall(simulator, chat("sim-chat", "x [[sim ttfb=300]]", STREAM))) {
            call.until(1_000_000, "\r\n\r\n");
            assertThat(millisecondsSince(start)).isLessThan(250);
            call.until(1_000_000, "data:");
            assertThat(millisecondsSince(start)).isGreaterThanOrEqualTo(300);
        }
        start = System.nanoTime();
        String stream = ask("gap=20 tokens=10", STREAM).body();
        assertThat(millisecondsSince(start))
                .isGreaterThanOrEqualTo(20L * (events(stream).size() - 1));
    }

    private static long millisecondsSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Test
    void aStallWaitsAndGoesOn() {
        long start = System.nanoTime();
        String stream = ask("stall_at=3 stall=200", STREAM).body();
        assertThat(millisecondsSince(start)).isGreaterThanOrEqualTo(200);
        assertThat(events(stream)).last().isEqualTo("[DONE]");
        assertThat(journaled().outcome()).isEqualTo(Outcome.FINISHED);
    }

    @ParameterizedTest
    @CsvSource({"fin,false", "rst,true"})
    void aCutComesAfterThatManyEvents(String how, boolean reset) throws IOException {
        RawCall.Received received = raw("cut_at=5 cut=" + how, STREAM);
        assertThat(received.reset()).isEqualTo(reset);
        assertThat(events(received.text())).hasSize(5);
        assertThat(received.text()).doesNotContain("[DONE]").doesNotEndWith("0\r\n\r\n");
        Call call = journaled();
        assertThat(call.outcome()).isEqualTo(Outcome.CUT);
        assertThat(call.events()).isEqualTo(5);
        // the role event has no tokens, the other four one each
        assertThat(call.produced().completion()).isEqualTo(4);
        assertThat(call.planned().completion()).isGreaterThan(4);
    }

    @Test
    void aCutBeforeTheFirstEventLeavesTheHeaders() throws IOException {
        RawCall.Received received = raw("cut_at=0", STREAM);
        assertThat(received.head()).startsWith("HTTP/1.1 200");
        assertThat(received.body()).isEmpty();
        assertThat(journaled().produced().completion()).isZero();
        assertThat(journaled().produced().prompt()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STREAM})
    void aCutAtAByteIsExact(String fields) throws IOException {
        raw("cut_byte=200", fields);
        assertThat(journaled().bytes()).isEqualTo(200);
        assertThat(journaled().outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void aPlainAnswerIsCutInHalf() throws IOException {
        RawCall.Received received = raw("cut_at=1", "");
        int announced =
                Integer.parseInt(
                        received.head().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        assertThat(received.body().getBytes(StandardCharsets.UTF_8)).hasSize(announced / 2);
    }

    @ParameterizedTest
    @CsvSource({"fin,false", "rst,true"})
    void aDropAnswersNothing(String how, boolean reset) throws IOException {
        RawCall.Received received = raw("drop=" + how, "");
        assertThat(received.text()).isEmpty();
        assertThat(received.reset()).isEqualTo(reset);
        assertThat(journaled().outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void anEventCanBeBrokenJson() {
        List<String> events = events(ask("malformed_at=3", STREAM).body());
        assertThat(events.get(3)).startsWith("{").doesNotEndWith("}");
        assertThat(events.get(4)).endsWith("}");
        assertThat(events).last().isEqualTo("[DONE]");
        assertThat(ask("malformed_at=0", "").body()).startsWith("{").doesNotEndWith("}");
    }

    @Test
    void aStreamCanFailInTheMiddle() {
        List<String> events = events(ask("error_at=4 code=overloaded", STREAM).body());
        assertThat(events).hasSize(5);
        assertThat(events.getLast()).startsWith("{\"error\":").contains("overloaded");
        assertThat(journaled().produced().completion()).isEqualTo(3);
        assertThat(journaled().outcome()).isEqualTo(Outcome.FINISHED);
    }

    @Test
    void anEventCanBeHuge() {
        String stream = ask("huge_at=2 huge=300000", STREAM).body();
        assertThat(events(stream).get(2)).hasSizeGreaterThan(300_000);
        assertThat(chunks(stream).get(2).get("padding").asString()).hasSize(300_000);
        assertThat(json(ask("huge=1000", "")).get("padding").asString()).hasSize(1_000);
    }

    @Test
    void anEndlessStreamIgnoresTheLimitAndStopsWithItsClient() throws IOException {
        String body = chat("sim-chat", "x [[sim endless]]", STREAM + ",\"max_tokens\":5");
        try (InputStream in = client.open(CHAT, body).body()) {
            assertThat(in.readNBytes(400_000)).hasSize(400_000);
        }
        Call call = journaled();
        assertThat(call.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(call.produced().completion()).isGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "split=1",
                "split=77 crlf",
                "split=3 bom comments=2 sse_ids",
                "trickle=7",
                "trickle=500 crlf",
                "crlf bom"
            })
    void framingChangesNothingThatIsSaid(String directives) {
        String ordinary = ask("chunk=4 tokens=30", STREAM).body();
        String odd =
                ask(directives + " chunk=4 tokens=30 text=\"" + content(ordinary, 0) + "\"", STREAM)
                        .body();
        assertThat(content(odd, 0)).isEqualTo(content(ordinary, 0));
        assertThat(odd.contains("\r\n")).isEqualTo(directives.contains("crlf"));
        assertThat(odd.startsWith("\uFEFF")).isEqualTo(directives.contains("bom"));
        assertThat(odd.contains(": keep-alive")).isEqualTo(directives.contains("comments"));
        assertThat(odd.contains("retry: 1000")).isEqualTo(directives.contains("sse_ids"));
        assertThat(journaled().bytes()).isEqualTo(odd.getBytes(StandardCharsets.UTF_8).length);
        assertThat(journaled().outcome()).isEqualTo(Outcome.FINISHED);
    }

    @Test
    void splitsFallAnywhere() throws IOException {
        String body = raw("split=1 close", STREAM).body();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<Integer> sizes = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            String line = new String(bytes, at, 4, StandardCharsets.ISO_8859_1).split("\r", 2)[0];
            sizes.add(Integer.parseInt(line, 16));
            at += line.length() + 2 + sizes.getLast() + 2;
        }
        assertThat(sizes).hasSizeGreaterThan(100).allMatch(size -> size <= 48);
        assertThat(sizes.stream().distinct().count()).isGreaterThan(30);
    }

    @Test
    void aPlainAnswerTricklesToo() {
        JsonNode answer = json(ask("trickle=50", ""));
        assertThat(answer.at("/choices/0/message/content").asString()).isNotEmpty();
        assertThat(json(ask("split=5", "")).get("object").asString()).isEqualTo("chat.completion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STREAM})
    void gzipIsSentWhetherAcceptedOrNot(String fields) throws IOException {
        HttpResponse<InputStream> response =
                client.open(CHAT, chat("sim-chat", "x [[sim gzip]]", fields));
        assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
        try (InputStream in = new GZIPInputStream(response.body())) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("chat.completion");
        }
    }

    @Test
    void bodiesCanBeAnythingBehindA200() {
        assertThat(ask("body=empty", "").body()).isEmpty();
        HttpResponse<String> html = ask("body=html content_type=text/html", STREAM);
        assertThat(html.statusCode()).isEqualTo(200);
        assertThat(html.body()).startsWith("<!doctype html>");
        assertThat(html.headers().firstValue("content-type")).contains("text/html");
        assertThat(ask("body=null", "").body()).isEqualTo("null");
        assertThat(ask("content_type=text/plain", STREAM).headers().firstValue("content-type"))
                .contains("text/plain");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, -10})
    void theLengthCanBeWrong(int wrong) throws IOException {
        RawCall.Received received = raw("length=" + wrong, "");
        int announced =
                Integer.parseInt(
                        received.head().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        assertThat(received.body().getBytes(StandardCharsets.UTF_8)).hasSize(announced - wrong);
    }

    @Test
    void redirectsSayWhereTo() {
        HttpResponse<String> response = ask("status=302 location=http://127.0.0.1:1/", "");
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.headers().firstValue("location")).contains("http://127.0.0.1:1/");
    }

    @Test
    void refusalsAndFinishReasons() {
        JsonNode refused = json(ask("refusal", ""));
        assertThat(refused.at("/choices/0/message/refusal").asString()).isNotEmpty();
        assertThat(refused.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(json(ask("finish=content_filter", "")).at("/choices/0/finish_reason").asString())
                .isEqualTo("content_filter");
    }

    @Test
    void oddStreamsAsProvidersMakeThem() {
        List<JsonNode> emptyFirst = chunks(ask("empty_first", STREAM).body());
        assertThat(emptyFirst.getFirst().get("choices")).isEmpty();
        List<JsonNode> noRole = chunks(ask("no_role", STREAM).body());
        assertThat(noRole).noneMatch(chunk -> chunk.at("/choices/0/delta").has("role"));
        assertThat(ask("no_done", STREAM).body()).doesNotContain("[DONE]");
        assertThat(ask("no_finish", STREAM).body()).doesNotContain("\"stop\"");
        String thinking = ask("reasoning_content reasoning=20", STREAM).body();
        assertThat(thinking).contains("reasoning_content");
        assertThat(journaled().produced().reasoning()).isEqualTo(20);
        assertThat(
                        json(ask("ignore_max tokens=30", "\"max_tokens\":5"))
                                .at("/usage/completion_tokens")
                                .intValue())
                .isEqualTo(30);
    }

    @Test
    void theConnectionCanBeClosedAfterwards() throws IOException {
        RawCall.Received received = raw("close", STREAM);
        assertThat(received.text()).endsWith("0\r\n\r\n");
        assertThat(journaled().outcome()).isEqualTo(Outcome.FINISHED);
    }
}
