package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Fault;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.egress.ProxyRules;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.policy.Upstream;
import dev.sluice.policy.Upstream.Timeouts;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An upstream whose queue of connections is full is connected to once it has room, however much of
/// the wait this process stood still: only the call's own deadline counts.
class ConnectTimeTest {

    private static final Duration CONNECT = Duration.ofMillis(100);

    /// Past the transport's own time, which is a second later than the call's.
    private static final Duration STOOD_STILL = Duration.ofMillis(1_500);

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> queue = new ArrayList<>();
    private final CompletableFuture<Integer> answered = new CompletableFuture<>();
    private ServerSocket server;

    @BeforeEach
    void fill() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        boolean full = false;
        while (!full) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(
                        new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
            } catch (SocketTimeoutException _) {
                full = true;
            }
        }
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        for (Socket socket : queue) {
            socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aPauseIsNotTheUpstreams() throws Exception {
        vertx.runOnContext(_ -> ask());
        LockSupport.parkNanos(STOOD_STILL.toNanos());
        assertThat(answered).isNotDone();
        Thread.ofVirtual().start(this::answerAll);
        assertThat(answered.get(30, TimeUnit.SECONDS)).isEqualTo(204);
    }

    private void ask() {
        UpstreamClient client =
                new UpstreamClient(
                        vertx,
                        new Outbound(
                                null,
                                ProxyRules.NONE,
                                new EgressPolicy(Set.of()),
                                InetAddress::getAllByName),
                        Runnable::run,
                        Limits.DEFAULT,
                        1_024);
        Timeouts timeouts =
                new Timeouts(
                        CONNECT,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1));
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort());
        Upstream upstream =
                new Upstream(
                        "up",
                        "up",
                        "simulator",
                        null,
                        url,
                        Set.of(),
                        null,
                        null,
                        timeouts,
                        false,
                        true);
        // no time passes for the call's deadlines
        new UpstreamCall(vertx, new Deadlines(vertx, () -> 0), timeouts, new Answer())
                .send(
                        client,
                        upstream,
                        new RequestOptions()
                                .setMethod(HttpMethod.GET)
                                .setHost(url.getHost())
                                .setPort(url.getPort())
                                .setURI("/"),
                        Buffer.buffer());
    }

    private void answerAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            if (socket.getInputStream().read() >= 0) {
                socket.getOutputStream()
                        .write(
                                "HTTP/1.1 204 No Content\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                socket.getInputStream().readAllBytes();
            }
        } catch (IOException _) {
            // one that only filled the queue
        }
    }

    private final class Answer implements UpstreamCall.Listener {
        @Override
        public void onHead(int status, MultiMap headers) {
            answered.complete(status);
        }

        @Override
        public void onData(Buffer data) {}

        @Override
        public void onEnd() {}

        @Override
        public void onFailure(Fault fault, boolean sent) {
            answered.completeExceptionally(fault.asException());
        }
    }
}
