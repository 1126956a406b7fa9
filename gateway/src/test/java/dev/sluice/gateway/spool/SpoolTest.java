package dev.sluice.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir private Path folder;

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(5).nextBytes(noise);
        return noise;
    }

    @Test
    void whatIsWrittenIsReadAsOftenAsAsked() throws Exception {
        Spool spool = Spool.open(folder, SpoolLimits.DEFAULT);
        byte[] noise = noise(500_000);
        try (SpooledFile file = spool.file()) {
            assertThat(file.room(noise.length)).isTrue();
            file.append(Arrays.copyOf(noise, 200_000));
            file.append(Arrays.copyOfRange(noise, 200_000, noise.length));
            assertThat(file.length()).isEqualTo(noise.length);
            byte[] middle = Arrays.copyOfRange(noise, 1_000, 400_000);
            for (int i = 0; i < 2; i++) {
                assertThat(file.region(1_000, 400_000).whole()).isEqualTo(middle);
            }
            for (byte[] piece : file.region(0, noise.length)) {
                assertThat(piece.length).isLessThanOrEqualTo(128 << 10);
            }
        }
    }

    /// So that a crash leaves nothing behind, and nobody reads along.
    @Test
    void aFileHasNoNameFromItsBeginningOn() throws Exception {
        Spool spool = Spool.open(folder, SpoolLimits.DEFAULT);
        try (SpooledFile file = spool.file()) {
            file.append("secret".getBytes(StandardCharsets.UTF_8));
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void leftoversAreRemovedAtTheStart() throws Exception {
        Files.writeString(folder.resolve("left"), "from before");
        Spool.open(folder, SpoolLimits.DEFAULT);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void allFilesTogetherHaveTheRoomThatThereIs() {
        Spool spool = Spool.open(folder, new SpoolLimits(10, 100));
        SpooledFile one = spool.file();
        SpooledFile other = spool.file();
        assertThat(one.room(60)).isTrue();
        assertThat(other.room(41)).isFalse();
        assertThat(other.room(40)).isTrue();
        assertThat(spool.taken()).isEqualTo(100);
        one.close();
        one.close();
        assertThat(spool.taken()).isEqualTo(40);
        assertThat(one.room(1)).as("closed").isFalse();
        other.close();
        assertThat(spool.taken()).isZero();
    }

    @Test
    void whoReadsOnAfterItIsClosedIsTold() throws Exception {
        SpooledFile file = Spool.open(folder, SpoolLimits.DEFAULT).file();
        file.append(noise(10));
        file.close();
        assertThatThrownBy(() -> file.read(0, 10)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> file.append(noise(1))).isInstanceOf(ClosedChannelException.class);
    }
}
