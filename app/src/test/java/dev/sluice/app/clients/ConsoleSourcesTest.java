package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The console's sources, and that they are written for the management API of this very server.
class ConsoleSourcesTest {

    @Test
    @Tag("slow")
    void theyCompileAndKeepTheRulesAndTheirUnitTestsPass() throws Exception {
        ClientSuite.console();
    }

    /// New routes and fields may be added without the console; what it was written for must stay.
    @Test
    void theApiIsAtLeastWhatTheConsoleWasWrittenFor() throws Exception {
        JsonNode written =
                new JsonMapper()
                        .readTree(
                                Files.readString(
                                        ClientSuite.checkout().resolve("console/openapi.json")));
        try (Installation installation = Installation.start()) {
            JsonNode served = installation.admin("GET", "/openapi.json", null);
            List<String> gone = new ArrayList<>();
            for (var path : written.path("paths").properties()) {
                for (var method : path.getValue().properties()) {
                    JsonNode now = served.path("paths").path(path.getKey()).path(method.getKey());
                    String name = method.getKey() + " " + path.getKey();
                    if (!now.path("operationId").equals(method.getValue().path("operationId"))) {
                        gone.add(name);
                    }
                }
            }
            for (var shape : written.at("/components/schemas").properties()) {
                JsonNode now = served.at("/components/schemas").path(shape.getKey());
                for (var field : shape.getValue().path("properties").properties()) {
                    if (!now.path("properties").has(field.getKey())) {
                        gone.add(shape.getKey() + "." + field.getKey());
                    }
                }
            }
            assertThat(written.path("paths").size()).isGreaterThan(50);
            assertThat(gone)
                    .as("mend the console, then take the new description: console/README.md")
                    .isEmpty();
        }
    }
}
