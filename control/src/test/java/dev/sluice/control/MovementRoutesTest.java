package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Answer;
import dev.sluice.control.Plane.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MovementRoutesTest {

    private static final Instant AT = Instant.parse("2026-11-21T07:00:00Z");

    private MoneyPlane money;

    @BeforeAll
    void start() {
        money = new MoneyPlane();
    }

    @AfterAll
    void stop() {
        money.close();
    }

    private Caller fresh(String name) {
        return money.plane.organization(name, "owner");
    }

    private Answer topUp(Caller caller, String amount, String reference) {
        // ids of one millisecond have no order
        money.plane.advance(Duration.ofMillis(1));
        return caller.post(
                "/admin/v1/topups",
                "{\"amount\":\"%s\",\"reference\":\"%s\"}".formatted(amount, reference));
    }

    @Test
    void aTopUpIsShownWithTheBalanceBeforeAndAfterIt() {
        Caller caller = fresh("shown");
        JsonNode first = topUp(caller, "5.00", "inv-1").ok(201);
        assertThat(first.path("amount").asString()).isEqualTo("5");
        assertThat(first.path("balance_before").asString()).isEqualTo("0");
        assertThat(first.path("balance_after").asString()).isEqualTo("5");
        topUp(caller, "0.000000000001", "inv-2").ok(201);

        JsonNode balance = caller.get("/admin/v1/balance").ok(200);
        assertThat(balance.path("balance").asString()).isEqualTo("5.000000000001");
        assertThat(balance.path("held").asString()).isEqualTo("0");
        assertThat(balance.path("available").asString()).isEqualTo("5.000000000001");
        assertThat(balance.path("currency").asString()).isEqualTo("USD");
        assertThat(balance.path("mode").asString()).isEqualTo("prepaid");

        JsonNode page = caller.get("/admin/v1/topups?limit=1").ok(200);
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.at("/data/0/reference").asString()).isEqualTo("inv-2");
        assertThat(page.at("/data/0/balance_before").asString()).isEqualTo("5");
        assertThat(page.at("/data/0/actor").asString()).isNotEmpty();
        String next = page.path("next_cursor").asString();
        JsonNode last = caller.get("/admin/v1/topups?limit=1&cursor=" + next).ok(200);
        assertThat(last.at("/data/0/reference").asString()).isEqualTo("inv-1");
        assertThat(last.path("has_more").asBoolean()).isFalse();
        caller.get("/admin/v1/topups?cursor=garbage").refused(400, "invalid_request", "cursor");
        caller.get("/admin/v1/topups?limit=0").refused(400, "invalid_request", "limit");
    }

    @Test
    void aReferenceIsBookedOnce() {
        Caller caller = fresh("once");
        JsonNode first = topUp(caller, "7", "ref").ok(201);
        JsonNode again = topUp(caller, "7.0", "ref").ok(200);
        assertThat(again).isEqualTo(first);
        topUp(caller, "8", "ref").refused(409, "conflict", null);
        assertThat(caller.get("/admin/v1/balance").text("balance")).isEqualTo("7");
        assertThat(caller.get("/admin/v1/topups").ok(200).path("data").size()).isEqualTo(1);
    }

    @Test
    void twentyThreadsWithOneReferenceTopUpOnce() throws Exception {
        Caller caller = fresh("threads");
        List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                all.add(
                        threads.submit(() -> {
                            go.await();
                            String amount = number % 4 == 3 ? "6" : "5";
                            Answer answer = topUp(caller, amount, "same");
                            return statuses.add(answer.status());
                        }));
            }
            go.countDown();
            for (Future<Boolean> one : all) {
                one.get();
            }
        }
        assertThat(statuses.stream().filter(s -> s == 201)).hasSize(1);
        assertThat(statuses).hasSize(20).allMatch(s -> s == 201 || s == 200 || s == 409);
        String balance = caller.get("/admin/v1/balance").text("balance");
        assertThat(balance).isIn("5", "6");
        int conflicts = (int) statuses.stream().filter(s -> s == 409).count();
        assertThat(conflicts).isEqualTo(balance.equals("5") ? 5 : 15);
        assertThat(caller.get("/admin/v1/ledger/verify").ok(200).path("ok").asBoolean()).isTrue();
    }

    @Test
    void amountsThatAreNoneAreRefusedByName() {
        Caller caller = fresh("amounts");
        for (String amount :
                List.of(
                        "\"0\"",
                        "\"-1\"",
                        "\"1.0000000000001\"",
                        "\"1e3\"",
                        "\"\"",
                        "\"x\"",
                        "true",
                        "null",
                        "[]",
                        "\"10000000000000000\"")) {
            caller.post("/admin/v1/topups", "{\"amount\":%s,\"reference\":\"r\"}".formatted(amount))
                    .refused(400, "invalid_request", "amount");
        }
        caller.post("/admin/v1/topups", "{\"amount\":\"1\"}")
                .refused(400, "invalid_request", "reference");
        caller.post("/admin/v1/topups", "{\"amount\":\"1\",\"reference\":\"r\",\"x\":1}")
                .refused(400, "invalid_request", "x");
        caller.post("/admin/v1/topups", "nonsense").refused(400, "invalid_request", null);
        assertThat(caller.get("/admin/v1/balance").text("balance")).isEqualTo("0");
    }

    @Test
    void aRefundGivesBackAtMostWhatWasCharged() {
        Caller caller = fresh("refunded");
        String id = caller.get("/admin/v1/organizations").ok(200).at("/data/0/id").asString();
        topUp(caller, "10", "for-refunds").ok(201);
        String request = money.call(CallSpec.of(id, AT, 1_000_000, 1_000_000));
        String body =
                "{\"request_id\":\"%s\",\"amount\":\"%s\",\"reason\":\"bad answer\","
                        + "\"reference\":\"%s\"}";
        JsonNode refund =
                caller.post("/admin/v1/refunds", body.formatted(request, "0.5", "rf-1")).ok(201);
        assertThat(refund.path("request_id").asString()).isEqualTo(request);
        assertThat(refund.path("reason").asString()).isEqualTo("bad answer");
        assertThat(refund.path("balance_before").asString()).isEqualTo("9.25");
        assertThat(refund.path("balance_after").asString()).isEqualTo("9.75");
        caller.post("/admin/v1/refunds", body.formatted(request, "0.5", "rf-1")).ok(200);
        caller.post("/admin/v1/refunds", body.formatted(request, "0.26", "rf-2"))
                .refused(409, "conflict", null);
        caller.post("/admin/v1/refunds", body.formatted("req_unknown", "0.1", "rf-3"))
                .refused(409, "conflict", null);
        // the call of one organization is nothing to another
        money.globex
                .post("/admin/v1/refunds", body.formatted(request, "0.1", "rf-4"))
                .refused(409, "conflict", null);
        caller.post("/admin/v1/refunds", "{\"amount\":\"1\",\"reason\":\"x\",\"reference\":\"y\"}")
                .refused(400, "invalid_request", "request_id");
        assertThat(caller.get("/admin/v1/refunds").ok(200).path("data").size()).isEqualTo(1);
        assertThat(money.globex.get("/admin/v1/refunds").ok(200).path("data").size()).isZero();
    }

    @Test
    void anAdjustmentGoesUpOrDownAsFarAsMoneyIsAvailable() {
        Caller caller = fresh("adjusted");
        String body = "{\"amount\":\"%s\",\"reason\":\"fix\",\"reference\":\"%s\"}";
        caller.post("/admin/v1/adjustments", body.formatted("3", "a1")).ok(201);
        JsonNode down = caller.post("/admin/v1/adjustments", body.formatted("-1.5", "a2")).ok(201);
        assertThat(down.path("amount").asString()).isEqualTo("-1.5");
        assertThat(down.path("balance_before").asString()).isEqualTo("3");
        assertThat(down.path("balance_after").asString()).isEqualTo("1.5");
        caller.post("/admin/v1/adjustments", body.formatted("-1.6", "a3"))
                .refused(409, "conflict", null);
        caller.post("/admin/v1/adjustments", body.formatted("0", "a4"))
                .refused(400, "invalid_request", "amount");
        assertThat(caller.get("/admin/v1/balance").text("balance")).isEqualTo("1.5");
    }

    @Test
    void onlyBillingManagesAndEveryBookingIsAudited() {
        Caller support = money.plane.tokenIn(money.acmeId, "user", "sue", "support");
        topUp(support, "1", "not-mine").refused(403, "permission_denied", null);
        assertThat(support.get("/admin/v1/balance").status()).isEqualTo(200);
        Caller legal = money.plane.tokenIn(money.acmeId, "user", "lee", "procurement");
        assertThat(legal.get("/admin/v1/topups").status()).isEqualTo(200);
        Caller developer = money.plane.tokenIn(money.acmeId, "user", "dev", "developer");
        developer.get("/admin/v1/balance").refused(403, "permission_denied", null);
        Caller finance = money.plane.tokenIn(money.acmeId, "user", "fay", "finance");
        topUp(finance, "1", "by-fay").ok(201);
        JsonNode audit = money.acme.get("/admin/v1/audit").ok(200);
        assertThat(audit.path("data"))
                .anySatisfy(event ->
                        assertThat(event.toString())
                                .contains("\"topup\"", "by-fay", "balance_after"));
    }

    @Test
    void idempotencyKeyRepeatsTheAnswer() {
        Caller caller = fresh("keyed").with("idempotency-key", "k-1");
        JsonNode first = topUp(caller, "2", "keyed").ok(201);
        assertThat(topUp(caller, "2", "keyed").ok(201)).isEqualTo(first);
        assertThat(topUp(caller, "3", "keyed").status()).isEqualTo(409);
    }

    @Test
    void heldMoneyIsShownWhileACallRuns() {
        Caller caller = fresh("held");
        String id = caller.get("/admin/v1/organizations").ok(200).at("/data/0/id").asString();
        topUp(caller, "1", "x").ok(201);
        var spec = CallSpec.of(id, AT, 1_000, 900);
        var request = money.hold(spec);
        JsonNode balance = caller.get("/admin/v1/balance").ok(200);
        assertThat(balance.path("balance").asString()).isEqualTo("1");
        assertThat(balance.path("held").asString()).isEqualTo("0.00075");
        assertThat(balance.path("available").asString()).isEqualTo("0.99925");
        money.settle(spec, request);
        assertThat(caller.get("/admin/v1/balance").text("held")).isEqualTo("0");
        assertThat(caller.get("/admin/v1/balance").text("balance")).isEqualTo("0.99931");
    }
}
