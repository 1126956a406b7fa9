package dev.sluice.control;

import static dev.sluice.control.PricingRoutesTest.CHEAPER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.PriceBook;
import dev.sluice.control.Plane.Caller;
import dev.sluice.control.http.Json;
import dev.sluice.domain.MeterKind;
import dev.sluice.policy.PriceList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Tag("slow")
class PriceImportTest {

    private MoneyPlane money;
    private Caller nobody;

    @BeforeEach
    void start() {
        money = new MoneyPlane();
        nobody = money.plane.new Caller("", Map.of());
    }

    @AfterEach
    void stop() {
        money.close();
    }

    private JsonNode catalogue(String query) {
        var answer = nobody.get("/api/pricing" + query);
        assertThat(answer.status()).isEqualTo(200);
        return Json.parse(MoneyPlane.body(answer.response()));
    }

    private JsonNode row(String model) {
        JsonNode data = catalogue("?model=" + model).path("data");
        assertThat(data.size()).isEqualTo(1);
        return data.get(0);
    }

    @Test
    void anImportOfTheInstallationIsInForceForEverybodyAfterItsNotice() {
        Caller installation = money.installation().in("acme");
        JsonNode made = installation.post("/admin/v1/prices/import?note=contract", CHEAPER).ok(201);
        assertThat(made.path("shared").asBoolean()).isTrue();
        assertThat(made.path("added").asInt()).isEqualTo(1);
        assertThat(made.path("changed").asInt()).isEqualTo(1);
        assertThat(made.path("effective_at").asString()).isEqualTo("2026-11-21T08:00:10Z");
        assertThat(catalogue("?model=sim-new").path("data").size()).isZero();

        money.plane.advance(Duration.ofSeconds(10));
        assertThat(row("sim-chat").at("/native_price/input_per_mtok").asString()).isEqualTo("0.1");
        assertThat(row("sim-chat").path("source").asString()).isEqualTo("contract");
        assertThat(row("sim-new").at("/limits/context_window").asLong()).isEqualTo(64_000);
        assertThat(installation.post("/admin/v1/prices/import", CHEAPER).ok(200)).isEqualTo(made);
        JsonNode diff = installation.post("/admin/v1/prices/diff", CHEAPER).ok(200);
        assertThat(diff.at("/counts/added").asInt()).isZero();
        assertThat(diff.at("/counts/changed").asInt()).isZero();
        assertThat(money.globex.get("/admin/v1/prices/book").ok(200).path("imports").size())
                .isEqualTo(1);
        assertThat(money.acme.get("/admin/v1/audit").ok(200).toString()).contains("price_book");
    }

    @Test
    void anOrganizationsImportIsItsOwn() {
        Caller finance = money.plane.tokenIn(money.acmeId, "user", "fay", "finance");
        JsonNode made =
                finance.post("/admin/v1/prices/import?effective_at=2026-12-01T00:00:00Z", CHEAPER)
                        .ok(201);
        assertThat(made.path("shared").asBoolean()).isFalse();
        assertThat(made.path("effective_at").asString()).isEqualTo("2026-12-01T00:00:00Z");
        money.plane.advance(Duration.ofDays(20));
        assertThat(catalogue("?model=sim-new").path("data").size()).isZero();
        assertThat(money.globex.get("/admin/v1/prices/book").ok(200).path("imports").size())
                .isZero();
        assertThat(money.acme.get("/admin/v1/prices/book").ok(200).at("/imports/0/id").asString())
                .isEqualTo(made.path("id").asString());
    }

    private PriceList.Listed inForce(String organization, String model, Instant at) {
        return money.plane
                .control
                .snapshots()
                .current()
                .organization(organization)
                .prices()
                .find("simulated", model, at)
                .orElseThrow();
    }

    @Test
    void callsArePricedByTheBookInForceWhenTheyBegin() {
        String version =
                money.installation()
                        .in("acme")
                        .post("/admin/v1/prices/import", CHEAPER)
                        .ok(201)
                        .path("version")
                        .asString();
        Instant before = money.plane.now.get().plusSeconds(9);
        Instant after = money.plane.now.get().plusSeconds(10);
        for (String organization : List.of(money.acmeId, money.globexId)) {
            assertThat(inForce(organization, "sim-chat", before).version())
                    .isEqualTo(PriceBook.shipped().version());
            PriceList.Listed listed = inForce(organization, "sim-chat", after);
            assertThat(listed.version()).isEqualTo(version);
            assertThat(listed.row().bounds().contextWindow()).hasValue(64_000);
            assertThat(listed.row().price().base().byMeter().get(MeterKind.INPUT))
                    .isEqualByComparingTo("0.1");
            assertThat(inForce(organization, "sim-reasoner", after).version())
                    .isEqualTo(PriceBook.shipped().version());
        }
        assertThat(money.acme.get("/admin/v1/prices?model=sim-new").ok(200).at("/data/0/version"))
                .hasToString("\"" + version + "\"");
    }

    @Test
    void oneOrganizationsBookPricesItsCallsAlone() {
        money.acme.post("/admin/v1/prices/import", CHEAPER).ok(201);
        Instant after = money.plane.now.get().plusSeconds(10);
        assertThat(inForce(money.acmeId, "sim-chat", after).row().source()).isEqualTo("contract");
        assertThat(inForce(money.globexId, "sim-chat", after).row().source())
                .isEqualTo("simulated");
    }
}
