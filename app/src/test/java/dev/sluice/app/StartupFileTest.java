package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file named at the start is applied, and the keys it makes are told once.
@Tag("slow")
class StartupFileTest {

    @Test
    void theFileIsAppliedAndItsNewKeysAreTold(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(
                file,
                """
                version: 1
                organization: {name: acme, time_zone: Europe/Berlin}
                teams:
                  - {name: support}
                keys:
                  - {label: dev, team: support, environment: development, owner: "user:ana"}
                """);
        try (Installation sluice = Installation.start(Map.of("SLUICE_CONFIG", file.toString()))) {
            assertThat(sluice.notices())
                    .anyMatch(line -> line.startsWith("New key dev, shown once: sk-sluice-"));
            assertThat(sluice.admin("GET", "/admin/v1/organizations", null).toString())
                    .contains("\"acme\"")
                    .doesNotContain("\"default\"");
        }
    }
}
