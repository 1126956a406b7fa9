package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class FaultsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyCodeInEveryEnvelope(Dialect dialect) {
        StringBuilder all = new StringBuilder();
        for (FaultCode code : FaultCode.values()) {
            Fault fault = Fault.of(code, "What to do next.");
            all.append(text(Faults.body(dialect, fault, "req_1"))).append('\n');
        }
        for (int status : new int[] {400, 404, 413, 422}) {
            Fault fault = Fault.of(FaultCode.UPSTREAM_REJECTED, "No.").withStatus(status);
            all.append(text(Faults.body(dialect, fault, "req_1"))).append('\n');
        }
        all.append(text(Faults.body(dialect, detailed(), "req_1"))).append('\n');
        all.append(text(Faults.event(dialect, detailed(), "req_1")));
        Golden.check("faults/" + dialect.name().toLowerCase(Locale.ROOT) + ".txt", all.toString());
    }

    private static Fault detailed() {
        Map<String, Object> scope = new LinkedHashMap<>();
        scope.put("environment", "staging");
        return Fault.of(FaultCode.QUOTA_EXCEEDED, "Over the \"limit\"\nof the day.")
                .withParam("messages[0].content")
                .withRetryAfter(Duration.ofMillis(1500))
                .withShouldRetry(true)
                .withDetail("rule", "staging-day")
                .withDetail("scope", scope)
                .withDetail("limit", new BigDecimal("5.00"))
                .withDetail("used", 3L)
                .withDetail("resets_at", null)
                .withDetail("list", List.of("a", 1, true))
                .withDetail("request_id", "forged");
    }

    /// Written out once more by hand from the contract, so that the golden files cannot drift.
    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, invalid_request_error, invalid_request_error, INVALID_ARGUMENT",
        "INVALID_API_KEY, authentication_error, authentication_error, UNAUTHENTICATED",
        "INSUFFICIENT_BALANCE, insufficient_quota, billing_error, FAILED_PRECONDITION",
        "POLICY_DENIED, permission_error, permission_error, PERMISSION_DENIED",
        "MODEL_NOT_FOUND, invalid_request_error, not_found_error, NOT_FOUND",
        "REQUEST_TIMEOUT, invalid_request_error, invalid_request_error, DEADLINE_EXCEEDED",
        "IDEMPOTENCY_CONFLICT, invalid_request_error, invalid_request_error, ABORTED",
        "REQUEST_TOO_LARGE, invalid_request_error, request_too_large, INVALID_ARGUMENT",
        "MODEL_NOT_PRICED, invalid_request_error, invalid_request_error, INVALID_ARGUMENT",
        "RATE_LIMIT_EXCEEDED, rate_limit_error, rate_limit_error, RESOURCE_EXHAUSTED",
        "QUOTA_EXCEEDED, insufficient_quota, rate_limit_error, RESOURCE_EXHAUSTED",
        "INTERNAL_ERROR, server_error, api_error, INTERNAL",
        "UPSTREAM_ERROR, server_error, api_error, UNAVAILABLE",
        "OVERLOADED, server_error, overloaded_error, UNAVAILABLE",
        "UPSTREAM_TIMEOUT, server_error, timeout_error, DEADLINE_EXCEEDED"
    })
    void typesFollowTheContract(FaultCode code, String openai, String anthropic, String gemini) {
        Fault fault = Fault.of(code, "m");
        JsonNode a = JSON.readTree(Faults.body(Dialect.OPENAI, fault, "req_1")).get("error");
        assertThat(a.get("type").stringValue()).isEqualTo(openai);
        assertThat(a.get("code").stringValue()).isEqualTo(code.wireName());
        assertThat(a.get("param").isNull()).isTrue();
        assertThat(a.get("sluice").get("request_id").stringValue()).isEqualTo("req_1");
        JsonNode b = JSON.readTree(Faults.body(Dialect.ANTHROPIC, fault, "req_1"));
        assertThat(b.get("type").stringValue()).isEqualTo("error");
        assertThat(b.get("request_id").stringValue()).isEqualTo("req_1");
        assertThat(b.get("error").get("type").stringValue()).isEqualTo(anthropic);
        assertThat(b.get("error").get("sluice").get("code").stringValue())
                .isEqualTo(code.wireName());
        JsonNode c = JSON.readTree(Faults.body(Dialect.GEMINI, fault, "req_1")).get("error");
        assertThat(c.get("code").intValue()).isEqualTo(code.httpStatus());
        assertThat(c.get("status").stringValue()).isEqualTo(gemini);
        assertThat(c.get("sluice").get("code").stringValue()).isEqualTo(code.wireName());
    }

    /// Where the path tells nothing, headers that all clients of a dialect send do.
    @ParameterizedTest
    @CsvSource({
        "/v1/files, anthropic-version, ANTHROPIC",
        "/v1/models/none, anthropic-version, ANTHROPIC",
        "/v1/messages/batches, authorization, ANTHROPIC",
        "/upload/v1beta/files, x-goog-api-key, GEMINI",
        "/v1beta/files, authorization, GEMINI",
        "/v1/files, authorization, OPENAI",
        "/v1/responses, anthropic-version, OPENAI_RESPONSES"
    })
    void whoseClientAsks(String path, String header, Dialect dialect) {
        assertThat(Dialect.of(path, header::equals)).isEqualTo(dialect);
    }

    @Test
    void headersSayWhenToComeBack() {
        assertThat(Faults.headers(detailed()))
                .containsEntry("retry-after", "2")
                .containsEntry("retry-after-ms", "1500")
                .containsEntry("x-should-retry", "true");
        assertThat(Faults.headers(Fault.of(FaultCode.NOT_FOUND, "m"))).isEmpty();
    }

    /// Gemini's own agent would try for minutes.
    @Test
    void whoSpeaksGeminiIsToldHowLongAQuotaStaysSpent() {
        Fault spent = Fault.of(FaultCode.QUOTA_EXCEEDED, "m").withShouldRetry(false);
        assertThat(retryDelay(spent)).isEqualTo("86400s");
        assertThat(retryDelay(spent.withDetail(Faults.RESETS_IN, 90L))).isEqualTo("90s");
        assertThat(
                        retryDelay(
                                Fault.of(FaultCode.UPSTREAM_RATE_LIMITED, "m")
                                        .withShouldRetry(false)))
                .isEmpty();
        assertThat(Faults.headers(spent)).doesNotContainKey("retry-after");
    }

    private static String retryDelay(Fault fault) {
        return JSON.readTree(Faults.body(Dialect.GEMINI, fault, "req_1"))
                .at("/error/details/1/retryDelay")
                .asString("");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, ANTHROPIC",
        "/v1/messages/count_tokens, ANTHROPIC",
        "/v1/messages?beta=true, ANTHROPIC",
        "/v1/messagesx, OPENAI",
        "/v1beta/models/x:generateContent, GEMINI",
        "/v1beta, GEMINI",
        "/v1alpha/models/x:countTokens, GEMINI",
        "/v1/models/x:generateContent, GEMINI",
        "/v1/models/x:streamGenerateContent?alt=sse, GEMINI",
        "/v1/models/llama:8b, OPENAI",
        "/v1/models, OPENAI",
        "/v1beta2, OPENAI",
        "/v1/chat/completions, OPENAI",
        "/admin/v1/keys, OPENAI",
        "/, OPENAI"
    })
    void thePathDecidesTheDialect(String path, Dialect dialect) {
        assertThat(Dialect.ofPath(path)).isEqualTo(dialect);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
