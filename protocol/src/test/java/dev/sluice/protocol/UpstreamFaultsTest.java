package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.FaultCode;
import dev.sluice.protocol.UpstreamFaults.Classified;
import dev.sluice.protocol.UpstreamFaults.Retry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamFaultsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String BODY =
            "{\"error\":{\"message\":\"Bad 'x'.\",\"type\":\"invalid_request_error\","
                    + "\"code\":\"bad_x\",\"param\":\"x\"}}";

    private static Classified decode(int status, String body) {
        return UpstreamFaults.decode(
                status, name -> null, body.getBytes(StandardCharsets.UTF_8), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "400, UPSTREAM_REJECTED, 400, NEVER",
        "404, UPSTREAM_REJECTED, 404, NEVER",
        "413, UPSTREAM_REJECTED, 413, NEVER",
        "422, UPSTREAM_REJECTED, 422, NEVER",
        "401, UPSTREAM_ERROR, 502, OTHER_TARGET",
        "402, UPSTREAM_ERROR, 502, OTHER_TARGET",
        "403, UPSTREAM_ERROR, 502, OTHER_TARGET",
        "405, UPSTREAM_ERROR, 502, OTHER_TARGET",
        "302, UPSTREAM_ERROR, 502, OTHER_TARGET",
        "408, UPSTREAM_ERROR, 502, SAME_TARGET",
        "409, UPSTREAM_ERROR, 502, SAME_TARGET",
        "429, UPSTREAM_RATE_LIMITED, 429, SAME_TARGET",
        "500, UPSTREAM_ERROR, 502, SAME_TARGET",
        "502, UPSTREAM_ERROR, 502, SAME_TARGET",
        "503, UPSTREAM_ERROR, 502, SAME_TARGET",
        "504, UPSTREAM_ERROR, 502, SAME_TARGET",
        "529, UPSTREAM_ERROR, 502, SAME_TARGET"
    })
    void classifiesByStatus(int status, FaultCode code, int answered, Retry retry) {
        for (String body : new String[] {BODY, "", "<html>", "{", "[]", "{\"error\":null}"}) {
            Classified told = decode(status, body);
            assertThat(told.fault().code()).isEqualTo(code);
            assertThat(told.fault().status()).isEqualTo(answered);
            assertThat(told.retry()).isEqualTo(retry);
            assertThat(told.fault().detail("upstream_status")).contains((long) status);
            assertThat(told.fault().message()).isNotBlank();
        }
    }

    @Test
    void aRefusalPassesTheProvidersWordsOn() {
        Classified told = decode(400, BODY);
        assertThat(told.fault().message()).isEqualTo("Bad 'x'.");
        assertThat(told.fault().param()).isEqualTo("x");
        assertThat(told.fault().detail("upstream_code")).contains("bad_x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"plain\"}",
                "[{\"error\":{\"code\":400,\"message\":\"plain\","
                        + "\"status\":\"INVALID_ARGUMENT\"}}]",
                "{\"message\":\"plain\"}",
                "{\"detail\":\"plain\"}",
                "{\"x\":{\"message\":\"no\"},\"error\":{\"y\":[1],\"message\":\"plain\"}}"
            })
    void readsOtherProvidersForms(String body) {
        assertThat(decode(400, body).fault().message()).isEqualTo("plain");
    }

    /// One provider says so under a plain 400, in words alone.
    @Test
    void anEmptyAccountIsNoFaultOfTheRequest() {
        Classified told =
                decode(
                        400,
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                                + "\"Your credit balance is too low to access the API.\"}}");
        assertThat(told.fault().code()).isEqualTo(FaultCode.UPSTREAM_ERROR);
        assertThat(told.fault().message()).doesNotContain("credit");
        assertThat(told.retry()).isEqualTo(Retry.OTHER_TARGET);
    }

    @Test
    void accountTroubleIsNeverToldToTheClient() {
        for (int status : new int[] {401, 402, 403}) {
            Classified told =
                    decode(
                            status,
                            "{\"error\":" + "{\"message\":\"Wrong API key: sk-abcdef12345\"}}");
            assertThat(told.fault().message()).doesNotContain("key", "sk-");
            assertThat(told.providerMessage()).contains("Wrong API key: sk-***");
        }
    }

    @Test
    void anEmptyAccountIsNotARateLimit() {
        Classified told =
                decode(
                        429,
                        "{\"error\":{\"message\":\"quota\",\"type\":\"insufficient_quota\","
                                + "\"code\":\"insufficient_quota\"}}");
        assertThat(told.fault().code()).isEqualTo(FaultCode.UPSTREAM_ERROR);
        assertThat(told.retry()).isEqualTo(Retry.OTHER_TARGET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    3 | - | PT3S
                    0 | - | PT0S
                    1.2 | - | PT1.2S
                    7 | 250 | PT0.25S
                    - | 12.5 | PT0.013S
                    Mon, 23 Nov 2026 12:01:30 GMT | - | PT1M30S
                    Mon, 23 Nov 2026 11:00:00 GMT | - | PT0S
                    999999999 | - | PT24H
                    -5 | - | -
                    soon | - | -
                    99999999999999999999999999 | - | -
                    - | x | -
                    - | - | -
                    """)
    void readsRetryAfterInEveryForm(
            @Nullable String after, @Nullable String millis, @Nullable String wait) {
        Map<String, String> headers = new java.util.HashMap<>();
        if (after != null) {
            headers.put("retry-after", after);
        }
        if (millis != null) {
            headers.put("retry-after-ms", millis);
        }
        Classified told = UpstreamFaults.decode(429, name -> headers.get(name), new byte[0], NOW);
        assertThat(told.fault().retryAfter()).isEqualTo(wait == null ? null : Duration.parse(wait));
    }

    @Test
    void aProviderThatSaysNotToRetryIsBelievedForItsRateLimitAlone() {
        Map<String, String> headers = Map.of("x-should-retry", "false");
        assertThat(shouldRetry(429, headers)).isFalse();
        assertThat(shouldRetry(429, Map.of("x-should-retry", "true"))).isNull();
        assertThat(shouldRetry(429, Map.of())).isNull();
        assertThat(shouldRetry(503, headers)).isNull();
    }

    private static @Nullable Boolean shouldRetry(int status, Map<String, String> headers) {
        return UpstreamFaults.decode(status, name -> headers.get(name), new byte[0], NOW)
                .fault()
                .shouldRetry();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    key sk-proj-abc_DEF123 is wrong | key sk-*** is wrong
                    Bearer abc.def-123456 | ***
                    AIzaSyA1234567890abcdef bad | *** bad
                    see https://x/?key=abc123&a=1 | see https://x/?key=***&a=1
                    token eyJhbGciOi12345.payload.sig end | token *** end
                    id 0123456789abcdef0123456789abcdef01234567 | id ***
                    task-force risk-free max_tokens | task-force risk-free max_tokens
                    """)
    void hidesWhatLooksLikeACredential(String text, String shown) {
        assertThat(UpstreamFaults.mask(text)).isEqualTo(shown);
    }

    @Test
    void messagesAreBoundedAndClean() {
        String masked = UpstreamFaults.mask("a b".repeat(1_000_000));
        assertThat(masked).hasSize(UpstreamFaults.MAX_MESSAGE + 1).endsWith("…");
        assertThat(UpstreamFaults.mask("a\u0000b\u001b[31m\ud800")).isEqualTo("a b [31m?");
        assertThat(
                        decode(400, "{\"error\":{\"message\":\"" + "x".repeat(100_000) + "\"}}")
                                .fault()
                                .message())
                .isEqualTo("The upstream refused the request (HTTP 400).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"error":{"message":"m","code":429}} | UPSTREAM_RATE_LIMITED | SAME_TARGET
                    {"error":{"message":"m","code":"503"}} | UPSTREAM_ERROR | SAME_TARGET
                    {"error":{"type":"rate_limit_exceeded"}} | UPSTREAM_RATE_LIMITED | SAME_TARGET
                    {"error":{"type":"invalid_request_error"}} | UPSTREAM_REJECTED | NEVER
                    {"error":{"code":"context_length_exceeded"}} | UPSTREAM_REJECTED | NEVER
                    {"error":{"code":"insufficient_quota"}} | UPSTREAM_ERROR | OTHER_TARGET
                    {"error":{"message":"m","type":"server_error"}} | UPSTREAM_ERROR | SAME_TARGET
                    {"error":"m"} | UPSTREAM_ERROR | SAME_TARGET
                    nonsense | UPSTREAM_ERROR | SAME_TARGET
                    """)
    void classifiesErrorsInsideStreams(String data, FaultCode code, Retry retry) {
        byte[] bytes = ("xx" + data + "yy").getBytes(StandardCharsets.UTF_8);
        Classified told = UpstreamFaults.inStream(bytes, 2, bytes.length - 4);
        assertThat(told.fault().code()).isEqualTo(code);
        assertThat(told.retry()).isEqualTo(retry);
    }
}
