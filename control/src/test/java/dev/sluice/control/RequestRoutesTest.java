package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import dev.sluice.control.http.Json;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestRoutesTest {

    private static final Instant AT = Instant.parse("2026-11-21T07:00:00Z");

    private MoneyPlane money;
    private String key = "";
    private String good = "";
    private String failed = "";

    @BeforeAll
    void start() {
        money = new MoneyPlane();
        money.acme.post("/admin/v1/topups", "{\"amount\":\"50\",\"reference\":\"t\"}").ok(201);
        key = money.key(money.acmeId, "replies-staging", "service:api", "", "");
        good = money.call(CallSpec.of(money.acmeId, AT, 1_000_000, 10_000).key(key));
        failed =
                money.call(
                        CallSpec.of(money.acmeId, AT.plusSeconds(60), 10, 10)
                                .status(502)
                                .owner("user:dev")
                                .customer("customer-2"));
    }

    @AfterAll
    void stop() {
        money.close();
    }

    @Test
    void oneRequestHasEveryFieldOfTheContract() {
        JsonNode request = money.acme.get("/admin/v1/requests/" + good).ok(200);
        for (String field :
                List.of(
                        "request_id",
                        "action_id",
                        "key",
                        "team",
                        "environment",
                        "model",
                        "model_served",
                        "upstream",
                        "status_code",
                        "error_code",
                        "state",
                        "estimated",
                        "units",
                        "cost_usd",
                        "hold_usd",
                        "cost_lines",
                        "price_version",
                        "attempts",
                        "decisions",
                        "timings",
                        "tags",
                        "attribution",
                        "created_at")) {
            assertThat(request.has(field)).as(field).isTrue();
        }
        assertThat(request.path("key").asString()).isEqualTo(key);
        assertThat(request.path("state").asString()).isEqualTo("settled");
        assertThat(request.path("status_code").asInt()).isEqualTo(200);
        assertThat(request.path("cost_usd").asString()).isEqualTo("0.156");
        assertThat(request.path("hold_usd").asString()).isEqualTo("0.15606");
        assertThat(request.path("price_version").asString()).isEqualTo("v1");
        assertThat(request.path("upstream").asString()).isEqualTo("east");
        assertThat(request.at("/units/input_tokens").asLong()).isEqualTo(1_000_000);
        assertThat(request.at("/units/output_tokens").asLong()).isEqualTo(10_000);
        assertThat(request.at("/cost_lines/0/amount_usd").asString()).isEqualTo("0.15");
        assertThat(request.at("/cost_lines/1/amount_usd").asString()).isEqualTo("0.006");
        assertThat(request.at("/cost_lines/1/unit_price").asString()).isEqualTo("0.6");
        assertThat(request.at("/attempts/0/cost_usd").asString()).isEqualTo("0.156");
        assertThat(request.at("/attempts/0/provider_request_id").asString())
                .isEqualTo("prov_" + good);
        assertThat(request.at("/decisions/0/note").asString()).isEqualTo("candidate");
        assertThat(request.at("/timings/first_byte_ms").asLong()).isEqualTo(20);
        assertThat(request.at("/timings/total_ms").asLong()).isEqualTo(55);
        assertThat(request.at("/tags/tier").asString()).isEqualTo("gold");
        assertThat(request.at("/attribution/customer").asString()).isEqualTo("customer-1");
    }

    @Test
    void everyFilterFindsItsCallsAndNoOthers() {
        for (String query :
                List.of(
                        "key=replies-staging",
                        "key=" + key,
                        "to=2026-11-21T07:00:30Z",
                        "customer=customer-1",
                        "status=200&model=sim-chat",
                        "min_cost=0.1",
                        "upstream=east&owner=service:api&customer=customer-1",
                        "provider_request_id=prov_" + good,
                        "state=settled&customer=customer-1")) {
            assertThat(ids(query)).as(query).contains(good).doesNotContain(failed);
        }
        for (String query :
                List.of(
                        "from=2026-11-21T07:00:30Z&to=2026-11-21T07:02:00Z",
                        "error_code=upstream_error",
                        "status=502",
                        "customer=customer-2")) {
            assertThat(ids(query)).as(query).containsExactly(failed);
        }
        assertThat(ids("environment=staging&workflow=replies&action_id=act_1"))
                .contains(good, failed);
        for (String query :
                List.of(
                        "environment=production",
                        "team=nobody",
                        "key=unknown",
                        "model=other",
                        "state=refused&customer=customer-1",
                        "min_cost=1000",
                        "from=2030-01-01")) {
            assertThat(ids(query)).as(query).isEmpty();
        }
    }

    private List<String> ids(String query) {
        JsonNode data = money.acme.get("/admin/v1/requests?" + query).ok(200).path("data");
        return StreamSupport.stream(data.spliterator(), false)
                .map(row -> row.path("request_id").asString())
                .toList();
    }

    @Test
    void wrongFiltersAreRefusedByName() {
        for (String query :
                List.of(
                        "from=x",
                        "to=x",
                        "status=2xx",
                        "status=99",
                        "min_cost=-1",
                        "min_cost=x",
                        "state=open",
                        "limit=501",
                        "cursor=x",
                        "colour=red",
                        "follow=maybe")) {
            money.acme
                    .get("/admin/v1/requests?" + query)
                    .refused(400, "invalid_request", query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void pagesShowEachCallOnceNewestFirst() {
        Caller caller = money.plane.organization("paged", "owner");
        String id = caller.get("/admin/v1/organizations").ok(200).at("/data/0/id").asString();
        caller.post("/admin/v1/topups", "{\"amount\":\"5\",\"reference\":\"t\"}").ok(201);
        for (int i = 0; i < 7; i++) {
            money.call(CallSpec.of(id, AT.plusSeconds(i / 2), 10, 10));
        }
        money.hold(CallSpec.of(id, AT.plusSeconds(9), 10, 10));
        List<String> seen = new ArrayList<>();
        List<String> times = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonNode page = caller.get("/admin/v1/requests?limit=3" + cursor).ok(200);
            for (JsonNode row : page.path("data")) {
                seen.add(row.path("request_id").asString());
                times.add(row.path("created_at").asString());
            }
            if (!page.path("has_more").asBoolean()) {
                break;
            }
            cursor = "&cursor=" + page.path("next_cursor").asString();
        }
        assertThat(seen).hasSize(8).doesNotHaveDuplicates();
        assertThat(times).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        JsonNode running = caller.get("/admin/v1/requests?state=held").ok(200).path("data");
        assertThat(running.size()).isEqualTo(1);
        assertThat(running.get(0).path("status_code").isNull()).isTrue();
        assertThat(running.get(0).path("cost_usd").asString()).isEqualTo("0");
    }

    @Test
    void anotherOrganizationAndAnotherOwnerSeeNothing() {
        money.globex.get("/admin/v1/requests/" + good).refused(404, "not_found", null);
        assertThat(money.globex.get("/admin/v1/requests").ok(200).path("data").toString())
                .doesNotContain("\"" + good + "\"", "\"" + failed + "\"", "customer-2");
        money.acme.get("/admin/v1/requests/req_none").refused(404, "not_found", null);
        Caller developer = money.plane.tokenIn(money.acmeId, "user", "dev", "developer");
        developer.get("/admin/v1/requests/" + good).refused(404, "not_found", null);
        assertThat(developer.get("/admin/v1/requests/" + failed).status()).isEqualTo(200);
        JsonNode own = developer.get("/admin/v1/requests?owner=service:api").ok(200).path("data");
        assertThat(own)
                .allSatisfy(row ->
                        assertThat(row.at("/attribution/owner").asString()).isEqualTo("user:dev"));
        Caller legal = money.plane.tokenIn(money.acmeId, "user", "leg", "legal");
        legal.get("/admin/v1/requests").refused(403, "permission_denied", null);
    }

    @Test
    @Timeout(30)
    void callsWithAnUnknownKeyBelongToTheInstallation() throws Exception {
        money.ledger.refused(
                new CallRecord(
                        "req_stranger",
                        null,
                        "chat",
                        false,
                        "sim-chat",
                        null,
                        null,
                        Usage.NONE,
                        false,
                        List.of(),
                        null,
                        new CallRecord.Outcome(401, "invalid_api_key", null, null, null)
                                .saying("This key is not known."),
                        new CallRecord.Timings(AT, AT, null, null),
                        List.of(),
                        List.of()));
        Caller installation = money.installation().in("acme");
        while (installation.get("/admin/v1/requests/req_stranger").status() != 200) {
            Thread.onSpinWait();
        }
        JsonNode rows =
                installation.get("/admin/v1/requests?unattributed=true").ok(200).path("data");
        assertThat(rows.toString())
                .contains("req_stranger", "\"refused\"")
                .contains("\"error_message\":\"This key is not known.\"");
        money.acme.get("/admin/v1/requests/req_stranger").refused(404, "not_found", null);
        money.acme
                .get("/admin/v1/requests?unattributed=true")
                .refused(403, "permission_denied", null);
    }

    @Test
    @Timeout(60)
    void theTailShowsCallsAsTheyEnd() throws Exception {
        var answer = money.acme.get("/admin/v1/requests?follow=true&customer=tail");
        assertThat(answer.response().headers().get("content-type")).isEqualTo("text/event-stream");
        try (PipedInputStream in = new PipedInputStream(1 << 20);
                OutputStream out = new PipedOutputStream(in);
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> writing =
                    thread.submit(() -> {
                        answer.response().writer().orElseThrow().writeTo(out);
                        return true;
                    });
            String wanted = money.call(CallSpec.of(money.acmeId, AT, 10, 10).customer("tail"));
            money.call(CallSpec.of(money.acmeId, AT, 10, 10).customer("other"));
            StringBuilder text = new StringBuilder();
            while (!text.toString().contains("\n\nevent: request\nid: " + wanted)
                    || !text.toString().endsWith("\n\n")) {
                text.append(new String(in.readNBytes(1), StandardCharsets.UTF_8));
            }
            String data = text.substring(text.indexOf("data: ") + 6).strip();
            assertThat(Json.parse(data.lines().findFirst().orElseThrow()).path("request_id"))
                    .hasToString("\"" + wanted + "\"");
            assertThat(text).doesNotContain("\"other\"");
            money.following.set(false);
            assertThat(writing.get()).isTrue();
        } finally {
            money.following.set(true);
        }
    }

    @Test
    @Timeout(60)
    void theTailEndsWithTheCredentialThatOpenedIt() throws Exception {
        Caller watcher = money.plane.tokenIn("acme", "user", "watcher", "support");
        Caller browser = money.plane.signedIn(money.acme, "eve@example.com", "support");
        String token = watcher.get("/admin/v1/me").text("owner");
        assertThat(token).isEqualTo("user:watcher");
        for (Caller caller : List.of(watcher, browser)) {
            var answer = caller.get("/admin/v1/requests?follow=true");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> writing =
                        thread.submit(() -> {
                            answer.response().writer().orElseThrow().writeTo(out);
                            return true;
                        });
                if (caller == browser) {
                    caller.post("/admin/v1/sign-out", "{}").ok(204);
                } else {
                    String id = money.acme.get("/admin/v1/admin-tokens").text("data.0.id");
                    money.acme.delete("/admin/v1/admin-tokens/" + id).ok(204);
                }
                assertThat(writing.get()).isTrue();
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).endsWith(": signed out\n\n");
        }
    }

    @Test
    void aQuotasStateFollowsItsCalls() {
        Caller caller = money.globex;
        caller.post("/admin/v1/topups", "{\"amount\":\"5\",\"reference\":\"q\"}").ok(201);
        money.plane.now.set(Instant.parse("2026-11-21T08:00:00Z"));
        QuotaRule usd = money.rule(money.globexId, "day-usd", QuotaUnit.USD, "2.50");
        CallSpec spec = CallSpec.of(money.globexId, money.plane.now.get(), 1_000_000, 900);
        var open = money.hold(spec, usd);
        JsonNode state = caller.get("/admin/v1/quotas/day-usd/state").ok(200);
        assertThat(state.path("limit").asString()).isEqualTo("2.5");
        assertThat(state.path("used").asString()).isEqualTo("0");
        assertThat(state.path("held").asString()).isEqualTo("0.1506");
        assertThat(state.path("remaining").asString()).isEqualTo("2.3494");
        assertThat(state.path("resets_at").asString()).isEqualTo("2026-11-22T00:00:00Z");
        assertThat(state.path("in_force").asString()).isEqualTo("2.5");
        money.settle(spec, open);
        state = caller.get("/admin/v1/quotas/" + usd.id() + "/state").ok(200);
        assertThat(state.path("used").asString()).isEqualTo("0.15054");
        assertThat(state.path("held").asString()).isEqualTo("0");
        money.plane.advance(Duration.ofDays(1));
        assertThat(caller.get("/admin/v1/quotas/day-usd/state").text("used")).isEqualTo("0");
        caller.get("/admin/v1/quotas/none/state").refused(404, "not_found", null);
        caller.get("/admin/v1/quotas/day-usd/state?member=x")
                .refused(400, "invalid_request", "member");
        money.acme.get("/admin/v1/quotas/day-usd/state").refused(404, "not_found", null);
        money.plane.new Caller("", Map.of())
                .get("/admin/v1/quotas/day-usd/state")
                .refused(401, "invalid_api_key", null);
    }
}
