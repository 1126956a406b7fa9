package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Every status of the contract's table of errors, in the words of every dialect: before the first
/// byte as an answer with its headers, after it as the last event. Each is caused for real, in
/// front of a provider of the client's own dialect.
class ErrorTableTest {

    /// What causes it | status | code | OpenAI's type | Anthropic's type | Gemini's status |
    /// `retry-after`, `+` for any | `x-should-retry`.
    private static final String BEFORE =
            """
            half a body | 400 | invalid_request | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            an unknown key | 401 | invalid_api_key | authentication_error | authentication_error | UNAUTHENTICATED | - | -
            an empty account | 402 | insufficient_balance | insufficient_quota | billing_error | FAILED_PRECONDITION | - | false
            an account full of holds | 402 | insufficient_balance | insufficient_quota | billing_error | FAILED_PRECONDITION | 1 | true
            a model beyond the key | 403 | policy_denied | permission_error | permission_error | PERMISSION_DENIED | - | -
            an unknown model | 404 | model_not_found | invalid_request_error | not_found_error | NOT_FOUND | - | -
            another method | 405 | method_not_allowed | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            a body that does not come | 408 | request_timeout | invalid_request_error | invalid_request_error | DEADLINE_EXCEEDED | - | -
            a key that is in use | 409 | idempotency_in_progress | invalid_request_error | invalid_request_error | ABORTED | 5 | -
            a key that was used | 409 | idempotency_replay | invalid_request_error | invalid_request_error | ABORTED | - | false
            a key of another body | 409 | idempotency_conflict | invalid_request_error | invalid_request_error | ABORTED | - | false
            a large body | 413 | request_too_large | invalid_request_error | request_too_large | INVALID_ARGUMENT | - | -
            a field that is lost, strictly | 400 | invalid_request | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            text | 415 | unsupported_media_type | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            a model without a price | 422 | model_not_priced | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            a full rate window | 429 | rate_limit_exceeded | rate_limit_error | rate_limit_error | RESOURCE_EXHAUSTED | + | true
            a spent quota | 429 | quota_exceeded | insufficient_quota | rate_limit_error | RESOURCE_EXHAUSTED | - | false
            a quota full of holds | 429 | quota_exceeded | insufficient_quota | rate_limit_error | RESOURCE_EXHAUSTED | 1 | true
            large headers | 431 | headers_too_large | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            a bug | 500 | internal_error | server_error | api_error | INTERNAL | 1 | -
            too many calls | 503 | overloaded | server_error | overloaded_error | UNAVAILABLE | 1 | -
            a ledger that is away | 503 | escrow_unavailable | server_error | overloaded_error | UNAVAILABLE | 1 | -
            upstream status=400 | 400 | upstream_rejected | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            upstream status=404 | 404 | upstream_rejected | invalid_request_error | not_found_error | NOT_FOUND | - | -
            upstream status=413 | 413 | upstream_rejected | invalid_request_error | request_too_large | INVALID_ARGUMENT | - | -
            upstream status=422 | 422 | upstream_rejected | invalid_request_error | invalid_request_error | INVALID_ARGUMENT | - | -
            upstream status=429 retry_after=7 | 429 | upstream_rate_limited | invalid_request_error | rate_limit_error | RESOURCE_EXHAUSTED | 7 | -
            upstream status=429 retry_after=7 should_retry=false | 429 | upstream_rate_limited | invalid_request_error | rate_limit_error | RESOURCE_EXHAUSTED | 7 | false
            upstream status=401 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream status=402 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream status=403 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream status=500 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream status=503 retry_after=3 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 3 | -
            upstream status=529 | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream drop=rst | 502 | upstream_error | server_error | api_error | UNAVAILABLE | 1 | -
            upstream delay=9000 | 504 | upstream_timeout | server_error | timeout_error | DEADLINE_EXCEEDED | 1 | -
            """;

