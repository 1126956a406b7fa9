package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProvidersReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "providers.md");
    private static final Path ACTUAL = Path.of("target", "providers.md");

    @Test
    void thePageSaysWhatTheCatalogueAndItsCassettesSay() throws IOException {
        Files.writeString(ACTUAL, ProvidersPage.text());
        assertThat(ProvidersPage.text())
                .as("docs/reference/providers.md; as it should be: catalog/" + ACTUAL)
                .isEqualTo(Files.readString(PAGE));
    }
}
