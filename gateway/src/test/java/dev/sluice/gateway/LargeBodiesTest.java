package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Many large uploads at once in a small heap: some are served, the others told to come back, and
/// the process lives on.
@Tag("slow")
class LargeBodiesTest {

    private static final int UPLOADS = 16;
    private static final int BYTES = 30 << 20;

    @Test
    void aSmallHeapSurvivesManyLargeBodies() throws Exception {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx160m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classPath,
                                Small.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said)
                    .contains("served and refused")
                    .doesNotContain("OutOfMemory")
                    .doesNotContain("500=");
        } finally {
            process.destroyForcibly();
        }
    }

    /// What runs in the small heap.
    static final class Small {
        private Small() {}

        public static void main(String[] args) throws Exception {
            try (ScriptedUpstream upstream = new ScriptedUpstream(false);
                    GatewayFixture gateway =
                            new GatewayFixture(
                                    GatewayFixture.Setup.USUAL.withUpstream(
                                            "raw", upstream.baseUrl()));
                    ExecutorService clients = Executors.newFixedThreadPool(UPLOADS)) {
                String json =
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"sim-chat\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";
                upstream.answers(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                                + json.length()
                                + "\r\n\r\n"
                                + json);
                Map<Integer, Integer> statuses = new TreeMap<>();
                for (int round = 0; round < 2; round++) {
                    boolean chunked = round == 1;
                    List<Callable<Integer>> uploads = new ArrayList<>();
                    for (int i = 0; i < UPLOADS; i++) {
                        uploads.add(() -> upload(gateway.plane.port(), chunked));
                    }
                    for (Future<Integer> one : clients.invokeAll(uploads)) {
                        statuses.merge(one.get(), 1, Integer::sum);
                    }
                }
                gateway.awaitQuiet();
                HttpResponse<String> after = gateway.chat("sim-chat", "still there?");
                System.out.println(statuses + " then " + after.statusCode());
                if (statuses.containsKey(200)
                        && statuses.containsKey(503)
                        && after.statusCode() == 200
                        && gateway.plane.bodyBytesHeld() == 0) {
                    System.out.println("served and refused");
                }
            }
            System.exit(0);
        }

        /// The status of one upload; 0 when the connection was closed before it could be read.
        private static int upload(int port, boolean chunked) {
            String before =
                    "{\"model\":\"to-raw\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"";
            String after = "\"}]}";
            byte[] piece = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            int pieces = BYTES / piece.length;
            int length = before.length() + after.length() + pieces * piece.length;
            try (RawHttp raw = new RawHttp(port)) {
                raw.send(
                        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer "
                                + GatewayFixture.KEY
                                + "\r\n"
                                + (chunked
                                        ? "transfer-encoding: chunked\r\n\r\n"
                                        : "content-length: " + length + "\r\n\r\n"));
                try {
                    send(raw, before.getBytes(StandardCharsets.US_ASCII), chunked);
                    for (int i = 0; i < pieces; i++) {
                        send(raw, piece, chunked);
                    }
                    send(raw, after.getBytes(StandardCharsets.US_ASCII), chunked);
                    raw.send(chunked ? "0\r\n\r\n" : "");
                } catch (IOException e) {
                    // refused meanwhile; the answer may still be there
                }
                return raw.answer().status();
            } catch (IOException e) {
                return 0;
            }
        }

        private static void send(RawHttp raw, byte[] bytes, boolean chunked) throws IOException {
            if (chunked) {
                raw.send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
            } else {
                raw.send(bytes);
            }
        }
    }
}
