package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.ledger.call.CallRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Forms that are on disk while they are served.
class LargeUploadsTest {

    private static final String PATH = "/v1/audio/transcriptions";
    private static final int RATE = 8_000;
    private static final int SECONDS = 600;
    private static final String HEARD =
            "{\"text\":\"x\",\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}";

    private ScriptedUpstream upstream;
    private GatewayFixture gateway;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL.withUpstream("raw", upstream.baseUrl()));
    }

    @AfterEach
    void stop() throws Exception {
        await(() -> gateway.plane.spooledBytes() == 0);
        gateway.awaitQuiet();
        gateway.close();
        upstream.close();
    }

    /// Eight-bit mono: 4.8 MB of noise.
    private static byte[] wav() {
        byte[] noise = new byte[RATE * SECONDS];
        new Random(3).nextBytes(noise);
        ByteBuffer head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + noise.length);
        head.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        head.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(RATE);
        head.putShort((short) 1).putShort((short) 8);
        head.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(noise.length);
        byte[] sound = Arrays.copyOf(head.array(), 44 + noise.length);
        System.arraycopy(noise, 0, sound, 44, noise.length);
        return sound;
    }

    private HttpRequest hearing(String model, byte[] sound) {
        return new MultipartBody()
                .field("model", model)
                .file("file", "a.wav", "audio/wav", sound)
                .to(gateway.request(PATH, ""))
                .build();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /// As [#hearing] is paid when it is small: by its length.
    @Test
    void aLargeUploadIsServedAndPaidLikeASmallOne() throws Exception {
        HttpResponse<String> answer =
                gateway.http.send(
                        hearing("sim-whisper", wav()), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        assertThat(call.usage().count(MeterKind.AUDIO_MILLISECONDS)).isEqualTo(SECONDS * 1_000L);
        assertThat(call.usage()).isEqualTo(CallTest.billed(gateway.simulator.journal().last()));
        assertThat(call.estimated()).isFalse();
    }

    @Test
    void itIsOnDiskWhileTheProviderIsAtWorkAndArrivesAsItWas() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        upstream.answers(socket -> {
            atWork.countDown();
            goOn.await();
            ScriptedUpstream.write(
                    socket,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                            + HEARD.length()
                            + "\r\n\r\n"
                            + HEARD);
        });
        String sound = "all that is said in three megabytes ".repeat(90_000);
        CompletableFuture<HttpResponse<String>> answer =
                gateway.http.sendAsync(
                        hearing("to-raw", sound.getBytes(StandardCharsets.US_ASCII)),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(atWork.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.plane.bodyBytesHeld()).isZero();
        assertThat(gateway.plane.spooledBytes()).isGreaterThan(sound.length());
        goOn.countDown();
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
        String sent = upstream.requests.getFirst();
        int head = sent.indexOf("\r\n\r\n");
        assertThat(sent.substring(0, head))
                .containsIgnoringCase("content-length: " + (sent.length() - head - 4))
                .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(sent.indexOf(sound)).as("the sound is whole").isPositive();
        assertThat(sent.substring(head, head + 500)).contains("sim-chat").doesNotContain("to-raw");
    }

    /// A provider that says no before it has read all is heard at once.
    @Test
    void anAnswerBeforeTheEndOfTheUploadIsTheAnswer() throws Exception {
        String no = "{\"error\":{\"message\":\"too much for me\"}}";
        try (ServerSocket hasty = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                GatewayFixture other =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL.withUpstream(
                                        "hasty",
                                        URI.create(
                                                "http://127.0.0.1:%d/v1"
                                                        .formatted(hasty.getLocalPort()))))) {
            CountDownLatch over = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                try (Socket socket = hasty.accept()) {
                    // an answer to nothing would be none
                    assertThat(socket.getInputStream().read()).isPositive();
                    ScriptedUpstream.write(
                            socket,
                            "HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\n"
                                    + "content-length: "
                                    + no.length()
                                    + "\r\n\r\n"
                                    + no);
                    over.await();
                } catch (IOException | InterruptedException e) {
                    // the test says what is missing
                }
            });
            HttpRequest request =
                    new MultipartBody()
                            .field("model", "to-hasty")
                            .file("file", "a.wav", "audio/wav", wav())
                            .to(other.request(PATH, ""))
                            .build();
            HttpResponse<String> answer =
                    other.http.send(request, HttpResponse.BodyHandlers.ofString());
            over.countDown();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
            assertThat(answer.body()).contains("too much for me");
            await(() -> other.plane.spooledBytes() == 0);
            other.awaitQuiet();
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesNothingBehind() throws Exception {
        try (RawHttp raw = new RawHttp(gateway.plane.port())) {
            raw.send(
                    "POST "
                            + PATH
                            + " HTTP/1.1\r\nhost: a\r\nauthorization: Bearer "
                            + GatewayFixture.KEY
                            + "\r\ncontent-type: multipart/form-data; boundary=x\r\n"
                            + "content-length: 9000000\r\n\r\n");
            raw.send(new byte[5 << 20]);
            await(() -> gateway.plane.spooledBytes() > 4 << 20);
            assertThat(gateway.plane.bodyBytesHeld()).isZero();
        }
        await(() -> gateway.plane.spooledBytes() == 0);
    }

    @Test
    void aFormThatIsCutIsRefused() throws Exception {
        HttpRequest request =
                new MultipartBody()
                        .field("model", "sim-whisper")
                        .file("file", "a.wav", "audio/wav", wav())
                        .cutTo(gateway.request(PATH, ""), 10)
                        .build();
        HttpResponse<String> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("ends before its last boundary");
    }
}
