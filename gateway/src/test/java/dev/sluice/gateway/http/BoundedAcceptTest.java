package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedAcceptTest {

    private static final int MOST = 3;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Vertx vertx = Vertx.builder().withTransport(new BoundedAccept(MOST)).build();
    private final List<Socket> clients = new ArrayList<>();

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private int listen() {
        HttpServer server = vertx.createHttpServer();
        server.requestHandler(request -> {
            var unused = request.response().end();
        });
        return await(server.listen(0, "127.0.0.1")).actualPort();
    }

    /// Whether a request on a new connection is answered; the connection stays open then.
    private boolean isServed(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(client);
        try {
            client.getOutputStream().write(REQUEST);
            return client.getInputStream().read() == 'H';
        } catch (IOException _) {
            return false;
        }
    }

    @AfterEach
    void end() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        await(vertx.close());
    }

    @Test
    void furtherConnectionsAreClosedWhicheverServerTheyAreFor() throws IOException {
        int first = listen();
        int second = listen();

        assertThat(isServed(first)).isTrue();
        assertThat(isServed(second)).isTrue();
        assertThat(isServed(first)).isTrue();

        assertThat(isServed(first)).isFalse();
        assertThat(isServed(second)).isFalse();
    }

    @Test
    void anotherConnectionHasThePlaceOfOneThatEnded() throws IOException {
        int port = listen();
        for (int i = 0; i < MOST; i++) {
            assertThat(isServed(port)).isTrue();
        }
        assertThat(isServed(port)).isFalse();

        clients.getFirst().close();

        var unused = Await.until(() -> isServed(port), served -> served, Duration.ofSeconds(20));
    }
}
