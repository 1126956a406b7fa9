package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Answers that an upstream compresses although nobody asked it to.
class ContentEncodingTest {

    private static final int LIMIT = 1 << 20;
    private static final String ANSWER =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"sim-chat\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"unpacked\"},"
                    + "\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";
    private static final String EVENTS =
            ScriptedUpstream.CHUNK.repeat(20)
                    + ScriptedUpstream.FINISH
                    + ScriptedUpstream.USAGE
                    + ScriptedUpstream.DONE;

    private static GatewayFixture gateway;
    private static ScriptedUpstream upstream;

    /// How an upstream may compress.
    enum Encoding {
        GZIP("gzip"),
        GZIP_MEMBERS("GZip"),
        ZLIB("deflate"),
        BARE("deflate");

        private final String header;

        Encoding(String header) {
            this.header = header;
        }

        byte[] of(byte[] plain) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            switch (this) {
                case GZIP -> write(new GZIPOutputStream(bytes), plain, 0, plain.length);
                case GZIP_MEMBERS -> {
                    int half = plain.length / 2;
                    write(new GZIPOutputStream(bytes), plain, 0, half);
                    write(new GZIPOutputStream(bytes), plain, half, plain.length - half);
                }
                case ZLIB -> write(new DeflaterOutputStream(bytes), plain, 0, plain.length);
                case BARE -> {
                    Deflater bare = new Deflater(Deflater.BEST_COMPRESSION, true);
                    write(new DeflaterOutputStream(bytes, bare), plain, 0, plain.length);
                    bare.end();
                }
            }
            return bytes.toByteArray();
        }

        private static void write(OutputStream out, byte[] plain, int from, int length)
                throws IOException {
            try (out) {
                out.write(plain, from, length);
            }
        }
    }

    @BeforeAll
    static void start() throws IOException {
        upstream = new ScriptedUpstream();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .with(
                                        new TunedLimits()
                                                .eventBytes(LIMIT)
                                                .answerBytes(LIMIT)
                                                .limits())
                                .withUpstream("packing", upstream.baseUrl()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    /// @param pieceBytes how many bytes go into one write
    private static void answers(String type, Encoding encoding, byte[] body, int pieceBytes) {
        upstream.answers(socket -> {
            socket.setTcpNoDelay(true);
            ScriptedUpstream.write(
                    socket,
                    "HTTP/1.1 200 OK\r\ncontent-type: "
                            + type
                            + "\r\ncontent-encoding: "
                            + encoding.header
                            + "\r\nconnection: close\r\n\r\n");
            for (int at = 0; at < body.length; at += pieceBytes) {
                socket.getOutputStream().write(body, at, Math.min(pieceBytes, body.length - at));
            }
            socket.shutdownOutput();
        });
    }

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void aCompressedAnswerIsReadAndMetered(Encoding encoding) throws Exception {
        for (int pieceBytes : List.of(1, 1 << 20)) {
            answers("application/json", encoding, encoding.of(bytes(ANSWER)), pieceBytes);
            HttpResponse<String> answer = gateway.chat("to-packing", "hello");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("unpacked");
            assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
            CallRecord call = settled(answer);
            assertThat(call.usage().allInputTokens()).isEqualTo(7);
            assertThat(call.estimated()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCompressedStreamIsRelayedAndMetered(Encoding encoding) throws Exception {
        for (int pieceBytes : List.of(1, 1 << 20)) {
            answers("text/event-stream", encoding, encoding.of(bytes(EVENTS)), pieceBytes);
            HttpResponse<String> answer = gateway.stream("to-packing", "hello");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body().split("word ", -1)).hasSize(21);
            assertThat(answer.body()).endsWith(ScriptedUpstream.DONE);
            assertThat(settled(answer).usage().allOutputTokens()).isEqualTo(3);
        }
    }

    @Test
    void aBombEndsAtTheLimitOfAnAnswer() throws Exception {
        byte[] bomb = Encoding.GZIP.of(new byte[64 * LIMIT]);
        answers("application/json", Encoding.GZIP, bomb, bomb.length);
        HttpResponse<String> answer = gateway.chat("to-packing", "hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        assertThat(answer.body()).contains("larger than Sluice takes");
        assertThat(settled(answer).chargeLines()).isEmpty();
    }

    @Test
    void aBombInAStreamEndsAtTheLimitOfAnEvent() throws Exception {
        byte[] bomb = Encoding.GZIP.of(new byte[64 * LIMIT]);
        answers("text/event-stream", Encoding.GZIP, bomb, bomb.length);
        HttpResponse<String> answer = gateway.stream("to-packing", "hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
        assertThat(answer.body()).contains("limits.event_bytes");
    }

    @Test
    void whatBreaksOffOrIsNoGzipIsTheUpstreamsFailure() throws Exception {
        byte[] whole = Encoding.GZIP.of(bytes(ANSWER));
        byte[] flipped = whole.clone();
        flipped[whole.length - 8] ^= (byte) 1;
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 4);
        for (byte[] broken : List.of(cut, flipped, bytes(ANSWER))) {
            answers("application/json", Encoding.GZIP, broken, broken.length);
            HttpResponse<String> answer = gateway.chat("to-packing", "hello");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
            assertThat(answer.body()).contains("\"upstream_error\"");
        }
    }
}
