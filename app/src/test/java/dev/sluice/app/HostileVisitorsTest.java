package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Visitors without any credential who take connections and never let go, at a server with the heap
/// it is shipped with: it lives, calls are served, and the books are right afterwards.
@Tag("slow")
@Timeout(120)
class HostileVisitorsTest {

    private static final int MOST_WAIT_MILLIS = 3_000;
    private static final List<String> PUBLIC =
            List.of("/openapi.json", "/docs/api", "/api/pricing");

    private static final String HALF_BODY =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer %s\r\n"
                    + "content-type: application/json\r\ncontent-length: 30000000\r\n\r\n{";

    @Test
    void whoHoldsConnectionsHurtsNobody() throws Exception {
        List<Socket> held = new ArrayList<>();
        try (Fleet fleet = Fleet.start(1, Map.of())) {
            Api api = fleet.api();
            api.addModels(
                    fleet.simulator().baseUrl(),
                    "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}",
                    "m");
            api.topUp("10");
            String key = api.key("app", "support", "staging");
            fleet.awaitKnown(key);
            int port = fleet.get(0).port();
            for (int i = 0; i < 400; i++) {
                held.add(asking(port, "GET " + PUBLIC.get(i % 3) + " HTTP/1.1\r\nhost: a\r\n\r\n"));
            }
            for (int i = 0; i < 100; i++) {
                held.add(asking(port, "POST /v1/chat/comple"));
                held.add(asking(port, HALF_BODY.formatted(key)));
                held.add(asking(port, HALF_BODY.formatted("sk-sluice-nobody")));
            }
            readersAreServed(api);
            for (int i = 0; i < 50; i++) {
                long from = System.nanoTime();
                HttpResponse<String> answer = api.chat(key, Installation.chatBody("m", "hi", 5));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - from))
                        .isLessThan(Duration.ofMillis(MOST_WAIT_MILLIS));
            }
            assertThat(api.get("/readyz", Duration.ofSeconds(1)).statusCode()).isEqualTo(200);
            leave(held);
            fleet.get(0).terminate();
            fleet.get(0).awaitCleanEnd();
            fleet.assertBooksAreCleanAndNothingHeld();
        } finally {
            leave(held);
        }
    }

    private static void readersAreServed(Api api) throws Exception {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> read = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String path = PUBLIC.get(i % 3);
                read.add(readers.submit(() -> api.get(path, Duration.ofSeconds(20))));
            }
            for (Future<HttpResponse<String>> one : read) {
                assertThat(one.get().statusCode()).isEqualTo(200);
            }
        }
    }

    private static Socket asking(int port, String what) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(what.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /// As a process that dies leaves: with a reset.
    private static void leave(List<Socket> held) throws IOException {
        for (Socket socket : held) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
    }
}
