package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.testkit.Talker;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The process is killed in the middle of a response: what it held is given back, what passed is
/// charged, once.
@Tag("slow")
@Timeout(180)
class RealtimeCrashTest {

    private static final String PRICE =
            """
            {"input_per_mtok":"4","output_per_mtok":"16","audio_input_per_mtok":"32",
             "audio_output_per_mtok":"64"}
            """;

    @Test
    void aResponseThatAKillCutsIsChargedAsFarAsItPassed() throws Exception {
        try (TestFolder folder = TestFolder.create("realtime");
                TestDatabase database = TestDatabase.create();
                Simulator simulator =
                        Simulator.start(Options.loopback(InstantSource.system()).withAnyModel())) {
            Map<String, String> settings =
                    Map.of(
                            "SLUICE_DATABASE_URL", Installation.urlOf(database),
                            "SLUICE_MASTER_KEY", "test-master-0123456789-abcdefghijklmnop",
                            "SLUICE_DATA_DIR", folder.path().resolve("data").toString());
            Path log = folder.path().resolve("server.log");
            ServerProcess server = ServerProcess.start(log, settings);
            try {
                server.api().addModels(simulator.baseUrl(), PRICE, "sim-realtime");
                server.api().topUp("10");
                String key = server.api().key("talker", "voice", "staging");
                try (Talker talker =
                        Talker.open("http://127.0.0.1:" + server.port(), key, "sim-realtime")) {
                    // one response to its end, then one that is cut after it held more than once
                    talker.say("{\"type\":\"response.create\"}").await("response.done");
                    talker.say(
                            "{\"type\":\"response.create\",\"response\":{\"instructions\":\"[[sim"
                                    + " tokens=2000 gap=2 ignore_max]]\"}}");
                    simulator
                            .journal()
                            .awaitThat(
                                    "more than was held at first",
                                    calls -> calls.getLast().produced().completion() > 2_400,
                                    Duration.ofSeconds(60));
                    // progress is written down every second
                    Thread.sleep(1_500);
                    server.killDashNine();
                }
                server = ServerProcess.start(log, settings);
                JsonNode rows =
                        server.api()
                                .await(
                                        "/admin/v1/requests?model=sim-realtime&state=settled",
                                        list -> list.path("data").size() == 2,
                                        Duration.ofSeconds(30));
                JsonNode cut = rows.at("/data/0");
                assertThat(cut.path("error_code").asString()).isEqualTo("gateway_restarted");
                assertThat(cut.path("estimated").asBoolean()).isTrue();
                long charged =
                        cut.at("/attempts/0/meters/audio_output_tokens").asLong()
                                + cut.at("/attempts/0/meters/output_tokens").asLong();
                long made = simulator.journal().last().produced().completion();
                assertThat(charged).isGreaterThan(1_500).isLessThanOrEqualTo(made + 10);
                // all of it was held for, so that the customer pays it
                assertThat(new BigDecimal(cut.path("absorbed_usd").asString("0"))).isZero();
                assertThat(cut.path("hold_output_tokens").asLong()).isGreaterThan(charged);
                server.api()
                        .await(
                                "/admin/v1/balance",
                                balance -> balance.path("held").asString().equals("0"),
                                Duration.ofSeconds(30));
            } finally {
                server.close();
            }
        }
    }
}
