package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Uploads that are too large or break off: refused or forgotten, their memory given back.
class UploadsTest {

    private static final String AUTH = "authorization: Bearer " + GatewayFixture.KEY;
    private static final String TYPE = "content-type: application/json";
    private static final String CHAT = "/v1/chat/completions";

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aHundredMegabytesAre413HoweverTheyAreFramed() throws Exception {
        byte[] piece = new byte[1 << 20];
        java.util.Arrays.fill(piece, (byte) ' ');
        for (String path : List.of(CHAT, "/admin/v1/apply")) {
            String head =
                    "POST " + path + " HTTP/1.1\r\nhost: a\r\n" + AUTH + "\r\n" + TYPE + "\r\n";
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send(head + "content-length: 104857600\r\n\r\n");
                RawHttp.Answer answer = raw.answer();
                assertThat(answer.status()).isEqualTo(413);
                assertThat(answer.body()).contains("request_too_large");
                assertThat(answer.header("connection")).isEqualTo("close");
            }
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send(head + "transfer-encoding: chunked\r\n\r\n");
                pour(raw, piece, 100);
                assertThat(raw.answer().status()).isEqualTo(413);
            }
        }
        gateway.awaitQuiet();
        assertThat(gateway.plane.bodyBytesHeld()).isZero();
    }

    /// Sends chunks until the peer has had enough.
    private static void pour(RawHttp raw, byte[] piece, int times) {
        try {
            OutputStream out = raw.socket().getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(
                        (Integer.toHexString(piece.length) + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(piece);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // closed, as it should be
        }
    }

    @Test
    void uploadsThatBreakOffGiveTheirMemoryBack() throws Exception {
        byte[] piece = new byte[1 << 20];
        for (String path : List.of(CHAT, "/admin/v1/apply")) {
            try (RawHttp raw = new RawHttp(gateway.plane.port())) {
                raw.send(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nhost: a\r\n"
                                + AUTH
                                + "\r\n"
                                + TYPE
                                + "\r\ncontent-length: 9000000\r\n\r\n");
                for (int i = 0; i < 5; i++) {
                    raw.send(piece);
                }
                await(() -> gateway.plane.bodyBytesHeld() > 4_000_000);
            }
            await(() -> gateway.plane.bodyBytesHeld() == 0);
        }
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send("POST /admin/v1/apply HTTP/1.1\r\nhost: a\r\ncontent-length: 1048576\r\n\r\n")
                    .send(piece);
            assertThat(raw.answer().status()).isEqualTo(404);
            await(() -> gateway.plane.bodyBytesHeld() == 0);
        }
        gateway.awaitQuiet();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
