package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.gateway.http.SpooledForm;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.spool.Spool;
import dev.sluice.gateway.spool.SpoolLimits;
import dev.sluice.gateway.spool.SpooledFile;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A form on disk means what the same form in memory means.
class SpooledFormTest {

    private static final String TYPE = "multipart/form-data; boundary=----b7";
    private static final Limits LIMITS = Limits.DEFAULT;

    @TempDir private Path folder;
    private Spool spool;

    @BeforeEach
    void open() {
        spool = Spool.open(folder, SpoolLimits.DEFAULT);
    }

    private SpooledFile kept(byte[] form) throws IOException {
        SpooledFile file = spool.file();
        file.append(form);
        return file;
    }

    private static byte[] form(Random random, int parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < parts; i++) {
            byte[] content = content(random);
            String head =
                    switch (random.nextInt(4)) {
                        case 0 -> "Content-Disposition: form-data; name=\"field%d\"\r\n";
                        case 1 ->
                                "Content-Disposition: form-data; name=\"f%d\"; filename=\"a b.wav\""
                                        + "\r\nContent-Type: audio/wav\r\n";
                        case 2 ->
                                "Content-Disposition: form-data; name=\"h%d\"; filename=\"c\"\r\n"
                                        + "Content-Length: "
                                        + content.length
                                        + "\r\n";
                        default ->
                                "content-type: application/octet-stream\r\n"
                                        + "content-disposition: form-data; name=\"g%d\";"
                                        + " filename=\"ü.bin\"\r\n";
                    };
            out.writeBytes(
                    ("------b7\r\n" + head.formatted(i) + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(content);
            out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes("------b7--\r\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /// Of every size that matters, with line ends and beginnings of boundaries in it.
    private static byte[] content(Random random) {
        int[] sizes = {0, 1, 100, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, 256 << 10, 300_000};
        byte[] content = new byte[sizes[random.nextInt(sizes.length)]];
        random.nextBytes(content);
        byte[] almost = "\r\n------b\r\n------b8\r\n\r\n--".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5 && content.length > almost.length; i++) {
            System.arraycopy(
                    almost, 0, content, random.nextInt(content.length - almost.length), 25);
        }
        return content;
    }

    @Test
    void aFormMeansTheSameOnDiskAsInMemory() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            byte[] form = form(random, 1 + random.nextInt(6));
            RequestContent.Multipart memory = MultipartReader.read(TYPE, form, LIMITS);
            try (SpooledFile file = kept(form)) {
                RequestContent.Multipart disk = SpooledForm.read(TYPE, file, LIMITS);
                assertThat(disk.parts()).as("seed " + seed).hasSameSizeAs(memory.parts());
                for (int i = 0; i < memory.parts().size(); i++) {
                    Part expected = memory.parts().get(i);
                    Part part = disk.parts().get(i);
                    assertThat(part.name()).isEqualTo(expected.name());
                    assertThat(part.filename()).isEqualTo(expected.filename());
                    assertThat(part.contentType()).isEqualTo(expected.contentType());
                    assertThat(part.content()).isEqualTo(expected.content());
                }
                // what tells two requests under one Idempotency-Key apart, and what is sent on
                assertThat(disk.identityPieces().whole()).isEqualTo(memory.identity());
                assertThat(disk.pieces().length()).isEqualTo(disk.bytes().length);
            }
        }
    }

    @Test
    void largeContentsStayOnDisk() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                ("------b7\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
                                + "------b7\r\nContent-Disposition: form-data; name=\"file\";"
                                + " filename=\"a\"\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[1 << 20]);
        out.writeBytes("\r\n------b7--".getBytes(StandardCharsets.UTF_8));
        try (SpooledFile file = kept(out.toByteArray())) {
            List<Part> parts = SpooledForm.read(TYPE, file, LIMITS).parts();
            assertThat(parts.get(0).pieces().inMemory()).isTrue();
            assertThat(parts.get(1).pieces().inMemory()).isFalse();
            assertThat(parts.get(1).pieces().length()).isEqualTo(1 << 20);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cut      | ends before its last boundary",
                "headless | is not well-formed",
                "parts    | has more than 64 parts",
                "headers  | has a part whose headers are longer than 4096 bytes",
                "nothing  | ends before its last boundary",
                "boundary | has no boundary in its content type",
            })
    void whatIsNotWellFormedIsRefused(String what, String why) throws Exception {
        String part = "------b7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
        String form =
                switch (what) {
                    case "cut" -> part + "------b7\r\n";
                    case "headless" -> "------b7\r\nContent-Disposition: x\r\n------b7--\r\n";
                    case "parts" -> part.repeat(65) + "------b7--\r\n";
                    case "headers" ->
                            "------b7\r\nx: "
                                    + "y".repeat(5_000)
                                    + "\r\n"
                                    + part.substring(10)
                                    + "------b7--\r\n";
                    case "nothing" -> "no form at all";
                    default -> part + "------b7--\r\n";
                };
        String type = what.equals("boundary") ? "multipart/form-data" : TYPE;
        try (SpooledFile file = kept(form.getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> SpooledForm.read(type, file, LIMITS))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining(why);
        }
    }
}
