package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// OpenAI's usage and costs over our roll-ups: its shapes, our figures.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the first test
class OpenAiViewsTest {

    private static final Instant FROM = Instant.parse("2026-11-02T00:00:00Z");
    private static final long DAY = 86_400;
    private static final int DAYS = 5;
    private static final List<String> FAMILIES =
            List.of("chat", "messages", "embeddings", "images", "audio", "moderations", "rerank");

    private MoneyPlane money;
    private String key;
    private final List<CallSpec> made = new ArrayList<>();

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"1000\",\"reference\":\"t\"}").ok(201);
        money.globex.post("/admin/v1/topups", "{\"amount\":\"9\",\"reference\":\"t\"}").ok(201);
        key = money.key(money.acmeId, "app", "service:api", "", "");
        Random random = new Random(7);
        for (int i = 0; i < 70; i++) {
            // none on the third day
            long day = List.of(0L, 1L, 3L, 4L).get(random.nextInt(4));
            Instant at = FROM.plusSeconds(day * DAY + random.nextLong(DAY));
            String family = FAMILIES.get(i % FAMILIES.size());
            boolean said = family.equals("audio") && i % 2 == 0;
            boolean heard = family.equals("audio") && i % 2 == 1;
            CallSpec spec =
                    CallSpec.of(
                                    money.acmeId,
                                    at,
                                    said ? 0 : 1 + random.nextInt(9_000),
                                    heard ? 0 : 1 + random.nextInt(900))
                            .to(family)
                            .customer("customer-" + i % 3)
                            .status(i % 11 == 0 ? 502 : 200);
            CallSpec of = i % 4 == 0 ? spec.key(key) : spec;
            money.call(of);
            made.add(of);
        }
        money.call(CallSpec.of(money.globexId, FROM.plusSeconds(60), 777, 77));
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private static String path(String view, String more) {
        return "/v1/organization/"
                + view
                + "?start_time="
                + FROM.getEpochSecond()
                + "&end_time="
                + FROM.plusSeconds(DAYS * DAY).getEpochSecond()
                + more;
    }

    /// Every bucket of every page.
    private static List<JsonNode> buckets(Caller caller, String path) {
        List<JsonNode> all = new ArrayList<>();
        String more = "";
        while (true) {
            JsonNode page = caller.get(path + more).ok(200);
            assertThat(page.path("object").asString()).isEqualTo("page");
            page.path("data").forEach(all::add);
            assertThat(page.path("has_more").asBoolean())
                    .isEqualTo(!page.path("next_page").isNull());
            if (page.path("next_page").isNull()) {
                return all;
            }
            more = "&page=" + page.path("next_page").asString();
        }
    }

    private static List<JsonNode> results(Caller caller, String path) {
        List<JsonNode> all = new ArrayList<>();
        buckets(caller, path).forEach(bucket -> bucket.path("results").forEach(all::add));
        return all;
    }

    private static BigDecimal sum(List<JsonNode> results, String pointer) {
        return results.stream()
                .map(result -> result.at(pointer).decimalValue())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private long expected(Predicate<CallSpec> which, ToLongFunction<CallSpec> what) {
        return made.stream().filter(which).mapToLong(what).sum();
    }

    private static boolean ok(CallSpec spec) {
        return spec.status() < 400;
    }

    @Test
    void costsOfAllPagesAreTheLedgerToTheLastDigit() {
        List<JsonNode> buckets = buckets(money.acme, path("costs", "&limit=2"));
        assertThat(buckets).hasSize(DAYS);
        for (int i = 0; i < DAYS; i++) {
            assertThat(buckets.get(i).path("start_time").asLong())
                    .isEqualTo(FROM.getEpochSecond() + i * DAY);
            assertThat(buckets.get(i).path("end_time").asLong())
                    .isEqualTo(FROM.getEpochSecond() + (i + 1) * DAY);
        }
        assertThat(buckets.get(2).path("results")).isEmpty();
        BigDecimal costs = sum(results(money.acme, path("costs", "&limit=180")), "/amount/value");
        BigDecimal ledger = BigDecimal.ZERO;
        for (JsonNode entry :
                money.acme
                        .get("/admin/v1/ledger/entries?kind=charge&limit=500")
                        .ok(200)
                        .path("data")) {
            ledger = ledger.add(new BigDecimal(entry.path("amount").asString()));
        }
        assertThat(costs).isEqualByComparingTo(ledger);
        assertThat(costs.signum()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "completions, chat messages, /output_tokens",
        "embeddings, embeddings, /input_tokens",
        "moderations, moderations, /input_tokens"
    })
    void eachViewHasTheTokensOfItsOwnCalls(String view, String families, String pointer) {
        List<JsonNode> results = results(money.acme, path("usage/" + view, ""));
        Predicate<CallSpec> own = spec -> List.of(families.split(" ")).contains(spec.endpoint());
        assertThat(sum(results, "/num_model_requests").longValueExact())
                .isEqualTo(expected(own, _ -> 1));
        assertThat(sum(results, pointer).longValueExact())
                .isEqualTo(
                        expected(
                                own.and(OpenAiViewsTest::ok),
                                pointer.contains("output") ? CallSpec::output : CallSpec::input));
    }

    @Test
    void picturesCharactersAndSecondsAreCounted() {
        assertThat(sum(results(money.acme, path("usage/images", "")), "/images").longValueExact())
                .isEqualTo(expected(s -> ok(s) && s.endpoint().equals("images"), CallSpec::output));
        Predicate<CallSpec> sound = spec -> ok(spec) && spec.endpoint().equals("audio");
        List<JsonNode> said = results(money.acme, path("usage/audio_speeches", ""));
        assertThat(sum(said, "/characters").longValueExact())
                .isEqualTo(expected(sound, CallSpec::output));
        assertThat(sum(said, "/num_model_requests").longValueExact())
                .isEqualTo(expected(sound.and(spec -> spec.output() > 0), _ -> 1));
        List<JsonNode> heard = results(money.acme, path("usage/audio_transcriptions", ""));
        assertThat(sum(heard, "/seconds").movePointRight(3).longValueExact())
                .isEqualTo(expected(sound, CallSpec::input));
        assertThat(sum(heard, "/num_model_requests").longValueExact())
                .isEqualTo(expected(sound.and(spec -> spec.input() > 0), _ -> 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1h&limit=168", "1h", "1d&limit=31"})
    void theWidthOfBucketsChangesNoTotal(String width) {
        List<JsonNode> results =
                results(money.acme, path("usage/completions", "&bucket_width=" + width));
        assertThat(sum(results, "/input_tokens").longValueExact())
                .isEqualTo(
                        expected(
                                spec ->
                                        ok(spec)
                                                && List.of("chat", "messages")
                                                        .contains(spec.endpoint()),
                                CallSpec::input));
    }

    @Test
    void aMinuteHasTheCallsOfThatMinute() {
        CallSpec one =
                made.stream()
                        .filter(spec -> ok(spec) && spec.endpoint().equals("chat"))
                        .findFirst()
                        .orElseThrow();
        long minute = Math.floorDiv(one.at().getEpochSecond(), 60) * 60;
        Predicate<CallSpec> same =
                spec ->
                        Math.floorDiv(spec.at().getEpochSecond(), 60) * 60 == minute
                                && List.of("chat", "messages").contains(spec.endpoint());
        JsonNode page =
                money.acme
                        .get(
                                "/v1/organization/usage/completions?bucket_width=1m&limit=1"
                                        + "&start_time="
                                        + minute)
                        .ok(200);
        JsonNode bucket = page.at("/data/0");
        assertThat(bucket.path("end_time").asLong()).isEqualTo(minute + 60);
        assertThat(bucket.at("/results/0/num_model_requests").asLong())
                .isEqualTo(expected(same, _ -> 1));
        assertThat(page.path("has_more").asBoolean()).isTrue();
    }

    @Test
    void aStretchThatCutsADayIsExact() {
        Instant from = FROM.plusSeconds(7 * 3600 + 61);
        Instant to = FROM.plusSeconds(DAY + 5 * 3600 + 17);
        List<JsonNode> results =
                results(
                        money.acme,
                        "/v1/organization/costs?start_time="
                                + from.getEpochSecond()
                                + "&end_time="
                                + to.getEpochSecond());
        BigDecimal expected =
                made.stream()
                        .filter(spec -> !spec.at().isBefore(from) && spec.at().isBefore(to))
                        .filter(OpenAiViewsTest::ok)
                        .map(spec -> MoneyPlane.charge(spec.input(), spec.output()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum(results, "/amount/value")).isEqualByComparingTo(expected);
    }

    @Test
    void groupsAddUpAndNameWhatTheyAreOf() {
        String groups = "&group_by[]=api_key_id&group_by[]=model&group_by=customer&limit=31";
        List<JsonNode> results = results(money.acme, path("usage/completions", groups));
        Map<String, Long> byKey = new HashMap<>();
        for (JsonNode result : results) {
            assertThat(result.path("model").asString()).isEqualTo("sim-chat");
            assertThat(result.path("customer").asString()).startsWith("customer-");
            assertThat(result.path("project_id").isNull()).isTrue();
            byKey.merge(
                    result.path("api_key_id").asString("none"),
                    result.path("num_model_requests").asLong(),
                    Long::sum);
        }
        Predicate<CallSpec> talk = spec -> List.of("chat", "messages").contains(spec.endpoint());
        assertThat(byKey)
                .containsEntry(key, expected(talk.and(s -> key.equals(s.keyId())), _ -> 1))
                .containsEntry("none", expected(talk.and(s -> s.keyId() == null), _ -> 1));
        List<JsonNode> only =
                results(money.acme, path("usage/completions", "&api_key_ids[]=" + key));
        assertThat(sum(only, "/num_model_requests").longValueExact())
                .isEqualTo(expected(talk.and(s -> key.equals(s.keyId())), _ -> 1));
    }

    @Test
    void costsByLineItemAreByModel() {
        List<JsonNode> results = results(money.acme, path("costs", "&group_by=line_item"));
        assertThat(results).isNotEmpty();
        results.forEach(
                result -> assertThat(result.path("line_item").asString()).isEqualTo("sim-chat"));
    }

    @Test
    void theShapesAreThoseOfTheOriginal() {
        JsonNode page = money.acme.get(path("usage/completions", "&group_by=model")).ok(200);
        RecordedShape.of(
                        """
                        object text
                        data list
                        has_more flag
                        next_page text?
                        """)
                .check(page);
        RecordedShape.of(
                        """
                        object text
                        start_time number
                        end_time number
                        results list
                        """)
                .check(page.at("/data/0"));
        RecordedShape.of(
                        """
                        object text
                        input_tokens number
                        input_cached_tokens number
                        output_tokens number
                        input_audio_tokens number
                        output_audio_tokens number
                        num_model_requests number
                        project_id text?
                        user_id text?
                        api_key_id text?
                        model text
                        batch flag?
                        service_tier text?
                        """)
                .check(page.at("/data/0/results/0"));
        assertThat(page.at("/data/0/results/0/object").asString())
                .isEqualTo("organization.usage.completions.result");
        JsonNode cost = money.acme.get(path("costs", "")).ok(200).at("/data/0/results/0");
        RecordedShape.of(
                        """
                        object text
                        amount object
                        line_item text?
                        project_id text?
                        api_key_id text?
                        quantity number?
                        """)
                .check(cost);
        RecordedShape.of("value number\ncurrency text").check(cost.path("amount"));
        for (String view : List.of("embeddings", "images", "audio_speeches", "moderations")) {
            JsonNode result = results(money.acme, path("usage/" + view, "")).getFirst();
            assertThat(result.path("object").asString())
                    .isEqualTo("organization.usage." + view + ".result");
        }
    }

    /// Collectors ask for all there are, one after the other.
    @Test
    void whatIsNeverUsedIsAnsweredWithoutResults() {
        for (String view :
                List.of(
                        "vector_stores",
                        "code_interpreter_sessions",
                        "file_search_calls",
                        "web_search_calls")) {
            JsonNode page = money.acme.get(path("usage/" + view, "&group_by=project_id")).ok(200);
            assertThat(page.path("data").size()).as(view).isEqualTo(DAYS);
            assertThat(results(money.acme, path("usage/" + view, ""))).as(view).isEmpty();
        }
    }

    @Test
    void aTenantSeesItsOwnAndNobodyWithoutTheRightSeesAny() {
        List<JsonNode> theirs = results(money.globex, path("usage/completions", ""));
        assertThat(sum(theirs, "/input_tokens").longValueExact()).isEqualTo(777);
        assertThat(results(money.globex, path("usage/embeddings", ""))).isEmpty();
        assertThat(results(money.globex, path("usage/completions", "&api_key_ids=" + key)))
                .isEmpty();
        money.globex.in("acme").get(path("costs", "")).refused(404, "not_found", null);
        money.plane
                .tokenIn("acme", "user", "dev", "developer")
                .get(path("costs", ""))
                .refused(403, "permission_denied", null);
        money.plane.new Caller("", Map.of())
                .get(path("costs", ""))
                .refused(401, "invalid_api_key", null);
    }

    @Test
    void everyWrongParameterIsRefusedByName() {
        Map<String, String> wrong =
                Map.of(
                        "start_time=", "start_time",
                        "start_time=yesterday", "start_time",
                        "start_time=100&end_time=100", "end_time",
                        "start_time=100&bucket_width=1w", "bucket_width",
                        "start_time=100&group_by=colour", "group_by",
                        "start_time=100&limit=0", "limit",
                        "start_time=100&limit=32", "limit",
                        "start_time=100&page=page_xx", "page",
                        "start_time=100&page=next", "page",
                        "start_time=100&colour=red", "colour");
        Map<String, String> untold =
                Map.of("batch=true", "batch", "sizes[]=512x512", "sizes[]", "sources=x", "sources");
        untold.forEach((query, name) ->
                money.acme
                        .get("/v1/organization/usage/images?start_time=100&" + query)
                        .refused(400, "invalid_request", name));
        wrong.forEach((query, name) ->
                money.acme
                        .get("/v1/organization/usage/completions?" + query)
                        .refused(400, "invalid_request", name));
        money.acme
                .get("/v1/organization/costs?start_time=1&bucket_width=1h")
                .refused(400, "invalid_request", "bucket_width");
    }
}
