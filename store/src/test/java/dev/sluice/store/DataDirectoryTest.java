package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is in the way is said in words that help.
class DataDirectoryTest {

    @TempDir private Path folder;

    @Test
    void aFileInItsPlaceIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "x");

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file + " is no directory")
                .hasMessageContaining("Set SLUICE_DATA_DIR");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("Exception");
    }

    @Test
    void aFileInTheWayOfAFolderIsNamed() throws IOException {
        Files.writeString(folder.resolve("journal"), "x");
        try (DataDirectory data = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> data.folder("journal"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("journal is no directory");
            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by another Sluice process");
        }
        assertThat(folder.resolve("lock")).exists();
    }

    @Test
    void somebodyElsesIsNamedWithItsOwner() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        Assumptions.assumeFalse(Files.isWritable(closed), "root writes everywhere");

        assertThatThrownBy(() -> DataDirectory.open(closed.resolve("data")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("may not write " + closed.resolve("data"))
                .hasMessageContaining("belongs to " + Files.getOwner(closed));
    }
}
