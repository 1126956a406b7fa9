package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `sluice seed` writes are books like any others, as many calls as were asked for.
class SeedCommandTest {

    private static final int CALLS = 2_303;

    /// Three rows of each, and two that stand alone.
    private static final int DRAWN = 800;

    @Test
    void asManyCallsAsWereAskedForInCleanBooks() throws SQLException {
        try (Installation sluice = Installation.start()) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            Server server = sluice.server();
            SeedCommand.fill(
                    sluice.database().database(),
                    server.control(),
                    server.adminKey(),
                    CALLS,
                    DRAWN,
                    7,
                    "load",
                    new PrintStream(said, true, StandardCharsets.UTF_8));

            try (var connection = sluice.database().database().connect()) {
                var report = Checker.of(connection).atRest().check();
                assertThat(report.problems()).isEmpty();
                assertThat(report.calls()).isEqualTo(CALLS);
            }
            JsonNode usage = usage(sluice, "?group_by=key,model&from=" + from(sluice));
            assertThat(usage.path("data").size()).isGreaterThan(5);
            assertThat(usage.at("/totals/requests").asLong() + usage.at("/totals/refused").asLong())
                    .isEqualTo(CALLS);
            // the sandbox's money is its own
            assertThat(sluice.admin("GET", "/admin/v1/balance", null).path("balance").asString())
                    .isEqualTo("0");
        }
    }

    private static String from(Installation sluice) {
        return sluice.server().clock().instant().minusSeconds(30L * 86_400).toString();
    }

    private static JsonNode usage(Installation sluice, String query) {
        return JsonMapper.shared()
                .readTree(
                        sluice.adminAnswer(
                                        "GET",
                                        "/admin/v1/usage" + query,
                                        null,
                                        Map.of("x-sluice-organization", "load"))
                                .body());
    }
}
