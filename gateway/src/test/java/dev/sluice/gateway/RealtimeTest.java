package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.realtime.RealtimeLimits;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.Upstream;
import dev.sluice.testkit.Talker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sessions at the limits of what is passed on, waited for and counted.
@Timeout(60)
@Tag("slow")
class RealtimeTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MODEL = "sim-realtime";
    private static final int KIB = 1 << 10;

    /// Small enough to be met.
    private static RealtimeLimits limits(Duration idle, Duration total, Duration ping) {
        return new RealtimeLimits(
                64 * KIB,
                16 * KIB,
                2,
                2,
                idle,
                total,
                ping,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                1_500,
                Duration.ofSeconds(5),
                4 * KIB);
    }

    private static final RealtimeLimits SMALL =
            limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(20));

    private static GatewayFixture gateway(RealtimeLimits limits) {
        return new GatewayFixture(GatewayFixture.Setup.USUAL, limits);
    }

    private static Talker open(GatewayFixture gateway, String model) throws IOException {
        Talker talker = Talker.open(origin(gateway), GatewayFixture.KEY, model);
        talker.await("session.created");
        return talker;
    }

    private static String origin(GatewayFixture gateway) {
        return "http://127.0.0.1:" + gateway.plane.port();
    }

    private static String create(String instructions) {
        return "{\"type\":\"response.create\",\"event_id\":\"mine\",\"response\":{\"output_modalities\":[\"text\"],\"instructions\":\"%s\"}}"
                .formatted(instructions);
    }

    private static String code(String error) {
        return JSON.readTree(error).at("/error/code").asString();
    }

    @Test
    void anEventThatIsTooLargeEndsTheSession() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL)) {
            try (Talker whole = open(gateway, MODEL)) {
                whole.say("{\"type\":\"x\",\"padding\":\"" + "x".repeat(70 * KIB) + "\"}");
                assertThat(whole.awaitClosed()).startsWith("1009");
            }
            try (Talker parts = open(gateway, MODEL)) {
                parts.send("{\"type\":\"x\",\"padding\":\"", false);
                for (int i = 0; i < 7; i++) {
                    parts.send("x".repeat(10 * KIB), false);
                }
                assertThat(code(parts.await("error"))).isEqualTo("request_too_large");
                assertThat(parts.awaitClosed()).isEqualTo("1009 request_too_large");
            }
            gateway.awaitQuiet();
        }
    }

    @Test
    void anEventInPiecesIsOneEvent() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = open(gateway, MODEL)) {
            String event = create("Grüße 水");
            talker.send(event.substring(0, 60), false).send(event.substring(60), true);
            talker.await("response.done");
        }
    }

    @Test
    void whatIsNoEventIsToldAndTheSessionGoesOn() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = open(gateway, MODEL)) {
            for (String bad :
                    List.of(
                            "no json",
                            "[]",
                            "{}",
                            "{\"type\":\"session.update\",\"type\":\"response.create\"}")) {
                talker.say(bad);
                assertThat(code(talker.await("error"))).as(bad).isEqualTo("invalid_request");
            }
            talker.say(
                    "{\"type\":\"session.update\",\"event_id\":\"e1\",\"session\":{\"model\":\"gpt-other\"}}");
            JsonNode refused = JSON.readTree(talker.await("error"));
            assertThat(refused.at("/error/event_id").asString()).isEqualTo("e1");
            assertThat(refused.at("/error/param").asString()).isEqualTo("session.model");
            // what Sluice does not know is the provider's to judge
            talker.say("{\"type\":\"brand.new\",\"event_id\":\"e2\"}");
            JsonNode unknown = JSON.readTree(talker.await("error"));
            assertThat(unknown.at("/error/event_id").asString()).isEqualTo("e2");
            assertThat(unknown.path("error").has("sluice")).isFalse();
            talker.say(create("Go")).await("response.done");
        }
    }

    @Test
    void aClientThatReadsNothingStopsItsProvider() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = Talker.open(origin(gateway), GatewayFixture.KEY, MODEL, false)) {
            // two hours of sound, near half a gigabyte
            talker.say(
                    "{\"type\":\"response.create\",\"response\":{\"max_output_tokens\":\"inf\",\"instructions\":\"[[sim"
                            + " tokens=30000 ignore_max]]\"}}");
            long before = -1;
            long events = 0;
            while (events != before || events < 10) {
                before = events;
                Thread.sleep(500);
                events =
                        gateway.simulator.journal().calls().isEmpty()
                                ? 0
                                : gateway.simulator.journal().last().events();
            }
            // sockets and queues hold a few megabytes, an event has 64 KiB
            assertThat(events).isLessThan(2_000);
            talker.read();
            long behind = events;
            gateway.simulator
                    .journal()
                    .awaitThat(
                            "more events",
                            calls -> calls.getLast().events() > behind + 50,
                            Duration.ofSeconds(10));
        }
    }

    /// Nobody is taken to be gone or slow because this process stood still.
    @Test
    void aPauseOfTheProcessIsNobodysSilence() throws Exception {
        RealtimeLimits asking =
                limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(1));
        Upstream.Timeouts patient =
                new Upstream.Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20));
        try (GatewayFixture gateway =
                        new GatewayFixture(GatewayFixture.Setup.USUAL.with(patient), asking);
                Talker talker = open(gateway, MODEL)) {
            talker.say(create("[[sim delay=2500]]"));
            gateway.simulator
                    .journal()
                    .awaitThat("a response", calls -> !calls.isEmpty(), Duration.ofSeconds(10));
            gateway.skippedNanos = Duration.ofMinutes(5).toNanos();
            JsonNode done = JSON.readTree(talker.await("response.done"));
            assertThat(done.at("/response/status").asString()).isEqualTo("completed");
            CallRecord call = gateway.ledger.awaitSettled(_ -> true);
            assertThat(call.outcome().errorCode()).isNull();
        }
    }

    @Test
    void sessionsOfAKeyAreCounted() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL)) {
            try (Talker one = open(gateway, MODEL);
                    Talker two = open(gateway, MODEL)) {
                List<String> lines = new ArrayList<>(Talker.upgrade());
                lines.add("authorization: Bearer " + GatewayFixture.KEY);
                String third =
                        Talker.handshake(
                                gateway.plane.port(),
                                "GET",
                                "/v1/realtime?model=" + MODEL,
                                lines.toArray(String[]::new));
                assertThat(third)
                        .startsWith("HTTP/1.1 429")
                        .contains("limits.realtimeSessionsPerKey")
                        .contains("retry-after: 5");
                assertThat(gateway.plane.openSessions()).isEqualTo(2);
                assertThat(one.events()).hasSize(two.events().size());
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (gateway.plane.openSessions() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            open(gateway, MODEL).close();
        }
    }

    @Test
    void aSessionEndsWhenItIsIdleAndWhenItIsLong() throws Exception {
        try (GatewayFixture gateway =
                        gateway(
                                limits(
                                        Duration.ofMillis(1500),
                                        Duration.ofMinutes(1),
                                        Duration.ofSeconds(20)));
                Talker talker = open(gateway, MODEL)) {
            assertThat(code(talker.await("error"))).isEqualTo("request_timeout");
            assertThat(talker.awaitClosed()).isEqualTo("1001 request_timeout");
        }
        try (GatewayFixture gateway =
                        gateway(
                                limits(
                                        Duration.ofMinutes(1),
                                        Duration.ofMillis(1500),
                                        Duration.ofSeconds(20)));
                Talker talker = open(gateway, MODEL)) {
            assertThat(talker.await("error")).contains("limits.realtimeTotal");
            assertThat(talker.awaitClosed()).isEqualTo("1001 request_timeout");
        }
    }

    /// The other side answers pings, so that only silence of events ends it.
    @Test
    void aSessionThatIsAskedStays() throws Exception {
        RealtimeLimits asking =
                limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (GatewayFixture gateway = gateway(asking);
                Talker talker = open(gateway, MODEL)) {
            Thread.sleep(5_000);
            talker.say(create("Still there")).await("response.done");
        }
    }

    @Test
    void whatIsHeldForSilenceIsGivenBack() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = open(gateway, MODEL)) {
            talker.say("{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"}");
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (gateway.ledger.openHolds() == 0 && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            assertThat(gateway.ledger.openHolds()).isEqualTo(1);
            CallRecord settled = gateway.ledger.awaitSettled(_ -> true);
            assertThat(settled.chargeLines()).isEmpty();
            assertThat(settled.outcome().isError()).isFalse();
        }
    }

    @Test
    void aResponseThatTheProviderRefusesIsNotHeldFor() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = open(gateway, MODEL)) {
            talker.say(create("[[sim tokens=200 gap=20]]")).await("response.created");
            talker.say(create("Too early"));
            assertThat(code(talker.await("error")))
                    .isEqualTo("conversation_already_has_active_response");
            CallRecord refused = gateway.ledger.awaitSettled(_ -> true);
            assertThat(refused.outcome().errorCode()).isEqualTo("upstream_rejected");
            assertThat(refused.chargeLines()).isEmpty();
        }
    }

    @Test
    void anotherTargetIsTriedUntilOneTakesTheSession() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL)) {
            try (Talker talker = open(gateway, "dead-talk")) {
                JsonNode done = JSON.readTree(talker.say(create("Go")).await("response.done"));
                assertThat(done.at("/response/status").asString()).isEqualTo("completed");
            }
            CallRecord call = gateway.ledger.awaitSettled(_ -> true);
            assertThat(call.attempts().getFirst().upstream()).isEqualTo("b");
            List<String> lines = new ArrayList<>(Talker.upgrade());
            lines.add("authorization: Bearer " + GatewayFixture.KEY);
            String none =
                    Talker.handshake(
                            gateway.plane.port(),
                            "GET",
                            "/v1/realtime?model=no-talk",
                            lines.toArray(String[]::new));
            assertThat(none).startsWith("HTTP/1.1 502").contains("upstream_error");
            CallRecord refused = gateway.ledger.awaitRefused(_ -> true);
            assertThat(refused.attempts()).hasSize(1);
        }
    }

    /// As clients of OpenAI's API on its second host ask for them.
    @ParameterizedTest
    @CsvSource({
        "/openai/realtime?api-version=2025-04-01-preview&deployment=sim-realtime, api-key: ",
        "/openai/v1/realtime?model=sim-realtime, 'authorization: Bearer '",
        "/openai/realtime?deployment=sim-realtime&api-key=, ''",
    })
    void deploymentsHaveSessions(String target, String header) throws Exception {
        try (GatewayFixture gateway = gateway(SMALL)) {
            boolean inQuery = header.isEmpty();
            List<String> lines = new ArrayList<>(Talker.upgrade());
            lines.add(inQuery ? "x-other: 1" : header + GatewayFixture.KEY);
            String at = inQuery ? target + GatewayFixture.KEY : target;
            assertThat(handshake(gateway, at, lines))
                    .startsWith("HTTP/1.1 101")
                    .contains("/" + MODEL);
            assertThat(handshake(gateway, at.replace("sim-realtime", "nobody"), lines))
                    .startsWith("HTTP/1.1 404");
            String unnamed = at.replaceFirst("(model|deployment)=[a-z-]+", "other=1");
            assertThat(handshake(gateway, unnamed, lines)).startsWith("HTTP/1.1 400");
        }
    }

    private static String handshake(GatewayFixture gateway, String target, List<String> lines)
            throws Exception {
        return Talker.handshake(gateway.plane.port(), "GET", target, lines.toArray(String[]::new));
    }

    /// The name a client knows is the only one it sees; its provider sees its own.
    @Test
    void modelsHaveTheNamesEachSideKnows() throws Exception {
        try (GatewayFixture gateway = gateway(SMALL);
                Talker talker = Talker.open(origin(gateway), GatewayFixture.KEY, "dead-talk")) {
            JsonNode created = JSON.readTree(talker.await("session.created"));
            assertThat(created.at("/session/model").asString()).isEqualTo("dead-talk");
            talker.say(
                    "{\"type\":\"session.update\",\"session\":{\"model\":\"dead-talk\",\"instructions\":\"x\"}}");
            JsonNode updated = JSON.readTree(talker.await("session.updated"));
            assertThat(updated.at("/session/model").asString()).isEqualTo("dead-talk");
            talker.say(create("Go")).await("response.done");
            assertThat(gateway.simulator.journal().last().model()).isEqualTo(MODEL);
            assertThat(talker.events()).noneMatch(event -> event.contains("rate_limits.updated"));
        }
    }
}
