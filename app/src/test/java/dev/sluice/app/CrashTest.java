package dev.sluice.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.CrashLoad.Got;
import dev.sluice.app.CrashLoad.Seen;
import dev.sluice.domain.CrashPoint;
import dev.sluice.ledger.journal.JournalSettings;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.journal.Call;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The whole server process is killed under load and started again, several times over the same
/// database: nothing that was settled is lost, nothing is booked twice, nothing stays held. Only
/// HTTP is asked, and only the provider's journal is believed.
@Tag("slow")
@Timeout(300)
class CrashTest {

    private static final int ROUNDS = 4;
    private static final int MAX_TOKENS = 150;
    private static final BigDecimal INPUT = new BigDecimal("10");
    private static final BigDecimal OUTPUT = new BigDecimal("100");
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";
    private static final BigDecimal TOP_UP = new BigDecimal("100");

    /// A round spends up to half of it before its kill; about twenty calls can be held at once.
    private static final BigDecimal LIMIT = new BigDecimal("0.32");

    /// A round's calls fill a few of them.
    private static final int SEGMENT_BYTES = 32 << 10;

    /// Reached when another replica asks for what this one has at hand.
    private static final Set<CrashPoint> ASKED_BY_ANOTHER =
            EnumSet.of(
                    CrashPoint.RECALL_BEFORE_ANSWER,
                    CrashPoint.RECALL_AFTER_ANSWER,
                    CrashPoint.SLICE_BEFORE_RETURN,
                    CrashPoint.SLICE_AFTER_RETURN);

    /// Reached at an orderly end, the last one when all calls of a full segment are booked.
    private static final Set<CrashPoint> AT_THE_END =
            EnumSet.of(
                    CrashPoint.STOP_BEFORE_DRAIN,
                    CrashPoint.STOP_BEFORE_RETURN,
                    CrashPoint.STOP_BEFORE_CLOSE,
                    CrashPoint.JOURNAL_RENAME_DONE);

    private static final String SMALL_SEGMENTS =
            "-D%s=%d".formatted(JournalSettings.SEGMENT_BYTES, SEGMENT_BYTES);

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private final TestFolder made = TestFolder.create("crash");
    private final Path folder = made.path();
    private Simulator simulator;

    /// Over all rounds, by the ledger.
    private BigDecimal spent = BigDecimal.ZERO;

