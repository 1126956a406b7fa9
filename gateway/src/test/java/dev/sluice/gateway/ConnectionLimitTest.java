package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that may open few files, and somebody who opens more connections than that: those who
/// do nothing make room for those who come, and calls go on.
@Tag("slow")
class ConnectionLimitTest {

    private static final int FILES = 600;

    @Test
    void idleConnectionsMakeRoomForThoseThatCome() throws Exception {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ulimit -n " + FILES + " && exec \"$@\"",
                                "sh",
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classPath,
                                Few.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<RawHttp> idle = new ArrayList<>();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.startsWith("port ")) {
                line = said.readLine();
            }
            int port = Integer.parseInt(String.valueOf(line).substring("port ".length()));
            for (int i = 0; i < FILES; i++) {
                RawHttp one = new RawHttp(port);
                idle.add(one);
                one.send(i % 2 == 0 ? "" : "POST /v1/chat/comple");
            }
            for (int i = 0; i < 3; i++) {
                long from = System.nanoTime();
                try (RawHttp raw = new RawHttp(port)) {
                    raw.send(RawHttp.call(GatewayFixture.chatBody("sim-chat", "hi", false)));
                    assertThat(raw.answer().status()).isEqualTo(200);
                }
                // where the process had no file left it waits a second before it tries again
                assertThat(System.nanoTime() - from).isLessThan(TimeUnit.SECONDS.toNanos(6));
            }
            long open = idle.stream().filter(ConnectionLimitTest::isOpen).count();
            assertThat(open).isBetween(1L, FILES / 2L);
        } finally {
            for (RawHttp one : idle) {
                one.close();
            }
            process.destroyForcibly().waitFor();
        }
    }

    private static boolean isOpen(RawHttp connection) {
        try {
            connection.socket().setSoTimeout(1);
            return connection.socket().getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// What may open few files.
    static final class Few {
        private Few() {}

        public static void main(String[] args) throws Exception {
            try (GatewayFixture gateway = new GatewayFixture()) {
                // as a server has said something by the time somebody comes
                Logger.getLogger("few").warning("few files");
                gateway.chat("sim-chat", "hi");
                System.out.println("port " + gateway.plane.port());
                while (System.in.read() >= 0) {
                    // until it is ended
                }
            }
        }
    }
}
