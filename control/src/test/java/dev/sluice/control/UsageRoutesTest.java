package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Usage = ledger = requests, for random calls, in zones with and without daylight saving time.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageRoutesTest {

    private static final Instant FROM = Instant.parse("2026-10-24T00:00:00Z");
    private static final String EVIL = "=HYPERLINK(\"http://x\",\"a,b\")";

    private MoneyPlane money;
    private final List<CallSpec> made = new ArrayList<>();

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"1000\",\"reference\":\"t\"}").ok(201);
        money.globex.post("/admin/v1/topups", "{\"amount\":\"9\",\"reference\":\"t\"}").ok(201);
        Random random = new Random(42);
        for (int i = 0; i < 120; i++) {
            // three days around the end of summer time in Europe
            Instant at = FROM.plusSeconds(random.nextInt(3 * 86_400));
            CallSpec spec =
                    CallSpec.of(money.acmeId, at, 1 + random.nextInt(90_000), random.nextInt(9_000))
                            .customer(i % 10 == 0 ? EVIL : "customer-" + i % 3)
                            .owner(i % 4 == 0 ? "user:dev" : "service:api")
                            .status(i % 7 == 0 ? 502 : 200);
            money.call(spec);
            made.add(spec);
        }
        money.call(CallSpec.of(money.globexId, FROM.plusSeconds(60), 777, 77));
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private static BigDecimal charge(CallSpec spec) {
        return spec.status() >= 400
                ? BigDecimal.ZERO
                : MoneyPlane.charge(spec.input(), spec.output());
    }

    private BigDecimal total() {
        return made.stream().map(UsageRoutesTest::charge).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void usageIsTheLedgerIsTheRequestsInEveryZone() {
        for (String zone :
                List.of(
                        "UTC",
                        "Europe/Berlin",
                        "Asia/Kathmandu",
                        "America/St_Johns",
                        "Australia/Lord_Howe",
                        "Pacific/Kiritimati")) {
            Map<String, BigDecimal> expected = new TreeMap<>();
            for (CallSpec spec : made) {
                expected.merge(day(spec.at(), zone).toString(), charge(spec), BigDecimal::add);
            }
            Map<String, BigDecimal> shown = new TreeMap<>();
            JsonNode rows =
                    money.acme
                            .get(stretch() + "&interval=day&time_zone=" + zone)
                            .ok(200)
                            .path("data");
            rows.forEach(row ->
                    shown.put(
                            row.path("start").asString(),
                            new BigDecimal(row.path("usd").asString())));
            assertThat(shown.keySet()).as(zone).isEqualTo(expected.keySet());
            expected.forEach((start, usd) ->
                    assertThat(shown.get(start)).as(zone + start).isEqualByComparingTo(usd));
        }
        BigDecimal ledger = sum("/admin/v1/ledger/entries?kind=charge&limit=500", "amount");
        BigDecimal requests = sum("/admin/v1/requests?limit=500", "cost_usd");
        assertThat(ledger).isEqualByComparingTo(total());
        assertThat(requests).isEqualByComparingTo(total());
        assertThat(money.acme.get("/admin/v1/ledger/verify").ok(200).path("ok").asBoolean())
                .isTrue();
    }

    private static Instant day(Instant at, String zone) {
        return ZonedDateTime.ofInstant(at, ZoneId.of(zone))
                .truncatedTo(ChronoUnit.DAYS)
                .toInstant();
    }

    private BigDecimal sum(String path, String field) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode row : money.acme.get(path).ok(200).path("data")) {
            sum = sum.add(new BigDecimal(row.path(field).asString()));
        }
        return sum;
    }

    @Test
    void totalsAreOfAllRowsAndOfTheLedger() {
        for (String query :
                List.of("", "&group_by=customer,owner,model&interval=day", "&interval=hour")) {
            JsonNode report = money.acme.get(stretch() + query).ok(200);
            BigDecimal usd = BigDecimal.ZERO;
            long requests = 0;
            for (JsonNode row : report.path("data")) {
                usd = usd.add(new BigDecimal(row.path("usd").asString()));
                requests += row.path("requests").asLong();
            }
            JsonNode totals = report.path("totals");
            assertThat(new BigDecimal(totals.path("usd").asString()))
                    .as(query)
                    .isEqualByComparingTo(total())
                    .isEqualByComparingTo(usd);
            assertThat(totals.path("requests").asLong()).isEqualTo(requests);
        }
        JsonNode some = money.acme.get(stretch() + "&owner=user:dev&group_by=customer").ok(200);
        BigDecimal own =
                made.stream()
                        .filter(s -> "user:dev".equals(s.owner()))
                        .map(UsageRoutesTest::charge)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(new BigDecimal(some.at("/totals/usd").asString())).isEqualByComparingTo(own);
        JsonNode none = money.acme.get("/admin/v1/usage?from=2020-01-01&to=2020-01-02").ok(200);
        assertThat(none.at("/totals/usd").asString()).isEqualTo("0");
        assertThat(none.at("/totals/requests").asLong()).isZero();
    }

    private static String stretch() {
        return "/admin/v1/usage?from=" + FROM + "&to=2026-10-27T00:00:00Z";
    }

    @Test
    void everyHourOfADayWithTwentyFiveIsCounted() {
        JsonNode rows =
                money.acme
                        .get(
                                "/admin/v1/usage?from=2026-10-25&to=2026-10-26&interval=hour"
                                        + "&time_zone=Europe/Berlin")
                        .ok(200)
                        .path("data");
        long requests = 0;
        for (JsonNode row : rows) {
            requests += row.path("requests").asLong();
        }
        Instant from = Instant.parse("2026-10-24T22:00:00Z");
        Instant to = Instant.parse("2026-10-25T23:00:00Z");
        assertThat(requests)
                .isEqualTo(
                        made.stream()
                                .filter(s -> !s.at().isBefore(from) && s.at().isBefore(to))
                                .count());
    }

    @Test
    void edgesThatCutASlotAreExact() {
        Instant from = Instant.parse("2026-10-24T05:07:11Z");
        Instant to = Instant.parse("2026-10-25T17:53:02Z");
        JsonNode row =
                money.acme.get("/admin/v1/usage?from=" + from + "&to=" + to).ok(200).at("/data/0");
        List<CallSpec> inside =
                made.stream().filter(s -> !s.at().isBefore(from) && s.at().isBefore(to)).toList();
        assertThat(row.path("requests").asLong()).isEqualTo(inside.size());
        assertThat(row.path("errors").asLong())
                .isEqualTo(inside.stream().filter(s -> s.status() >= 400).count());
        assertThat(row.path("input_tokens").asLong())
                .isEqualTo(
                        inside.stream()
                                .filter(s -> s.status() < 400)
                                .mapToLong(CallSpec::input)
                                .sum());
    }

    @Test
    void groupsAddUpToTheWhole() {
        JsonNode rows =
                money.acme.get(stretch() + "&group_by=customer,workflow").ok(200).path("data");
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode row : rows) {
            assertThat(row.path("workflow").asString()).isEqualTo("replies");
            sum = sum.add(new BigDecimal(row.path("usd").asString()));
        }
        assertThat(rows.size()).isEqualTo(4);
        assertThat(sum).isEqualByComparingTo(total());
        JsonNode one = money.acme.get(stretch() + "&customer=customer-1").ok(200).at("/data/0");
        assertThat(one.path("requests").asLong())
                .isEqualTo(made.stream().filter(s -> "customer-1".equals(s.customer())).count());
    }

    @Test
    void csvIsQuotedAndCannotRunAsAFormula() {
        var answer = money.acme.get(stretch() + "&group_by=customer&format=csv");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().get("content-type")).startsWith("text/csv");
        String csv = MoneyPlane.body(answer.response());
        List<String> lines = List.of(csv.split("\r\n"));
        assertThat(lines.getFirst())
                .startsWith("start,customer,requests,errors,")
                .endsWith(",usd,provider_usd");
        assertThat(lines).hasSize(5);
        assertThat(csv)
                .contains(",\"'=HYPERLINK(\"\"http://x\"\",\"\"a,b\"\")\",")
                .doesNotContain(",=")
                .doesNotContain(",\"=");
    }

    @Test
    void linesOfJsonAreTheRows() {
        var answer = money.acme.get(stretch() + "&group_by=customer&format=jsonl");
        String[] lines = MoneyPlane.body(answer.response()).split("\n");
        JsonNode rows = money.acme.get(stretch() + "&group_by=customer").ok(200).path("data");
        assertThat(lines).hasSize(rows.size());
        for (int i = 0; i < lines.length; i++) {
            assertThat(dev.sluice.control.http.Json.parse(lines[i])).isEqualTo(rows.get(i));
        }
    }

    @Test
    void everyWrongParameterIsRefusedByName() {
        for (String query :
                List.of(
                        "from=soon",
                        "to=2026-99-01",
                        "group_by=colour",
                        "group_by=model,model",
                        "group_by=model,",
                        "interval=week",
                        "time_zone=Mars/Olympus",
                        "time_zone=%2B02:00",
                        "format=xml",
                        "colour=red")) {
            money.acme
                    .get("/admin/v1/usage?" + query)
                    .refused(400, "invalid_request", query.substring(0, query.indexOf('=')));
        }
        money.acme
                .get("/admin/v1/usage?from=2026-10-25&to=2026-10-25")
                .refused(400, "invalid_request", "from");
        money.acme
                .get("/admin/v1/usage?from=2020-01-01&to=2026-10-25&interval=hour")
                .refused(400, "invalid_request", "interval");
    }

    @Test
    void aDeveloperSeesOwnUsageAndExportsNothing() {
        Caller developer = money.plane.tokenIn(money.acmeId, "user", "dev", "developer");
        JsonNode row = developer.get(stretch()).ok(200).at("/data/0");
        assertThat(row.path("requests").asLong())
                .isEqualTo(made.stream().filter(s -> "user:dev".equals(s.owner())).count());
        JsonNode asked = developer.get(stretch() + "&owner=service:api").ok(200).at("/data/0");
        assertThat(asked).isEqualTo(row);
        developer.get(stretch() + "&format=csv").refused(403, "permission_denied", null);
        Caller platform = money.plane.tokenIn(money.acmeId, "user", "pat", "platform");
        platform.get(stretch() + "&format=jsonl").refused(403, "permission_denied", null);
        assertThat(platform.get(stretch()).status()).isEqualTo(200);
        Caller auditor = money.plane.tokenIn(money.acmeId, "user", "aud", "auditor");
        assertThat(auditor.get(stretch() + "&format=csv").status()).isEqualTo(200);
        Caller legal = money.plane.tokenIn(money.acmeId, "user", "leg", "legal");
        legal.get(stretch()).refused(403, "permission_denied", null);
    }

    @Test
    void organizationsDoNotMix() {
        JsonNode row = money.globex.get(stretch()).ok(200).at("/data/0");
        assertThat(row.path("requests").asLong()).isEqualTo(1);
        assertThat(row.path("input_tokens").asLong()).isEqualTo(777);
    }

    @Test
    void driftComparesHoldsWithFinalPricesPerModel() {
        JsonNode rows =
                money.acme
                        .get("/admin/v1/usage/estimate-drift?from=2026-10-24&to=2026-10-27")
                        .ok(200)
                        .path("data");
        assertThat(rows.size()).isEqualTo(1);
        JsonNode model = rows.get(0);
        long answered = made.stream().filter(s -> s.status() < 400).count();
        BigDecimal held =
                made.stream()
                        .filter(s -> s.status() < 400)
                        .map(s -> MoneyPlane.charge(s.input(), s.output() + 100))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(model.path("model").asString()).isEqualTo("sim-chat");
        assertThat(model.path("calls").asLong()).isEqualTo(answered);
        assertThat(new BigDecimal(model.path("final_usd").asString()))
                .isEqualByComparingTo(total());
        assertThat(new BigDecimal(model.path("estimate_usd").asString()))
                .isEqualByComparingTo(held);
        assertThat(new BigDecimal(model.path("ratio").asString()))
                .isBetween(new BigDecimal("0.5"), BigDecimal.ONE);
        money.acme
                .get("/admin/v1/usage/estimate-drift?from=2026-10-27&to=2026-10-24")
                .refused(400, "invalid_request", "from");
    }

    @Test
    void callsWithoutAnOwnerAreFoundByWhatTheyLack() {
        JsonNode all = money.acme.get(stretch()).ok(200).path("totals");
        JsonNode teamless = money.acme.get(stretch() + "&unowned=team,plan").ok(200).path("totals");
        assertThat(teamless).as("no call of this test has a team").isEqualTo(all);
        JsonNode owned = money.acme.get(stretch() + "&unowned=customer").ok(200).path("totals");
        assertThat(owned.path("requests").asLong()).as("every call has a customer").isZero();
        money.acme
                .get(stretch() + "&unowned=customer&customer=customer-1")
                .refused(400, "invalid_request", "unowned");
        money.acme.get(stretch() + "&unowned=moon").refused(400, "invalid_request", "unowned");
    }
}