    @BeforeEach
    void prepare() {
        System.out.println("CrashTest -Dsluice.seed=" + seed);
        simulator =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAnyModel()
                                .withJournal(20_000, null, true));
    }

    @AfterEach
    void cleanUp() {
        simulator.close();
        made.close();
    }

    @Test
    void killedUnderLoadOverAnExternalDatabase() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            killAndRestart(ROUNDS, Map.of("SLUICE_DATABASE_URL", Installation.urlOf(database)));
        }
    }

    @Test
    void killedUnderLoadWithItsEmbeddedDatabase() throws Exception {
        killAndRestart(1, Map.of());
    }

    /// A few of [#killedAtEveryPoint], by the seed.
    @Test
    void killedAtSomePoints() throws Exception {
        List<CrashPoint> points = new ArrayList<>(List.of(CrashPoint.values()));
        Collections.shuffle(points, random);
        killAt(points.subList(0, 5));
    }

    @Tag("long")
    @Timeout(1800)
    @Test
    void killedAtEveryPoint() throws Exception {
        killAt(List.of(CrashPoint.values()));
    }

    /// One life after the other over the same disk and database: each books what the one before
    /// left, serves, and dies at its point.
    private void killAt(List<CrashPoint> points) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            Map<String, String> settings = new HashMap<>();
            settings.put("SLUICE_DATABASE_URL", Installation.urlOf(database));
            settings.put("SLUICE_MASTER_KEY", "test-master-0123456789-abcdefghijklmnop");
            settings.put("SLUICE_DATA_DIR", folder.resolve("data").toString());
            settings.put("JAVA_TOOL_OPTIONS", SMALL_SEGMENTS);
            Path log = folder.resolve("server.log");
            ServerProcess server = ServerProcess.start(log, settings);
            server.api().addModels(simulator.baseUrl(), PRICE, "m");
            server.api().topUp(TOP_UP.toString());
            server.killDashNine();
            Round before = null;
            for (CrashPoint point : points) {
                server = startTo(point, log, settings);
                if (before != null) {
                    assertBooksAfterAKill(server.api(), before, 0);
                }
                String label = point.wireName();
                String key = server.api().key(label, "support", "staging");
                String rule = rule(server.api(), label);
                try (CrashLoad load = CrashLoad.start(server, key, label, MAX_TOKENS, 5)) {
                    List<Seen> seen = new ArrayList<>(dieAt(point, server, load, settings, key));
                    seen.addAll(load.end());
                    before = new Round(label, rule, seen);
                } finally {
                    server.close();
                }
            }
            server = ServerProcess.start(log, settings);
            assertBooksAfterAKill(server.api(), requireNonNull(before), 0);
            server.stop();
        }
    }

    private static ServerProcess startTo(CrashPoint point, Path log, Map<String, String> settings)
            throws IOException, InterruptedException {
        String name = point.wireName();
        boolean atStart = name.startsWith("start_");
        boolean seldom =
                atStart
                        || AT_THE_END.contains(point)
                        || ASKED_BY_ANOTHER.contains(point)
                        || point == CrashPoint.JOURNAL_ROTATE;
        // the others are passed a few times, so that there is something to lose: a lease once a
        // second, while the load has something of its quota left
        int passes = seldom ? 1 : name.startsWith("lease_") ? 3 : 12;
        String plan = "-D%s=%s:%d".formatted(CrashPoint.PROPERTY, name, passes);
        Map<String, String> armed = new HashMap<>(settings);
        armed.put("JAVA_TOOL_OPTIONS", SMALL_SEGMENTS + " " + plan);
        if (!atStart) {
            return ServerProcess.start(log, armed);
        }
        assertThatThrownBy(() -> ServerProcess.start(log, armed))
                .as("a start that ends at " + point)
                .isInstanceOf(AssertionError.class);
        return ServerProcess.start(log, settings);
    }

    /// @return what clients of another replica saw, where one was needed
    private List<Seen> dieAt(
            CrashPoint point,
            ServerProcess server,
            CrashLoad load,
            Map<String, String> settings,
            String key)
            throws Exception {
        if (point.wireName().startsWith("start_")) {
            load.awaitAnswers();
            server.killDashNine();
        } else if (AT_THE_END.contains(point)) {
            load.awaitAnswers();
            load.stopCalling();
            if (point == CrashPoint.JOURNAL_RENAME_DONE) {
                load.end();
                awaitShipped(server.api());
            }
            server.terminate();
        } else if (ASKED_BY_ANOTHER.contains(point)) {
            load.awaitAnswers();
            return dieAsked(server, settings, key, point.wireName() + "-b");
        }
        server.awaitDeath();
        return List.of();
    }

    private static void awaitShipped(Api api) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String page;
        do {
            page = api.adminAnswer("GET", "/metrics", null, Map.of()).body();
            assertThat(System.nanoTime()).as(page).isLessThan(deadline);
        } while (!page.contains("\nsluice_journal_unshipped_calls 0.0\n"));
    }

    /// Another replica needs what the first has at hand.
    private List<Seen> dieAsked(
            ServerProcess server, Map<String, String> settings, String key, String round)
            throws Exception {
        Map<String, String> its = new HashMap<>(settings);
        its.put("SLUICE_DATA_DIR", folder.resolve("other").toString());
        ServerProcess other = ServerProcess.start(folder.resolve("other.log"), its);
        try (CrashLoad asking = CrashLoad.start(other, key, round, MAX_TOKENS, 0)) {
            server.awaitDeath();
            List<Seen> seen = asking.end();
            other.stop();
            return seen;
        } finally {
            other.close();
        }
    }

    /// One life of the server, and what its clients saw.
    private record Round(String label, String rule, List<Seen> seen) {}

    private void killAndRestart(int rounds, Map<String, String> database) throws Exception {
        Map<String, String> settings = new HashMap<>(database);
        settings.put("SLUICE_DATA_DIR", folder.resolve("data").toString());
        Path log = folder.resolve("server.log");
        ServerProcess server = ServerProcess.start(log, settings);
        try {
            server.api().addModels(simulator.baseUrl(), PRICE, "m");
            server.api().topUp(TOP_UP.toString());
            for (int round = 1; round <= rounds; round++) {
                String label = "round-" + round;
                String key = server.api().key(label, "support", "staging");
                String rule = rule(server.api(), label);
                List<Seen> seen;
                try (CrashLoad load =
                        CrashLoad.start(server, key, label, MAX_TOKENS, 10 + random.nextInt(30))) {
                    load.awaitAnswers();
                    LockSupport.parkNanos(random.nextLong(150_000_000));
                    server.killDashNine();
                    seen = load.end();
                } finally {
                    server.close();
                }
                server = ServerProcess.start(log, settings);
                assertBooksAfterAKill(server.api(), new Round(label, rule, seen), 10);
                assertThat(server.api().chat(key, Installation.chatBody("m", "on", 5)).statusCode())
                        .isEqualTo(200);
                spent = spent.add(costOf(simulator.journal().last()));
            }
            server.stop();
        } finally {
            server.close();
        }
    }

    private static String rule(Api api, String key) {
        return api.admin(
                        "POST",
                        "/admin/v1/quotas",
                        """
                        {"name":"%s","scope":{"key":"%s"},"unit":"usd","limit":"%s",
                         "window":{"lifetime":true},"at_limit":"block"}
                        """
                                .formatted(key, key, LIMIT))
                .path("id")
                .asString();
    }

    /// @param wholeAnswers how many the clients must have got
    private void assertBooksAfterAKill(Api api, Round round, int wholeAnswers) {
        String label = round.label();
        String rule = round.rule();
        List<Seen> seen = round.seen();
        JsonNode balance =
                api.await(
                        "/admin/v1/balance",
                        b -> b.path("held").asString().equals("0"),
                        Duration.ofSeconds(5));
        Map<String, JsonNode> rows = new HashMap<>();
        BigDecimal ofRound = BigDecimal.ZERO;
        for (JsonNode row : api.all("/admin/v1/requests?key=" + label)) {
            assertThat(row.path("state").asString()).as("%s", row).isIn("settled", "refused");
            if (row.path("state").asString().equals("settled")) {
                JsonNode twice = rows.put(row.path("action_id").asString(), row);
                assertThat(twice).as("a second row of %s", row).isNull();
            }
            ofRound = ofRound.add(decimal(row, "cost_usd"));
        }
        Map<String, Call> journal = journal(label);
        assertThat(rows.keySet()).as("calls the provider answered").containsAll(journal.keySet());
        int whole = 0;
        int cut = 0;
        for (Seen call : seen) {
            assertWhatIsPromised(
                    api,
                    call,
                    rows.getOrDefault(call.action(), MissingNode.getInstance()),
                    journal.get(call.action()));
            whole += call.got() == Got.ANSWER ? 1 : 0;
            cut += call.got() == Got.FIRST_BYTE ? 1 : 0;
        }
        if (wholeAnswers > 0) {
            assertThat(whole)
                    .as("whole answers, seed %d", seed)
                    .isGreaterThanOrEqualTo(wholeAnswers);
            assertThat(cut).as("answers cut by the kill, seed %d", seed).isPositive();
        }
        spent = spent.add(ofRound);
        assertThat(decimal(balance, "balance")).isEqualByComparingTo(TOP_UP.subtract(spent));
        JsonNode state = api.admin("GET", "/admin/v1/quotas/" + rule + "/state", null);
        assertThat(decimal(state, "held")).isEqualByComparingTo("0");
        assertThat(decimal(state, "used")).isEqualByComparingTo(ofRound).isLessThanOrEqualTo(LIMIT);
        JsonNode books = api.admin("GET", "/admin/v1/ledger/verify", null);
        assertThat(books.path("ok").asBoolean()).as("%s", books).isTrue();
    }

    /// What is promised of each call. An answer somebody has whole is charged exactly. One somebody
    /// has a byte of is in the books once: exactly, or estimated and within its hold. One nobody
    /// has seen a byte of, and whose provider may have been asked, costs no more than that.
    private void assertWhatIsPromised(Api api, Seen call, JsonNode row, @Nullable Call provider) {
        String what = call + ", seed " + seed + ": " + row;
        if (call.got() == Got.NOTHING && row.isMissingNode()) {
            return; // killed before it was admitted
        }
        if (call.got() == Got.REFUSAL) {
            assertThat(row.isMissingNode()).as(what).isTrue();
            return;
        }
        assertThat(row.isMissingNode()).as(what).isFalse();
        if (!call.requestId().isEmpty()) {
            assertThat(row.path("request_id").asString()).as(what).isEqualTo(call.requestId());
        }
        BigDecimal cost = decimal(row, "cost_usd");
        assertThat(cost).as(what).isLessThanOrEqualTo(decimal(row, "hold_usd"));
        if (row.path("error_code").asString("").equals("gateway_restarted")) {
            assertThat(call.got()).as(what).isNotEqualTo(Got.ANSWER);
            assertThat(row.path("estimated").asBoolean()).as(what).isTrue();
        } else {
            assertThat(row.path("estimated").asBoolean()).as(what).isFalse();
            assertThat(cost).as(what).isEqualByComparingTo(costOf(requireNonNull(provider, what)));
        }
        List<BigDecimal> charges = new ArrayList<>();
        String entries = "/admin/v1/ledger/entries?kind=charge&request_id=";
        for (JsonNode entry : api.all(entries + row.path("request_id").asString())) {
            charges.add(decimal(entry, "amount"));
        }
        assertThat(charges.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .as("%s %s", what, charges)
                .isEqualByComparingTo(cost);
        assertThat(charges).as(what).hasSizeLessThanOrEqualTo(1);
    }

    /// The provider's calls of a round by action; none was asked twice.
    private Map<String, Call> journal(String round) {
        Map<String, Call> calls = new HashMap<>();
        String mark = " call " + round + "-";
        for (Call call : simulator.journal().calls()) {
            String body = String.valueOf(call.requestBody());
            int at = body.indexOf(mark);
            if (at >= 0) {
                int from = at + " call ".length();
                Call twice = calls.put(body.substring(from, body.indexOf('.', from)), call);
                assertThat(twice).as("the provider was asked twice: %s", call).isNull();
            }
        }
        return calls;
    }

    private static BigDecimal costOf(Call call) {
        BigDecimal input = BigDecimal.valueOf(call.usage().allInputTokens()).multiply(INPUT);
        BigDecimal output = BigDecimal.valueOf(call.usage().allOutputTokens()).multiply(OUTPUT);
        return input.add(output).movePointLeft(6);
    }

    private static BigDecimal decimal(JsonNode node, String field) {
        return new BigDecimal(node.path(field).asString());
    }
}
