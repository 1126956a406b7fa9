package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// People walk through the console in a real browser, on a server that was never used before, with
/// its demonstration. `console/walks` has the walks; the pictures they make of every page stay in
/// `console/target/shots`.
@Tag("slow")
@Timeout(900)
class ConsoleWalksTest {

    private static final String WRITTEN = "are written (seed";

    @Test
    void everyWalkArrives() throws IOException, InterruptedException {
        try (ConsoleServer server = ConsoleServer.start()) {
            server.await(Pattern.compile(Pattern.quote(WRITTEN)));
            Map<String, String> environment = new HashMap<>(server.environment());
            environment.put("SLUICE_PYTHON", ClientSuite.installedPython().toString());
            environment.put("SLUICE_NODE_MODULES", ClientSuite.installedNode().toString());
            Tally tally = ClientSuite.walks("all", environment);
            assertThat(tally.failed()).isZero();
            assertThat(tally.skipped()).isZero();
            assertThat(tally.tests()).isGreaterThanOrEqualTo(25);
        }
    }
}
