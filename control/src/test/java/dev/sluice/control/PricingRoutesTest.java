package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.control.Plane.Caller;
import dev.sluice.control.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PricingRoutesTest {

    private static final String HEADER =
            "{\"provider\":\"simulator\",\"source\":\"contract\",\"source_version\":\"7\","
                    + "\"checked_on\":\"2026-11-20\",\"licence\":\"own\"}\n";
    static final String CHEAPER =
            HEADER
                    + "{\"model\":\"sim-chat\",\"mode\":\"chat\",\"price\":{\"input_per_mtok\":\"0.1\","
                    + "\"output_per_mtok\":\"0.4\"},\"context_window\":64000}\n"
                    + "{\"model\":\"sim-new\",\"mode\":\"chat\",\"price\":{\"input_per_mtok\":\"9\","
                    + "\"output_per_mtok\":\"9\"},\"context_window\":64000}\n";

    private MoneyPlane money;
    private Caller nobody;

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        nobody = money.plane.new Caller("", Map.of());
    }

    @AfterAll
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
    void thePublicCatalogueHasEveryRowOfTheBookForAnybody() {
        JsonNode all = catalogue("");
        PriceBook book = PriceBook.shipped();
        assertThat(all.path("success").asBoolean()).isTrue();
        assertThat(all.path("version").asString()).isEqualTo(book.version());
        assertThat((long) all.path("data").size()).isEqualTo(book.rows().count());
        assertThat(all.path("data").size()).isGreaterThanOrEqualTo(656);
        assertThat(all.path("vendors").size()).isGreaterThanOrEqualTo(23);
        Set<Integer> vendors = new HashSet<>();
        all.path("vendors").forEach(vendor -> vendors.add(vendor.path("id").asInt()));
        for (JsonNode row : all.path("data")) {
            assertThat(vendors).contains(row.path("vendor_id").asInt());
            assertThat(row.path("source").asString()).isNotEmpty();
            assertThat(row.path("checked_on").asString()).matches("\\d{4}-\\d\\d-\\d\\d");
            assertThat(row.at("/availability/label").asString()).isIn("unknown", "simulated");
            for (JsonNode unit : row.path("pricing_units")) {
                assertThat(unit.path("meaning").asString()).startsWith("US dollars per");
            }
        }
        assertThat(all.path("supported_endpoint_families").toString())
                .isEqualTo("[\"chat\",\"embeddings\"]");
        assertThat(all.at("/supported_endpoint/chat/path").asString())
                .isEqualTo("/v1/chat/completions");
    }

    @Test
    void aRowSaysWhatTheModelCosts() {
        JsonNode row = row("sim-chat");
        assertThat(row.path("provider").asString()).isEqualTo("simulator");
        assertThat(row.path("lifecycle").asString()).isEqualTo("active");
        assertThat(row.path("endpoint_families").toString()).isEqualTo("[\"chat\"]");
        assertThat(row.at("/availability/label").asString()).isEqualTo("simulated");
        assertThat(row.at("/native_price/input_per_mtok").asString()).isEqualTo("0.15");
        assertThat(row.at("/pricing_units/0/unit").asString()).isEqualTo("input_per_mtok");
        assertThat(row.at("/pricing_units/0/price").asString()).isEqualTo("0.15");
        // $0.15 per million is 0.075 of the shape's $2; output costs four times the input
        assertThat(row.path("model_ratio").decimalValue()).isEqualByComparingTo("0.075");
        assertThat(row.path("completion_ratio").decimalValue()).isEqualByComparingTo("4");
        assertThat(row.path("quota_type").asInt()).isZero();
        assertThat(row.path("cache_ratio").decimalValue()).isEqualByComparingTo("0.5");
        RecordedShape.of(
                        """
                        model_name text
                        description text
                        tags text
                        vendor_id number
                        quota_type number
                        model_ratio number
                        model_price number
                        owner_by text
                        completion_ratio number
                        cache_ratio number?
                        create_cache_ratio number?
                        enable_groups list
                        supported_endpoint_types list
                        """)
                .check(row);
        RecordedShape.of(
                        """
                        success flag
                        data list
                        vendors list
                        group_ratio object
                        usable_group object
                        supported_endpoint object
                        auto_groups list
                        pricing_version text
                        """)
                .check(catalogue("?model=sim-chat"));
    }

    @Test
    void filtersNarrowAndUnknownOnesAreRefused() {
        JsonNode simulated = catalogue("?vendor=simulator&mode=embedding").path("data");
        assertThat(simulated)
                .isNotEmpty()
                .allSatisfy(row -> {
                    assertThat(row.path("mode").asString()).isEqualTo("embedding");
                    assertThat(row.path("supported_endpoint_types").toString())
                            .isEqualTo("[\"embeddings\"]");
                });
        assertThat(catalogue("?model=none").path("data").size()).isZero();
        nobody.get("/api/pricing?vendr=x").refused(400, "invalid_request", "vendr");
    }

    @Tag("slow")
    @Test
    void writingTheCatalogueNeedsLittleMemory() throws IOException {
        var answer = nobody.get("/api/pricing");
        answer.response().writer().orElseThrow().writeTo(OutputStream.nullOutputStream());
        long before = used();
        long[] most = {0};
        long[] written = {0};
        nobody.get("/api/pricing")
                .response()
                .writer()
                .orElseThrow()
                .writeTo(
                        new OutputStream() {
                            @Override
                            public void write(int b) {
                                throw new AssertionError("byte by byte");
                            }

                            @Override
                            public void write(byte[] bytes, int from, int length) {
                                written[0] += length;
                                if (written[0] % 10 == 0) {
                                    most[0] = Math.max(most[0], used() - before);
                                }
                            }
                        });
        assertThat(written[0]).isGreaterThan(1_000_000);
        assertThat(most[0]).isLessThan(20_000_000);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void aDiffNamesEveryFactThatChangesAndChangesNothing() {
        JsonNode diff = money.acme.post("/admin/v1/prices/diff", CHEAPER).ok(200);
        assertThat(diff.at("/counts/added").asInt()).isEqualTo(1);
        assertThat(diff.at("/counts/changed").asInt()).isEqualTo(1);
        assertThat(diff.at("/counts/absent").asInt()).isPositive();
        assertThat(diff.at("/added/0/model").asString()).isEqualTo("sim-new");
        assertThat(diff.path("changed").toString())
                .contains("{\"name\":\"input_per_mtok\",\"before\":\"0.15\",\"after\":\"0.1\"}");
        assertThat(row("sim-chat").at("/native_price/input_per_mtok").asString()).isEqualTo("0.15");
    }

    @Test
    void badBooksTimesAndRightsAreRefused() {
        for (String body :
                List.of(
                        "",
                        "{}",
                        HEADER,
                        "nonsense",
                        HEADER + "{\"model\":\"m\",\"price\":{\"x\":1}}")) {
            money.acme.post("/admin/v1/prices/import", body).refused(400, "invalid_request", null);
        }
        for (String at : List.of("soon", "2026-11-21T08:00:09Z", "2020-01-01T00:00:00Z")) {
            money.acme
                    .post("/admin/v1/prices/import?effective_at=" + at, CHEAPER)
                    .refused(400, "invalid_request", "effective_at");
        }
        Caller developer = money.plane.tokenIn(money.acmeId, "user", "dev", "developer");
        developer.post("/admin/v1/prices/import", CHEAPER).refused(403, "permission_denied", null);
        Caller platform = money.plane.tokenIn(money.acmeId, "user", "pat", "platform");
        platform.post("/admin/v1/prices/import", CHEAPER).refused(403, "permission_denied", null);
        assertThat(platform.post("/admin/v1/prices/diff", CHEAPER).status()).isEqualTo(200);
        nobody.post("/admin/v1/prices/diff", CHEAPER).refused(401, "invalid_api_key", null);
    }

    @Test
    void theShippedBookItselfCanBeImportedAndChangesNothing() {
        StringBuilder text = new StringBuilder(HEADER);
        PriceBook.shipped()
                .rows("simulator")
                .map(PriceBook::writeRow)
                .forEach(line -> text.append(line).append('\n'));
        JsonNode diff = money.acme.post("/admin/v1/prices/diff", text.toString()).ok(200);
        assertThat(diff.path("counts").toString())
                .isEqualTo("{\"added\":0,\"changed\":0,\"absent\":0}");
        PriceRow first = PriceBook.shipped().rows("simulator").findFirst().orElseThrow();
        assertThat(PriceBook.readRow("simulator", PriceBook.writeRow(first))).isEqualTo(first);
    }
}