    /// What causes it | code | OpenAI's type | the code in `response.failed` | Anthropic's type |
    /// Gemini's status.
    private static final String AFTER =
            """
            error_at=12 | upstream_error | server_error | server_error | api_error | UNAVAILABLE
            error_at=12 code=rate_limit_exceeded | upstream_rate_limited | invalid_request_error | rate_limit_exceeded | rate_limit_error | RESOURCE_EXHAUSTED
            error_at=12 code=context_length_exceeded | upstream_rejected | invalid_request_error | invalid_prompt | invalid_request_error | INVALID_ARGUMENT
            error_at=12 code=insufficient_quota | upstream_error | server_error | server_error | api_error | UNAVAILABLE
            cut_at=12 | upstream_error | server_error | server_error | api_error | UNAVAILABLE
            cut_at=12 cut=rst | upstream_error | server_error | server_error | api_error | UNAVAILABLE
            malformed_at=12 | upstream_error | server_error | server_error | api_error | UNAVAILABLE
            a bug | internal_error | server_error | server_error | api_error | INTERNAL
            stall_at=12 | upstream_timeout | server_error | server_error | timeout_error | DEADLINE_EXCEEDED
            """;

    private static ErrorCauses causes;

    @BeforeAll
    static void start() {
        causes = new ErrorCauses();
        Stream.concat(before(), after())
                .map(Arguments::get)
                .filter(row -> ErrorCauses.takesTime((String) row[2]))
                .forEach(row -> begin((Speaker) row[0], (boolean) row[1], (String) row[2]));
    }

