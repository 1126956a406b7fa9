package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The example in the guide is what a server takes.
class ConfigurationGuideTest {

    private static final Path GUIDE = Path.of("../docs/guides/configuration-as-code.md");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\\n(.*?)```\\n");

    @Test
    void theExampleAppliesAndItsExportChangesNothing() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(GUIDE));
        assertThat(example.find()).isTrue();
        try (Plane plane = new Plane()) {
            plane.environment.put("LOCAL_URL", "http://127.0.0.1:9/v1");
            plane.environment.put("LOCAL_KEY", "canary");
            Plane.Caller admin = plane.installation().with("content-type", "application/yaml");
            assertThat(admin.post("/admin/v1/apply", example.group(1)).ok(200).path("keys"))
                    .hasSize(1);
            assertThat(admin.get("/admin/v1/upstreams/local").text("base_url"))
                    .isEqualTo("http://127.0.0.1:9/v1");
            assertThat(admin.post("/admin/v1/apply", example.group(1)).ok(200).path("changes"))
                    .isEmpty();
            String exported = admin.get("/admin/v1/export").response().bodyText();
            assertThat(admin.post("/admin/v1/apply", exported).ok(200).path("changes")).isEmpty();
        }
    }

    @Test
    void theExampleOfTheReadmeApplies() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../README.md")));
        assertThat(example.find()).isTrue();
        try (Plane plane = new Plane()) {
            plane.environment.put("OPENAI_API_KEY", "canary");
            Plane.Caller admin = plane.installation().with("content-type", "application/yaml");
            assertThat(admin.post("/admin/v1/apply", example.group(1)).ok(200).path("keys"))
                    .hasSize(1);
        }
    }
}
