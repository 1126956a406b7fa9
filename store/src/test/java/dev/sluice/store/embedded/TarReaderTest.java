package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarReaderTest {

    private static final byte FILE = '0';
    private static final byte LINK = '2';
    private static final byte FOLDER = '5';

    @TempDir private Path folder;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    @Test
    void unpacksFilesFoldersAndLinks() throws IOException {
        String text = "x".repeat(700); // more than a block
        entry("./bin/", FOLDER, "", "0000755", "");
        entry("./bin/tool", FILE, text, "0000777", "");
        entry("lib/note.txt", FILE, "", "0000666", "");
        entry("lib/link", LINK, "", "0000777", "../bin/tool");
        archive.write(new byte[1024]);

        unpack();

        Path tool = folder.resolve("bin/tool");
        assertThat(tool).hasContent(text);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tool)))
                .isEqualTo("rwxr-xr-x");
        Path note = folder.resolve("lib/note.txt");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(note)))
                .isEqualTo("rw-r--r--");
        assertThat(folder.resolve("lib/link")).isSymbolicLink().hasContent(text);
    }

    @Test
    void nothingIsWrittenOutside() throws IOException {
        entry("../outside", FILE, "x", "0000644", "");
        assertThatThrownBy(this::unpack).hasMessageContaining("outside of the directory");
        assertThat(folder.resolveSibling("outside")).doesNotExist();

        archive.reset();
        entry("link", LINK, "", "0000777", "../../etc");
        assertThatThrownBy(this::unpack).hasMessageContaining("outside of the directory");

        archive.reset();
        entry("device", (byte) '3', "", "0000644", "");
        assertThatThrownBy(this::unpack).hasMessageContaining("unknown type: device");
    }

    @Test
    void aCutArchiveIsAnError() throws IOException {
        entry("file", FILE, "x".repeat(600), "0000644", "");
        byte[] whole = archive.toByteArray();
        archive.reset();
        archive.write(whole, 0, 700);

        assertThatThrownBy(this::unpack).isInstanceOf(EOFException.class);
    }

    private void unpack() throws IOException {
        new TarReader(new ByteArrayInputStream(archive.toByteArray()), folder).unpack();
    }

    private void entry(String name, byte type, String text, String mode, String target)
            throws IOException {
        byte[] header = new byte[512];
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 124, "%011o".formatted(content.length));
        header[156] = type;
        put(header, 157, target);
        archive.write(header);
        archive.write(content);
        archive.write(new byte[(512 - content.length % 512) % 512]);
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