    /// What waits for a time-out waits while the others are tried.
    private static void begin(Speaker client, boolean stream, String what) {
        if (AFTER.contains(what)) {
            upstreams(client, what)
                    .forEach(upstream -> causes.begin(how(what), client, upstream, stream));
        } else {
            causes.begin(what, client, client.upstream(), stream);
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        causes.awaitAllQuiet();
        causes.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        causes.awaitQuiet();
    }

    private static Stream<Arguments> rows(String table, boolean... streams) {
        List<Arguments> rows = new ArrayList<>();
        for (String line : table.lines().toList()) {
            List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            for (Speaker client : Speaker.values()) {
                for (boolean stream : streams) {
                    rows.add(Arguments.of(client, stream, cells.getFirst(), cells));
                }
            }
        }
        return rows.stream();
    }

    static Stream<Arguments> before() {
        return rows(BEFORE, false, true);
    }

    static Stream<Arguments> after() {
        return rows(AFTER, true);
    }

    @ParameterizedTest(name = "{0}, streamed {1}: {2}")
    @MethodSource("before")
    void anErrorBeforeTheFirstByteIsAnAnswerInTheClientsWords(
            Speaker client, boolean stream, String what, List<String> row) throws Exception {
        ErrorCauses.Told told = causes.told(what, client, client.upstream(), stream);
        int status = Integer.parseInt(row.get(1));
        assertThat(told.status()).as(told.body()).isEqualTo(status);
        assertThat(told.headers())
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("transfer-encoding");
        assertThat(told.headers().get("x-request-id")).startsWith("req_");
        JsonNode body = Speaker.JSON.readTree(told.body());
        envelope(client, body, told, row.get(2), row.subList(3, 6), status);
        assertThat(told.body()).doesNotContain(GatewayFixture.KEY).doesNotContain("sk-up-");
        waits(client, told, row.get(6), body);
        String should = row.get(7);
        assertThat(told.headers().getOrDefault("x-should-retry", "-")).isEqualTo(should);
        if (what.startsWith("upstream")) {
            assertThat(told.headers().get("x-sluice-route")).startsWith(client.upstream() + "/");
            assertThat(told.headers()).containsKey("x-sluice-hold-usd");
        }
        if (what.contains("quota") || what.contains("rate window")) {
            assertThat(body.at("/error/sluice").propertyNames())
                    .contains("rule", "scope", "unit", "limit", "used", "held", "estimate")
                    .contains("remaining", "resets_at", "owner", "how_to_ask", "upgrade_url");
        }
    }

    private static void envelope(
            Speaker client,
            JsonNode body,
            ErrorCauses.Told told,
            String code,
            List<String> types,
            int status) {
        JsonNode error = body.path("error");
        String id = told.headers().get("x-request-id");
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(error.at("/sluice/request_id").asString()).isEqualTo(id);
        switch (client) {
            case CHAT, RESPONSES -> {
                assertThat(error.path("type").asString()).isEqualTo(types.get(0));
                assertThat(error.path("code").asString()).isEqualTo(code);
                assertThat(error.has("param")).isTrue();
                assertThat(body.propertyNames()).containsExactly("error");
            }
            case MESSAGES -> {
                assertThat(body.path("type").asString()).isEqualTo("error");
                assertThat(error.path("type").asString()).isEqualTo(types.get(1));
                assertThat(body.path("request_id").asString()).isEqualTo(id);
                assertThat(told.headers().get("request-id")).isEqualTo(id);
            }
            case GEMINI -> {
                assertThat(error.path("code").asInt()).isEqualTo(status);
                assertThat(error.path("status").asString()).isEqualTo(types.get(2));
                assertThat(error.at("/details/0/reason").asString())
                        .isEqualTo(code.toUpperCase(Locale.ROOT));
            }
        }
        if (client == Speaker.MESSAGES || client == Speaker.GEMINI) {
            assertThat(error.at("/sluice/code").asString()).isEqualTo(code);
        }
    }

    private static void waits(Speaker client, ErrorCauses.Told told, String wait, JsonNode body) {
        if (wait.equals("-")) {
            assertThat(told.headers())
                    .doesNotContainKey("retry-after")
                    .doesNotContainKey("retry-after-ms");
            return;
        }
        long seconds = Long.parseLong(told.headers().getOrDefault("retry-after", "-1"));
        assertThat(Long.parseLong(told.headers().getOrDefault("retry-after-ms", "-1")))
                .isBetween((seconds - 1) * 1_000 + 1, seconds * 1_000);
        if (wait.equals("+")) {
            assertThat(seconds).isBetween(1L, 60L);
        } else {
            assertThat(seconds).isEqualTo(Long.parseLong(wait));
        }
        if (client == Speaker.GEMINI) {
            assertThat(body.at("/error/details/1/@type").asString()).endsWith("RetryInfo");
            assertThat(body.at("/error/details/1/retryDelay").asString()).endsWith("s");
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("after")
    void anErrorAfterTheFirstByteIsTheLastEventInTheClientsWords(
            Speaker client, boolean stream, String how, List<String> row) throws Exception {
        for (String upstream : upstreams(client, how)) {
            ErrorCauses.Told told = causes.told(how(how), client, upstream, stream);
            assertThat(told.status()).as(told.body()).isEqualTo(200);
            assertThat(nameOfLast(told.body()))
                    .isEqualTo(
                            switch (client) {
                                case CHAT, GEMINI -> "";
                                case MESSAGES -> "error";
                                case RESPONSES -> "response.failed";
                            });
            JsonNode event = Speaker.data(told.body()).getLast();
            if (client == Speaker.RESPONSES) {
                failedResponse(event, told, row);
            } else {
                List<String> types = List.of(row.get(2), row.get(4), row.get(5));
                envelope(client, event, told, row.get(1), types, event.at("/error/code").asInt(0));
            }
            assertThat(told.body())
                    .doesNotContain("[DONE]", "message_stop", "response.completed", "sk-up-");
        }
    }

    private static List<String> upstreams(Speaker client, String how) {
        // the codes of the others are their own; what they have in common is tried at each
        return how.contains("code=") || client == Speaker.CHAT
                ? List.of(Speaker.CHAT.upstream())
                : List.of(Speaker.CHAT.upstream(), client.upstream());
    }

    private static String how(String how) {
        return how.equals("a bug") ? "a bug on the way" : "upstream tokens=40 " + how;
    }

    private static void failedResponse(JsonNode event, ErrorCauses.Told told, List<String> row) {
        JsonNode error = event.at("/response/error");
        assertThat(event.path("type").asString()).isEqualTo("response.failed");
        assertThat(event.at("/response/status").asString()).isEqualTo("failed");
        assertThat(error.path("code").asString()).isEqualTo(row.get(3));
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(error.at("/sluice/code").asString()).isEqualTo(row.get(1));
        assertThat(error.at("/sluice/request_id").asString())
                .isEqualTo(told.headers().get("x-request-id"));
    }

    /// The `event:` of the last event, or nothing.
    private static String nameOfLast(String events) {
        List<String> all = Stream.of(events.strip().split("\\R\\R", -1)).toList();
        return all.getLast()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring("event: ".length()))
                .findFirst()
                .orElse("");
    }
}
