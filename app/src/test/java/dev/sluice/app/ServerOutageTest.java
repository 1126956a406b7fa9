package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SteadyLoad.Caller;
import dev.sluice.app.SteadyLoad.Outcome;
import dev.sluice.store.Database;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.OwnPostgres;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A whole server under load loses its PostgreSQL in every way there is: calls inside escrow go on,
/// others are told so soon, no cap is passed, and afterwards everything is in the books.
@Tag("slow")
@Timeout(900)
class ServerOutageTest {

    private static final Duration TOLD_WITHIN = Duration.ofSeconds(3);
    private static final Duration SHIPPED_WITHIN = Duration.ofSeconds(60);
    private static final int MAX_TOKENS = 60;
    private static final Caller QUICK = new Caller("tokens=20", false, Duration.ofMillis(200));
    private static final Caller STREAM =
            new Caller("tokens=20 gap=50", true, Duration.ofMillis(200));

    /// About a third of a cent per second: its cap is reached under way.
    private static final Caller CAPPED = new Caller("tokens=20", false, Duration.ofMillis(500));

    /// How the database goes away.
    private enum Outage {
        STOPPED {
            @Override
            void begin(OwnPostgres postgres) {
                postgres.stop();
            }

            @Override
            void end(OwnPostgres postgres) {
                postgres.startAgain();
            }
        },
        FROZEN {
            @Override
            void begin(OwnPostgres postgres) {
                postgres.freeze();
            }

            @Override
            void end(OwnPostgres postgres) {
                postgres.thaw();
            }
        },
        CUT_OFF {
            @Override
            void begin(OwnPostgres postgres) {
                postgres.wire().swallow();
            }

            @Override
            void end(OwnPostgres postgres) {
                postgres.wire().mend();
            }
        };

        abstract void begin(OwnPostgres postgres);

        abstract void end(OwnPostgres postgres);
    }

    /// @param lasts each outage
    /// @param before how long there is load before the first
    /// @param parameters of the database's URL
    private record Plan(Duration lasts, Duration before, BigDecimal cap, String parameters) {}

    /// Keys of windows that nobody has used: one for each outage.
    private final Map<Outage, String> freshKeys = new EnumMap<>(Outage.class);

    @Test
    void goesOnWithoutPostgres() throws Exception {
        run(
                new Plan(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(8),
                        new BigDecimal("0.06"),
                        "?socketTimeout=5"));
    }

    @Tag("long")
    @Test
    void goesOnWithoutPostgresForAMinute() throws Exception {
        run(new Plan(Duration.ofSeconds(60), Duration.ofSeconds(30), new BigDecimal("0.20"), ""));
    }

    private void run(Plan plan) throws Exception {
        try (OwnPostgres postgres = OwnPostgres.start();
                Fleet fleet = Fleet.startOne(postgres, plan.parameters())) {
            Api api = fleet.api();
            api.addModels(
                    fleet.simulator().baseUrl(),
                    "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}",
                    "m");
            api.topUp("1000");
            String key = api.key("busy", "support", "staging");
            quota(api, "busy", "500");
            String capped = api.key("capped", "support", "staging");
            String cap = quota(api, "capped", plan.cap().toPlainString());
            for (Outage outage : Outage.values()) {
                freshKeys.put(outage, api.key(outage.name(), "support", "staging"));
                quota(api, outage.name(), "10");
            }
            freshKeys.values().forEach(fleet::awaitKnown);
            List<Outcome> cappedCalls;
            try (SteadyLoad busy = SteadyLoad.start(() -> api, key, MAX_TOKENS, callers());
                    SteadyLoad small =
                            SteadyLoad.start(() -> api, capped, MAX_TOKENS, List.of(CAPPED))) {
                LockSupport.parkNanos(plan.before().toNanos());
                for (Outage outage : Outage.values()) {
                    goThrough(outage, plan.lasts(), fleet, postgres, List.of(busy, small));
                }
                assertThat(busy.end()).allMatch(Outcome::isWhole);
                cappedCalls = small.end();
            }
            assertThat(cappedCalls).extracting(Outcome::status).isSubsetOf(200, 429, 503);
            useUp(api, capped);
            assertThat(used(api, cap)).isLessThanOrEqualTo(plan.cap());
            fleet.get(0).terminate();
            fleet.get(0).awaitCleanEnd();
            fleet.assertBooksAreCleanAndNothingHeld();
        }
    }

