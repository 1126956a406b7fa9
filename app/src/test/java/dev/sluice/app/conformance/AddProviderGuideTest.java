package dev.sluice.app.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.catalog.Cassette;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Does what `docs/guides/add-a-provider.md` says, with the two files that stand on it: no Java.
class AddProviderGuideTest {

    private static final Path GUIDE = Path.of("..", "docs", "guides", "add-a-provider.md");

    private static String block(String language) throws IOException {
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
                        .matcher(Files.readString(GUIDE));
        assertThat(block.find()).as(language).isTrue();
        return block.group(1);
    }

    @Test
    void oneFileAddsAProviderAndOneCassetteProvesIt(@TempDir Path folder) throws Exception {
        Path providers = Files.createDirectories(folder.resolve("providers"));
        Files.writeString(providers.resolve("acme.toml"), block("toml"));
        Files.writeString(providers.resolve("notes.txt"), "not a provider");
        try (Installation installation =
                Installation.start(Map.of("SLUICE_DATA_DIR", folder.toString()))) {
            JsonNode shown = installation.admin("GET", "/admin/v1/providers/acme", null);
            assertThat(shown.path("name").asString()).isEqualTo("Acme Inference");
            assertThat(shown.at("/settings/0/name").asString()).isEqualTo("account");
            ProviderEntry entry = Providers.shipped().with(providers).find("acme").orElseThrow();
            Cassette cassette = Cassette.read("acme", block("text"));
            try (Player player = new Player(installation)) {
                // three takes, each by clients of at least two dialects
                assertThat(player.play(entry, cassette)).isGreaterThanOrEqualTo(6);
            }
        }
    }

    @Test
    void aFileThatIsWrongIsNamedWithItsPlace(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("acme.toml"), block("toml").replace("scheme = ", "sceme = "));
        assertThat(
                        org.assertj.core.api.Assertions.catchThrowable(
                                () -> Providers.shipped().with(folder)))
                .hasMessageContaining("acme.toml:6:2: auth.scheme is missing");
        Files.writeString(folder.resolve("acme.toml"), block("toml"));
        Files.writeString(folder.resolve("openai.toml"), block("toml"));
        assertThat(
                        org.assertj.core.api.Assertions.catchThrowable(
                                () -> Providers.shipped().with(folder)))
                .hasMessageContaining("openai");
    }
}
