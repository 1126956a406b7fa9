package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What pages show beside the resources themselves: paces, forecasts, movers, proofs, comparisons.
@Tag("slow")
class PageFiguresTest {

    private MoneyPlane money;
    private Instant now;

    @BeforeEach
    void start() {
        money = new MoneyPlane();
        now = money.plane.now.get();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"100\",\"reference\":\"t\"}").ok(201);
    }

    @AfterEach
    void stop() {
        money.close();
    }

    private static BigDecimal decimal(JsonNode node, String field) {
        return new BigDecimal(node.path(field).asString());
    }

    @Test
    void aBalanceSaysHowFastItIsSpentAndWhenItIsGone() {
        JsonNode before = money.acme.get("/admin/v1/balance").ok(200).path("burn");
        assertThat(before.path("from").isNull()).isTrue();
        assertThat(before.path("runs_out_at").isNull()).isTrue();
        // two days ago on the hour, so that the measured stretch is exactly two days
        Instant first = now.minus(Duration.ofDays(2));
        money.call(CallSpec.of(money.acmeId, first, 10_000_000, 1_000_000));
        JsonNode answer = money.acme.get("/admin/v1/balance").ok(200);
        BigDecimal spent = MoneyPlane.charge(10_000_000, 1_000_000);
        JsonNode burn = answer.path("burn");
        assertThat(decimal(burn, "spent")).isEqualByComparingTo(spent);
        assertThat(decimal(burn, "per_day"))
                .isEqualByComparingTo(spent.divide(BigDecimal.valueOf(2)));
        BigDecimal days =
                decimal(answer, "available")
                        .divide(decimal(burn, "per_day"), 6, java.math.RoundingMode.HALF_EVEN);
        Instant expected = now.plusSeconds(days.multiply(BigDecimal.valueOf(86_400)).longValue());
        assertThat(Instant.parse(burn.path("runs_out_at").asString()))
                .isBetween(expected.minusSeconds(5), expected.plusSeconds(5));
    }

    @Test
    void quotasStandInOneListWithTheirForecast() {
        QuotaRule day =
                money.rule(
                        money.acmeId,
                        "day",
                        QuotaUnit.USD,
                        "10",
                        new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC),
                        true,
                        false);
        money.rule(
                money.acmeId, "ever", QuotaUnit.REQUESTS, "5", new Window.Lifetime(), true, false);
        // it is 8 o'clock: a third of the day is over
        money.call(CallSpec.of(money.acmeId, now, 10_000_000, 1_000_000), day);
        BigDecimal used = MoneyPlane.charge(10_000_000, 1_000_000);
        JsonNode rows = money.acme.get("/admin/v1/quota-states").ok(200).path("data");
        assertThat(rows.size()).isEqualTo(2);
        JsonNode row = rows.get(0);
        assertThat(row.path("name").asString()).isEqualTo("day");
        assertThat(decimal(row, "used")).isEqualByComparingTo(used);
        assertThat(decimal(row, "forecast"))
                .isEqualByComparingTo(used.multiply(BigDecimal.valueOf(3)));
        assertThat(row.path("runs_out_at").isNull()).as("6.3 of 10 at the end").isTrue();
        assertThat(rows.get(1).path("name").asString()).isEqualTo("ever");
        assertThat(rows.get(1).path("forecast").isNull()).isTrue();
        money.call(CallSpec.of(money.acmeId, now, 20_000_000, 2_000_000), day);
        JsonNode later = money.acme.get("/admin/v1/quotas/day/state").ok(200);
        // used 6.3 in 8 hours: the 3.7 left last for less than 5
        assertThat(Instant.parse(later.path("runs_out_at").asString()))
                .isBetween(now.plus(Duration.ofHours(4)), now.plus(Duration.ofHours(5)));
        assertThat(money.globex.get("/admin/v1/quota-states").ok(200).path("data").size()).isZero();
    }

    @Test
    void moversCompareAStretchWithTheOneBeforeIt() {
        Instant lastWeek = now.minus(Duration.ofDays(9));
        Instant thisWeek = now.minus(Duration.ofDays(1));
        money.call(CallSpec.of(money.acmeId, lastWeek, 1_000_000, 0).customer("steady"));
        money.call(CallSpec.of(money.acmeId, thisWeek, 1_200_000, 0).customer("steady"));
        money.call(CallSpec.of(money.acmeId, lastWeek, 9_000_000, 0).customer("gone"));
        money.call(CallSpec.of(money.acmeId, thisWeek, 4_000_000, 0).customer("new"));
        JsonNode rows =
                money.acme
                        .get("/admin/v1/usage/movers?dimension=customer&limit=2")
                        .ok(200)
                        .path("data");
        assertThat(rows.size()).isEqualTo(2);
        assertThat(rows.get(0).path("value").asString()).isEqualTo("gone");
        assertThat(decimal(rows.get(0), "change_usd"))
                .isEqualByComparingTo(MoneyPlane.charge(9_000_000, 0).negate());
        assertThat(rows.get(1).path("value").asString()).isEqualTo("new");
        assertThat(rows.get(1).path("requests").asLong()).isEqualTo(1);
        assertThat(rows.get(1).path("requests_before").asLong()).isZero();
        money.acme
                .get("/admin/v1/usage/movers?dimension=moon")
                .refused(400, "invalid_request", "dimension");
        money.acme.get("/admin/v1/usage/movers?limit=0").refused(400, "invalid_request", "limit");
    }

    @Test
    void aProofIsRememberedWithItsTime() {
        JsonNode none = money.acme.get("/admin/v1/ledger/proof").ok(200);
        assertThat(none.path("finished_at").isNull()).isTrue();
        JsonNode found = money.acme.get("/admin/v1/ledger/verify").ok(200);
        money.plane.advance(Duration.ofMinutes(3));
        JsonNode proof = money.acme.get("/admin/v1/ledger/proof").ok(200);
        assertThat(proof.path("finished_at").asString()).isEqualTo(now.toString());
        assertThat(proof.path("ok").asBoolean()).isTrue();
        assertThat(proof.path("checked").asLong()).isEqualTo(found.path("checked").asLong());
        assertThat(money.globex.get("/admin/v1/ledger/proof").ok(200).path("finished_at").isNull())
                .isTrue();
    }

    @Test
    void booksAreProvedWhenTheirProofIsOldAndFindWhatIsWrong() {
        var proofs =
                new dev.sluice.ledger.verification.LedgerProofs(
                        money.database(),
                        new dev.sluice.ledger.verification.LedgerVerifier(money.database()),
                        money.plane.clock);
        proofs.proveDue();
        assertThat(proofs.last(money.acmeId).orElseThrow().ok()).isTrue();
        money.database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE wallet SET balance = balance + 1 WHERE organization_id = ?",
                                money.acmeId));
        proofs.proveDue();
        assertThat(proofs.last(money.acmeId).orElseThrow().ok()).as("not due yet").isTrue();
        money.plane.advance(dev.sluice.ledger.verification.LedgerProofs.EVERY);
        proofs.proveDue();
        var proof = proofs.last(money.acmeId).orElseThrow();
        assertThat(proof.ok()).isFalse();
        assertThat(proof.problems()).isPositive();
        assertThat(proof.finishedAt()).isEqualTo(money.plane.now.get());
    }

    @Test
    void aWorkloadIsPricedWithUpToFiveModels() {
        JsonNode rows =
                money.acme
                        .post(
                                "/admin/v1/prices/compare",
                                """
                                {"models":[{"provider":"simulator","model":"sim-chat"},
                                           {"provider":"simulator","model":"sim-none"}],
                                 "workload":{"calls":1000,"input_tokens":1000,"output_tokens":500,
                                             "images":2,"accepted_share":"0.5"}}
                                """)
                        .ok(200)
                        .path("data");
        JsonNode chat = rows.get(0);
        BigDecimal perCall = MoneyPlane.charge(1_000, 500);
        assertThat(decimal(chat, "per_call_usd")).isEqualByComparingTo(perCall);
        assertThat(decimal(chat, "total_usd"))
                .isEqualByComparingTo(perCall.multiply(BigDecimal.valueOf(1000)));
        assertThat(decimal(chat, "per_accepted_usd"))
                .isEqualByComparingTo(perCall.multiply(BigDecimal.valueOf(2)));
        assertThat(chat.path("missing").get(0).asString()).isEqualTo("images");
        assertThat(rows.get(1).path("known").asBoolean()).isFalse();
        assertThat(rows.get(1).path("per_call_usd").isNull()).as("never free").isTrue();
        money.acme
                .post("/admin/v1/prices/compare", "{\"models\":[],\"workload\":{}}")
                .refused(400, "invalid_request", "models");
        money.acme
                .post(
                        "/admin/v1/prices/compare",
                        "{\"models\":[{\"provider\":\"a\",\"model\":\"b\"}],"
                                + "\"workload\":{\"input_tokens\":1,\"accepted_share\":\"0\"}}")
                .refused(400, "invalid_request", "workload.accepted_share");
    }

    @Test
    void theCatalogueIsSearchedAndPagedByModelAndProvider() {
        String query = "/admin/v1/prices/catalogue?search=SIMULATOR/sim&limit=2";
        java.util.List<String> seen = new java.util.ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = money.acme.get(query + cursor).ok(200);
            page.path("data").forEach(row -> seen.add(row.path("model_name").asString()));
            cursor = "&cursor=" + page.path("next_cursor").asString("");
        } while (!cursor.equals("&cursor="));
        assertThat(seen).contains("sim-chat", "sim-embed").isSorted().doesNotHaveDuplicates();
        JsonNode one =
                money.acme
                        .get("/admin/v1/prices/catalogue?provider=simulator&model=sim-embed")
                        .ok(200)
                        .path("data");
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.get(0).path("mode").asString()).isEqualTo("embedding");
        JsonNode makers =
                money.acme
                        .get("/admin/v1/prices/catalogue?first_party=true&mode=embedding&limit=500")
                        .ok(200)
                        .path("data");
        assertThat(makers).isNotEmpty();
        makers.forEach(row -> assertThat(row.path("first_party").asBoolean()).isTrue());
    }
}
