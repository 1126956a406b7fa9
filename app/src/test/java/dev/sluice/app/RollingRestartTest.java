package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SteadyLoad.Caller;
import dev.sluice.app.SteadyLoad.Outcome;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three replicas are restarted one after the other behind a load balancer, under load: no call
/// fails, and the books are right.
@Tag("slow")
@Timeout(300)
class RollingRestartTest {

    private static final int REPLICAS = 3;
    private static final Caller QUICK = new Caller("tokens=20", false, Duration.ofMillis(50));
    private static final Caller SLOW =
            new Caller("tokens=20 delay=1500", false, Duration.ofMillis(50));
    private static final Caller STREAM = new Caller("tokens=20", true, Duration.ofMillis(50));
    private static final Caller LONG_STREAM =
            new Caller("tokens=20 gap=100", true, Duration.ofMillis(50));

    @Test
    void noCallFails() throws Exception {
        try (Fleet fleet = Fleet.start(REPLICAS, Map.of())) {
            Api api = fleet.api();
            api.addModels(
                    fleet.simulator().baseUrl(),
                    "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}",
                    "m");
            api.topUp("1000");
            String key = api.key("k", "support", "staging");
            api.admin(
                    "POST",
                    "/admin/v1/quotas",
                    """
                    {"name":"q","scope":{"team":"support"},"unit":"usd","limit":"500",
                     "window":{"calendar":"month"},"at_limit":"block"}
                    """);
            fleet.awaitKnown(key);
            for (ServerProcess replica : fleet.all()) {
                String body = Installation.chatBody("m", "first", 5);
                assertThat(replica.api().chat(key, body).statusCode()).isEqualTo(200);
            }
            List<Outcome> calls = restartAllUnderLoad(fleet, key);
            assertThat(calls.stream().filter(call -> !call.isWhole())).isEmpty();
            for (Caller caller : List.of(QUICK, SLOW, STREAM, LONG_STREAM)) {
                assertThat(calls.stream().filter(call -> call.caller().equals(caller)))
                        .as("%s", caller)
                        .hasSizeGreaterThan(REPLICAS * 10);
            }
            for (ServerProcess replica : fleet.all()) {
                replica.terminate();
            }
            for (ServerProcess replica : fleet.all()) {
                replica.awaitCleanEnd();
            }
            fleet.assertBooksAreCleanAndNothingHeld();
            assertThat(fleet.errors()).isEmpty();
        }
    }

    private static List<Outcome> restartAllUnderLoad(Fleet fleet, String key) throws Exception {
        try (Balancer balancer = new Balancer(REPLICAS, number -> fleet.get(number).api());
                SteadyLoad load = SteadyLoad.start(balancer::next, key, 30, callers())) {
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            for (int i = 0; i < REPLICAS; i++) {
                ServerProcess replica = fleet.get(i);
                replica.terminate();
                replica.awaitCleanEnd();
                fleet.restart(i);
                int number = i;
                Await.until(() -> balancer.isReady(number), ready -> ready, Duration.ofMinutes(1));
            }
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            return load.end();
        }
    }

    private static List<Caller> callers() {
        List<Caller> callers = new ArrayList<>();
        for (Caller caller : List.of(QUICK, SLOW, STREAM, LONG_STREAM)) {
            callers.addAll(Collections.nCopies(6, caller));
        }
        return callers;
    }
}
