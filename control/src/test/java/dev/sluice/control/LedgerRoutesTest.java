package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerRoutesTest {

    private static final Instant AT = Instant.parse("2026-11-21T07:00:00Z");

    private MoneyPlane money;
    private String request = "";

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"10\",\"reference\":\"t1\"}").ok(201);
        money.plane.advance(Duration.ofHours(1));
        request = money.call(CallSpec.of(money.acmeId, AT, 1_000_000, 500_000));
    }

    @AfterAll
    void stop() {
        money.close();
    }

    @Test
    void theWalletsAccountIsTheBalance() {
        JsonNode accounts = money.acme.get("/admin/v1/ledger/accounts").ok(200).path("data");
        assertThat(accounts)
                .anySatisfy(account -> {
                    assertThat(account.path("name").asString()).isEqualTo("wallet");
                    assertThat(account.path("credits").asString()).isEqualTo("10");
                    assertThat(account.path("debits").asString()).isEqualTo("0.45");
                    assertThat(account.path("balance").asString())
                            .isEqualTo(money.acme.get("/admin/v1/balance").text("balance"));
                });
    }

    @Test
    void theChargesOfARequestAreItsCost() {
        JsonNode entries =
                money.acme
                        .get("/admin/v1/ledger/entries?kind=charge&request_id=" + request)
                        .ok(200)
                        .path("data");
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode entry : entries) {
            sum = sum.add(new BigDecimal(entry.path("amount").asString()));
            assertThat(entry.path("debit").asString()).isEqualTo("wallet");
            assertThat(entry.path("currency").asString()).isEqualTo("USD");
            assertThat(entry.path("attempt_id").asString()).isNotEmpty();
        }
        String cost = money.acme.get("/admin/v1/requests/" + request).text("cost_usd");
        assertThat(sum).isEqualByComparingTo(cost);
    }

    @Test
    void entriesCanBeFilteredAndPaged() {
        assertThat(kinds("?kind=topup")).containsExactly("topup");
        assertThat(kinds("?account=cash")).containsExactly("topup");
        assertThat(kinds("?account=wallet")).contains("topup", "charge").doesNotContain("absorbed");
        assertThat(kinds("?to=2026-11-21T08:30:00Z")).containsExactly("topup");
        assertThat(kinds("?from=2026-11-21T08:30:00Z")).doesNotContain("topup").isNotEmpty();
        assertThat(kinds("?from=2026-11-22")).isEmpty();

        List<String> all = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonNode page = money.acme.get("/admin/v1/ledger/entries?limit=1" + cursor).ok(200);
            page.path("data").forEach(entry -> all.add(entry.path("id").asString()));
            if (!page.path("has_more").asBoolean()) {
                break;
            }
            cursor = "&cursor=" + page.path("next_cursor").asString();
        }
        assertThat(all).doesNotHaveDuplicates().hasSize(kinds("").size());
    }

    private List<String> kinds(String query) {
        List<String> kinds = new ArrayList<>();
        money.acme
                .get("/admin/v1/ledger/entries" + query)
                .ok(200)
                .path("data")
                .forEach(entry -> kinds.add(entry.path("kind").asString()));
        return kinds;
    }

    @Test
    void wrongFiltersAreRefusedByName() {
        for (String query :
                List.of("kind=gift", "account=pocket", "from=yesterday", "to=2026-13-01")) {
            money.acme
                    .get("/admin/v1/ledger/entries?" + query)
                    .refused(400, "invalid_request", query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void anotherOrganizationSeesNothingOfIt() {
        assertThat(money.globex.get("/admin/v1/ledger/entries").ok(200).path("data").size())
                .isZero();
        assertThat(money.globex.get("/admin/v1/ledger/accounts").ok(200).path("data").size())
                .isZero();
        assertThat(
                        money.globex
                                .get("/admin/v1/ledger/entries?request_id=" + request)
                                .ok(200)
                                .path("data")
                                .size())
                .isZero();
        money.globex.in("acme").get("/admin/v1/ledger/entries").refused(404, "not_found", null);
        money.globex.in("acme").get("/admin/v1/ledger/verify").refused(404, "not_found", null);
        money.plane.new Caller("", java.util.Map.of())
                .get("/admin/v1/ledger/entries")
                .refused(401, "invalid_api_key", null);
    }

    @Test
    void verifyCoversAllForTheInstallationAndOneForTheOthers() {
        JsonNode all = money.installation().get("/admin/v1/ledger/verify").ok(200);
        JsonNode acme = money.acme.get("/admin/v1/ledger/verify").ok(200);
        JsonNode globex = money.globex.get("/admin/v1/ledger/verify").ok(200);
        assertThat(all.path("ok").asBoolean()).isTrue();
        assertThat(all.path("problems").size()).isZero();
        assertThat(acme.path("operator_absorbed_usd").asString()).isEqualTo("0");
        assertThat(globex.path("checked").asLong()).isZero();
        assertThat(all.path("checked").asLong()).isEqualTo(acme.path("checked").asLong());
        JsonNode one = money.installation().in("globex").get("/admin/v1/ledger/verify").ok(200);
        assertThat(one.path("checked").asLong()).isZero();
    }

    @Test
    void aBookThatDoesNotAddUpIsNamedToItsOwnerAlone() {
        Caller broken = money.plane.organization("broken", "owner");
        String id = broken.get("/admin/v1/organizations").ok(200).at("/data/0/id").asString();
        broken.post("/admin/v1/topups", "{\"amount\":\"3\",\"reference\":\"t\"}").ok(201);
        change(id, "+");
        try {
            JsonNode found = broken.get("/admin/v1/ledger/verify").ok(200);
            assertThat(found.path("ok").asBoolean()).isFalse();
            assertThat(found.path("problems").toString()).contains(id, "\"3\"", "\"4\"");
            assertThat(money.acme.get("/admin/v1/ledger/verify").ok(200).path("ok").asBoolean())
                    .isTrue();
        } finally {
            change(id, "-");
        }
    }

    private void change(String organization, String sign) {
        money.database()
                .inTransaction(sql ->
                        sql.update(
                                "UPDATE wallet SET balance = balance "
                                        + sign
                                        + " 1 WHERE organization_id = ?",
                                organization));
    }
}
