package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `docs/reference/cli.md` is what the commands say of themselves.
class CliReferenceTest {

    @Test
    void theReferenceIsWhatTheHelpSays() throws IOException {
        Path checkout = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(checkout.resolve(".mvn"))) {
            checkout = checkout.resolve("..").normalize();
        }

        assertThat(checkout.resolve("docs/reference/cli.md"))
                .as("write it anew: ./sluice reference > docs/reference/cli.md")
                .content()
                .isEqualTo(Cli.reference(Commands.create()));
    }
}
