package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {

    @TempDir private Path parent;

    @Test
    void aFolderIsOpenedOnceAndAgainWhenItWasClosed() throws IOException {
        Path folder = parent.resolve("journal");
        try (FileDisk _ = FileDisk.open(folder)) {
            assertThatThrownBy(() -> FileDisk.open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another process");
        }
        FileDisk.open(folder).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void aSegmentIsAllocatedWithZerosAndWrittenFromItsBeginning() throws IOException {
        Path folder = parent.resolve("journal");
        try (FileDisk disk = FileDisk.open(folder)) {
            try (Disk.Segment segment = disk.create("a", 100_001)) {
                segment.write(ByteBuffer.wrap(new byte[] {1, 2}));
                segment.write(ByteBuffer.wrap(new byte[] {3}));
                segment.force();
            }
            byte[] expected = new byte[100_001];
            expected[0] = 1;
            expected[1] = 2;
            expected[2] = 3;
            assertThat(folder.resolve("a")).hasBinaryContent(expected);
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve("a"))))
                    .isEqualTo("rw-------");
            disk.rename("a", "a.done");
            assertThat(disk.list()).containsExactly("a.done");
            disk.delete("a.done");
            assertThat(disk.list()).isEmpty();
        }
    }
}
