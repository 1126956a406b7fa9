package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.Await;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// Several server processes over one database share budgets: never exceeded, nearly all usable,
/// although each grants from what it holds in memory, and whatever becomes of one of them.
@Tag("slow")
@Timeout(300)
class ReplicasTest {

    private static final int CALLERS = 400;
    private static final BigDecimal INPUT = new BigDecimal("10");
    private static final BigDecimal OUTPUT = new BigDecimal("100");
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";
    private static final BigDecimal LIMIT = BigDecimal.ONE;
    private static final BigDecimal USABLE = new BigDecimal("0.99");
    private static final Duration SHORT_LEASE = Duration.ofSeconds(15);

    private static final int BROKEN = 0;

    @Test
    void twoReplicasShareABudget() throws Exception {
        burst(2, "{}", false);
    }

    @Test
    void threeReplicasShareNestedBudgets() throws Exception {
        burst(3, "{\"key\":\"k\"}", false);
    }

    /// The first goes on alone for as long as the third stands still.
    @Test
    void oneOfThreeIsKilledAndOnePausedPastItsLease() throws Exception {
        burst(3, "{\"key\":\"k\"}", true);
    }

    private static void burst(int count, String innerScope, boolean trouble) throws Exception {
        try (Fleet fleet = Fleet.start(count, settings(trouble))) {
            Api api = fleet.api();
            api.addModels(fleet.simulator().baseUrl(), PRICE, "m");
            api.topUp("100");
            String key = api.key("k", "support", "staging");
            List<String> rules =
                    List.of(
                            api.quota("outer", "{\"team\":\"support\"}", "usd", LIMIT.toString()),
                            api.quota("inner", innerScope, "usd", LIMIT.toString()));
            fleet.awaitKnown(key);
            // the last one takes a slice and is idle from then on
            ServerProcess idle = fleet.get(count - 1);
            for (int i = 0; i < 5; i++) {
                assertThat(
                                idle.api()
                                        .chat(key, Installation.chatBody("m", "first", 20))
                                        .statusCode())
                        .isEqualTo(200);
            }
            callAllAtOnce(fleet, count, key, trouble);
            usedUp(fleet, key);
            for (String rule : rules) {
                assertNearlyAllIsUsed(fleet, rule, trouble);
            }
            for (ServerProcess replica : fleet.all()) {
                replica.stop();
            }
            fleet.assertBooksAreCleanAndNothingHeld();
        }
    }

    private static Map<String, String> settings(boolean trouble) {
        return trouble
                ? Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-D%s=%d".formatted(Escrow.LEASE_PROPERTY, SHORT_LEASE.toSeconds()))
                : Map.of();
    }

    private static void callAllAtOnce(Fleet fleet, int count, String key, boolean trouble)
            throws Exception {
        int busy = trouble ? count : count - 1;
        String slow = trouble ? "[[sim delay=%d]] " : "";
        List<Future<Integer>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                ServerProcess to = fleet.get(i % busy);
                String text = slow.formatted(i % 20 * 100) + "call " + i;
                String body = Installation.chatBody("m", text, 150);
                boolean mayBreak = trouble && i % busy == 1;
                calls.add(threads.submit(() -> status(to.api(), key, body, mayBreak)));
            }
            if (trouble) {
                killOneAndPauseAnother(fleet);
            }
            int broken = 0;
            for (Future<Integer> call : calls) {
                int status = call.get();
                broken += status == BROKEN ? 1 : 0;
                // while a replica does not answer, a call may wait too long for its money
                assertThat(status)
                        .isIn(trouble ? List.of(200, 429, 503, BROKEN) : List.of(200, 429));
            }
            assertThat(broken > 0).as("%d calls broke", broken).isEqualTo(trouble);
        }
        if (trouble) {
            fleet.restart(1);
        }
    }

    private static int status(Api to, String key, String body, boolean mayBreak) throws Exception {
        HttpResponse<String> answer;
        try {
            answer = to.tryChat(key, body);
        } catch (IOException e) {
            if (mayBreak) {
                return BROKEN;
            }
            throw e;
        }
        return answer.statusCode();
    }

    private static void killOneAndPauseAnother(Fleet fleet) throws InterruptedException {
        Await.until(
                () -> fleet.simulator().journal().calls().size(),
                calls -> calls >= 20,
                Duration.ofMinutes(1));
        fleet.get(2).pause();
        fleet.get(1).killDashNine();
        LockSupport.parkNanos(SHORT_LEASE.plusSeconds(1).toNanos());
        fleet.get(2).goOn();
    }

    /// Small calls to one replica after the other until every one refuses.
    private static void usedUp(Fleet fleet, String key) {
        for (ServerProcess replica : fleet.all()) {
            HttpResponse<String> answer;
            int calls = 0;
            do {
                answer = replica.api().chat(key, Installation.chatBody("m", "go on", 20));
                assertThat(++calls).as("calls until refused").isLessThan(2_000);
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 429, 503);
            } while (answer.statusCode() != 429);
        }
    }

    private static void assertNearlyAllIsUsed(Fleet fleet, String rule, boolean trouble) {
        JsonNode state =
                fleet.api()
                        .await(
                                "/admin/v1/quotas/" + rule + "/state",
                                s ->
                                        s.path("held").asString().equals("0")
                                                && used(s).compareTo(USABLE) >= 0,
                                Duration.ofSeconds(10));
        assertThat(used(state)).isLessThanOrEqualTo(LIMIT);
        if (!trouble) {
            assertThat(used(state)).isEqualByComparingTo(spentByTheProvider(fleet));
        }
    }

    private static BigDecimal used(JsonNode state) {
        return new BigDecimal(state.path("used").asString());
    }

    private static BigDecimal spentByTheProvider(Fleet fleet) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Call call : fleet.simulator().journal().calls()) {
            BigDecimal input = BigDecimal.valueOf(call.usage().allInputTokens()).multiply(INPUT);
            BigDecimal output = BigDecimal.valueOf(call.usage().allOutputTokens()).multiply(OUTPUT);
            sum = sum.add(input.add(output).movePointLeft(6));
        }
        return sum;
    }
}
