package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.Upstream;
import dev.sluice.simulator.journal.Call;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Everything at once: half a thousand streams that break in every way, with clients that leave.
/// Whatever happens, each call is recorded once and charged what its provider says, and nothing
/// stays open.
@Tag("slow")
class RandomStreamsTest {

    private static final int CALLS = 500;

    private static final List<String> HOW =
            List.of(
                    "tokens=40",
                    "gap=5",
                    "gap=30 tokens=60",
                    "split=7",
                    "crlf",
                    "comments=2",
                    "bom",
                    "sse_ids",
                    "delay=200",
                    "ttfb=100",
                    "tokens=180",
                    "reasoning=40",
                    "empty_first",
                    "no_role",
                    "no_done",
                    "no_finish",
                    "usage_every",
                    "usage_with_finish",
                    "usage=missing",
                    "usage=negative",
                    "usage=float",
                    "usage=huge",
                    "cached=3",
                    "huge_at=2 huge=20000",
                    "cut_at=0",
                    "cut_at=3",
                    "cut_at=5 cut=rst",
                    "cut_byte=300",
                    "stall_at=3 stall=200",
                    "stall_at=2",
                    "malformed_at=0",
                    "malformed_at=3",
                    "error_at=0",
                    "error_at=2",
                    "endless",
                    "ignore_max tokens=300",
                    "drop=rst",
                    "drop=fin",
                    "status=500",
                    "status=429 retry_after=1",
                    "status=401",
                    "status=422",
                    "gzip",
                    "body=html",
                    "finish=content_filter",
                    "refusal");

    @Test
    void nothingIsLostAndNothingStaysOpen() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        String named = "-Dsluice.seed=" + seed;
        System.out.println("RandomStreamsTest " + named);
        Random random = new Random(seed);
        try (GatewayFixture gateway =
                        new GatewayFixture(
                                Limits.DEFAULT,
                                new Upstream.Timeouts(
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5),
                                        Duration.ofMillis(1_500),
                                        Duration.ofSeconds(20)));
                ScheduledExecutorService leaving = Executors.newScheduledThreadPool(1)) {
            Set<String> stayed = new HashSet<>();
            List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                String how = HOW.get(random.nextInt(HOW.size()));
                boolean stream = random.nextInt(4) > 0;
                String id = "action-" + i;
                HttpRequest request =
                        gateway.request(
                                        "/v1/chat/completions",
                                        GatewayFixture.chatBody(
                                                "sim-chat", "[[sim " + how + "]] " + i, stream))
                                .header("x-sluice-action-id", id)
                                .build();
                CompletableFuture<HttpResponse<String>> call =
                        gateway.http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
                pending.add(call);
                if (random.nextInt(5) == 0) {
                    var unused =
                            leaving.schedule(
                                    () -> call.cancel(true),
                                    random.nextInt(1_500),
                                    TimeUnit.MILLISECONDS);
                } else {
                    stayed.add(id);
                }
            }
            for (int i = 0; i < CALLS; i++) {
                CompletableFuture<HttpResponse<String>> call = pending.get(i);
                try {
                    HttpResponse<String> answer = call.join();
                    assertThat(answer.headers().firstValue("x-request-id")).as(named).isPresent();
                } catch (CompletionException | java.util.concurrent.CancellationException e) {
                    assertThat(stayed).as(named + " " + e).doesNotContain("action-" + i);
                }
            }
            gateway.awaitQuiet();
            List<Call> journal = gateway.simulator.journal().awaitQuiet(Duration.ofSeconds(10));
            check(named, gateway.ledger, stayed, journal);
            assertThat(gateway.plane.bodyBytesHeld()).isZero();
        }
    }

    private static void check(
            String named, MemoryLedger ledger, Set<String> stayed, List<Call> journal) {
        Map<String, Call> byId = new HashMap<>();
        journal.forEach(call -> byId.put(call.requestId(), call));
        Set<String> recorded = new HashSet<>();
        List<CallRecord> all = new ArrayList<>(ledger.settled());
        all.addAll(ledger.refusals());
        long exact = 0;
        for (CallRecord call : all) {
            String id =
                    String.valueOf(
                            call.attribution() == null ? null : call.attribution().actionId());
            assertThat(recorded.add(id)).as("%s: %s recorded once", named, id).isTrue();
            for (CallRecord.Attempt attempt : call.attempts()) {
                Call oracle = byId.get(String.valueOf(attempt.providerRequestId()));
                if (attempt.accepted() && !attempt.estimated()) {
                    Objects.requireNonNull(oracle, () -> named + ": not in the journal: " + call);
                    Usage told = oracle.usage().plus(Usage.of(MeterKind.REQUESTS, 1));
                    assertThat(call.usage()).as("%s: %s %s", named, oracle, call).isEqualTo(told);
                    exact++;
                }
            }
            boolean accepted = call.attempts().stream().anyMatch(CallRecord.Attempt::accepted);
            assertThat(call.chargeLines().isEmpty()).as("%s: %s", named, call).isEqualTo(!accepted);
        }
        assertThat(recorded).as(named).containsAll(stayed);
        assertThat(exact).as(named).isGreaterThan(CALLS / 5);
    }
}
