package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.testkit.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer runs into at the start.
@Tag("slow")
class StartTest {

    @Test
    void whereItCannotListenIsNamedWithTheWayOut(@TempDir Path folder) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestDatabase database = TestDatabase.create()) {
            String taken = Integer.toString(other.getLocalPort());
            Map<String, String> common =
                    Map.of(
                            "SLUICE_DATA_DIR", folder.toString(),
                            "SLUICE_DATABASE_URL", Installation.urlOf(database));

            assertThat(refusal(common, Map.of("SLUICE_PORT", taken)))
                    .contains("127.0.0.1 port " + taken, "--port or SLUICE_PORT");
            assertThat(refusal(common, Map.of("SLUICE_PORT", "0", "SLUICE_ADMIN_PORT", taken)))
                    .contains("127.0.0.1 port " + taken, "with SLUICE_ADMIN_PORT");
            assertThat(refusal(common, Map.of("SLUICE_PORT", "0", "SLUICE_HOST", "192.0.2.1")))
                    .contains("192.0.2.1 port 0", "SLUICE_HOST has to be an address of this");
        }
    }

    private static String refusal(Map<String, String> common, Map<String, String> more)
            throws Config.Invalid {
        Map<String, String> environment = new HashMap<>(common);
        environment.putAll(more);
        Config config = Config.read(environment, false);
        IllegalStateException refused =
                catchThrowableOfType(
                        IllegalStateException.class, () -> Server.start(config, System.out));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void theVariablesOfTheGuidesDoNotKeepTheServerFromStarting() throws Exception {
        Map<String, String> guides =
                Map.of("SLUICE_KEY", "sk-sluice-x", "SLUICE_BASE_URL", "http://127.0.0.1:8080/v1");

        assertThat(Config.read(guides, true).demo()).isTrue();
        assertThatThrownBy(() -> Config.read(Map.of("SLUICE_KEYS", "x"), true))
                .isInstanceOf(Config.Invalid.class)
                .hasMessageContaining("SLUICE_KEYS is not a setting");
    }

    @Test
    void oneConnectionHearsOfConfigurationsAndRecalls() throws Exception {
        try (Installation sluice = Installation.start()) {
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (listening(sluice) == 0) {
                assertThat(System.nanoTime()).as("nobody listens").isLessThan(deadline);
                Thread.sleep(20);
            }
            assertThat(listening(sluice)).isEqualTo(1);
        }
    }

    private static int listening(Installation sluice) {
        return sluice.database()
                .database()
                .read(sql ->
                        sql.one(
                                "SELECT count(*)::int AS n FROM pg_stat_activity"
                                        + " WHERE datname = current_database()"
                                        + " AND query LIKE 'LISTEN sluice_%'",
                                row -> row.integer("n")));
    }
}
