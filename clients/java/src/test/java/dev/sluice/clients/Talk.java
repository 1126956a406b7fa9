package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// One test's side of the wire: a mark by which its calls are found again at both ends. At its end
/// every charge is compared with what the provider says it did.
final class Talk implements AutoCloseable {

    /// The header that names a test's calls to Sluice; SDKs let applications add some of their own.
    static final String ACTION = "x-sluice-action-id";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String mark = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final long since = Target.position();
    private int rows = 1;
    private boolean estimated;

    String mark() {
        return mark;
    }

    /// A prompt that the provider's journal can find again.
    String ask(String text) {
        return text + " #" + mark;
    }

    /// The same with directives that tell the simulated provider what to do.
    String ask(String text, String directives) {
        return text + " [[sim " + directives + "]] #" + mark;
    }

    /// How many calls Sluice has a row of; the usual test makes one.
    Talk rows(int expected) {
        rows = expected;
        return this;
    }

    /// The provider did not get to say what it used.
    Talk estimated() {
        estimated = true;
        return this;
    }

    /// What the provider was asked, once all of it is over.
    List<JsonNode> upstreamCalls() {
        return await(
                () ->
                        Target.calls(since).stream()
                                .filter(call -> call.path("request_body").asText().contains(mark))
                                .toList(),
                calls -> calls.stream().noneMatch(call -> call.path("outcome").asText().equals("open")));
    }

    /// A key of its own that may make so many calls.
    String keyFor(int calls) {
        String label = "clients-java-" + mark;
        JsonNode teams = Target.admin("GET", "teams", null).path("data");
        JsonNode key =
                Target.admin(
                        "POST",
                        "keys",
                        Map.of(
                                "label", label,
                                "team", teams.path(0).path("name").asText(),
                                "owner", "service:clients-java",
                                "environment", "development"));
        Target.admin(
                "POST",
                "quotas",
                Map.of(
                        "name", label,
                        "scope", Map.of("key", label),
                        "unit", "requests",
                        "limit", Integer.toString(calls),
                        "window", Map.of("lifetime", true),
                        "at_limit", "block"));
        return key.path("key").asText();
    }

    @Override
    public void close() {
        List<JsonNode> calls = upstreamCalls();
        List<JsonNode> settled =
                await(
                        this::allRows,
                        all ->
                                all.size() == rows
                                        && all.stream()
                                                .noneMatch(row ->
                                                        row.path("state").asText().equals("held")));
        assertThat(settled).as("rows of calls with the mark " + mark).hasSize(rows);
        List<JsonNode> attempts = new ArrayList<>();
        settled.forEach(row -> row.path("attempts").forEach(attempts::add));
        assertThat(attempts).as("attempts, against %s", calls).hasSameSizeAs(calls);
        List<String> claimed =
                attempts.stream()
                        .map(one -> one.path("provider_request_id").asText(""))
                        .filter(id -> !id.isEmpty())
                        .toList();
        assertThat(new HashSet<>(claimed)).as("no call is billed twice").hasSameSizeAs(claimed);
        settled.forEach(row -> check(row, calls));
    }

    private List<JsonNode> allRows() {
        List<JsonNode> all = new ArrayList<>();
        Target.admin("GET", "requests?action_id=" + mark, null)
                .path("data")
                .forEach(row ->
                        all.add(
                                Target.admin(
                                        "GET",
                                        "requests/" + row.path("request_id").asText(),
                                        null)));
        return all;
    }

    private void check(JsonNode row, List<JsonNode> calls) {
        BigDecimal charged = new BigDecimal(row.path("cost_usd").asText("0"));
        if (estimated && row.path("estimated").asBoolean()) {
            assertThat(charged).isLessThanOrEqualTo(new BigDecimal(row.path("hold_usd").asText()));
            return;
        }
        BigDecimal expected = BigDecimal.ZERO;
        for (JsonNode attempt : row.path("attempts")) {
            String id = attempt.path("provider_request_id").asText("");
            JsonNode call =
                    calls.stream()
                            .filter(one -> one.path("request_id").asText().equals(id))
                            .findFirst()
                            .orElse(null);
            // A failed attempt has used nothing.
            if (call != null && call.path("status").asInt() < 400) {
                JsonNode price = Target.price(row.path("model").asText());
                expected = expected.add(Oracle.cost(call.path("produced"), price));
            }
        }
        assertThat(charged).as(row.toString()).isEqualByComparingTo(expected);
        assertThat(row.path("estimated").asBoolean()).as(row.toString()).isFalse();
    }

    private static <T> T await(Supplier<T> read, Predicate<T> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            T value = read.get();
            if (wanted.test(value) || System.nanoTime() > deadline) {
                return value;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }
}