    private static List<Caller> callers() {
        List<Caller> callers = new ArrayList<>(Collections.nCopies(6, QUICK));
        callers.addAll(Collections.nCopies(4, STREAM));
        return callers;
    }

    private void goThrough(
            Outage outage,
            Duration lasts,
            Fleet fleet,
            OwnPostgres postgres,
            List<SteadyLoad> loads)
            throws Exception {
        Api api = fleet.api();
        String fresh = freshKeys.getOrDefault(outage, "");
        long from = System.nanoTime();
        outage.begin(postgres);
        long away = System.nanoTime();
        String readiness = "";
        while (System.nanoTime() - away < lasts.toNanos()) {
            assertToldSoon(outage, api, fresh);
            assertThat(api.get("/livez", Duration.ofSeconds(1)).statusCode()).isEqualTo(200);
            readiness = api.get("/readyz", Duration.ofSeconds(1)).body();
        }
        assertThat(readiness).as("%s", outage).contains("PostgreSQL not reached for");
        long asked = fleet.simulator().journal().calls().size();
        long to = System.nanoTime();
        outage.end(postgres);
        awaitBooked(fleet, asked);
        System.out.printf(
                "%s: %d calls asked, booked %d ms after the return%n",
                outage, asked, (System.nanoTime() - to) / 1_000_000);
        List<Outcome> during = new ArrayList<>();
        for (Outcome call : loads.getFirst().soFar()) {
            if (call.began(from, to)) {
                during.add(call);
            }
        }
        assertThat(during).as("%s", outage).hasSizeGreaterThan((int) lasts.toSeconds());
        assertThat(during).as("%s", outage).allMatch(Outcome::isWhole);
        // nobody is told that money is used up unless PostgreSQL said so
        for (Outcome call : loads.getLast().soFar()) {
            if (call.began(away, to) && call.endedBefore(to)) {
                assertThat(call.status()).as("%s", call).isIn(200, 503);
            }
        }
        awaitServed(outage, api, fresh);
    }

    private static void assertToldSoon(Outage outage, Api api, String key) {
        long began = System.nanoTime();
        HttpResponse<String> answer = api.chat(key, Installation.chatBody("m", "new", 5));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(answer.statusCode()).as("%s %s", outage, answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("escrow_unavailable");
        assertThat(took).as("%s", outage).isLessThan(TOLD_WITHIN);
    }

    private static void awaitBooked(Fleet fleet, long calls) {
        try (Database database = fleet.openDatabase()) {
            Await.until(
                    () ->
                            database.read(sql ->
                                    sql.one(
                                            "SELECT count(*) AS n FROM call"
                                                    + " WHERE state = 'settled'",
                                            row -> row.bigint("n"))),
                    booked -> booked >= calls,
                    SHIPPED_WITHIN);
        }
    }

    /// What could not be held before is held now.
    private static void awaitServed(Outage outage, Api api, String key) {
        long deadline = System.nanoTime() + SHIPPED_WITHIN.toNanos();
        HttpResponse<String> answer;
        do {
            answer = api.chat(key, Installation.chatBody("m", "again", 5));
            assertThat(System.nanoTime()).as("%s: %s", outage, answer).isLessThan(deadline);
        } while (answer.statusCode() == 503);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void useUp(Api api, String key) {
        HttpResponse<String> answer;
        int calls = 0;
        do {
            answer = api.chat(key, Installation.chatBody("m", "more", 20));
            assertThat(++calls).as("calls until refused").isLessThan(1_000);
        } while (answer.statusCode() == 200);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    }

    private static String quota(Api api, String key, String limit) {
        return api.admin(
                        "POST",
                        "/admin/v1/quotas",
                        """
                        {"name":"%s","scope":{"key":"%s"},"unit":"usd","limit":"%s",
                         "window":{"lifetime":true},"at_limit":"block"}
                        """
                                .formatted(key, key, limit))
                .path("id")
                .asString();
    }

    private static BigDecimal used(Api api, String rule) {
        return new BigDecimal(
                api.await(
                                "/admin/v1/quotas/" + rule + "/state",
                                state -> state.path("held").asString().equals("0"),
                                Duration.ofSeconds(10))
                        .path("used")
                        .asString());
    }
}
