package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer runs into at the start.
class StartTest {

    @Test
    void aPortThatIsTakenIsNamedWithTheWayOut(@TempDir Path folder) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestDatabase database = TestDatabase.create()) {
            String port = Integer.toString(other.getLocalPort());
            Config config =
                    Config.read(
                            Map.of(
                                    "SLUICE_PORT", port,
                                    "SLUICE_DATA_DIR", folder.toString(),
                                    "SLUICE_DATABASE_URL", Installation.urlOf(database)),
                            false);

            assertThatThrownBy(() -> Server.start(config, System.out))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1 port " + port)
                    .hasMessageContaining("--port or SLUICE_PORT");
        }
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
