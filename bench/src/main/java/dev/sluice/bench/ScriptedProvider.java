package dev.sluice.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A provider that answers from prepared bytes, in a process of its own: streams, and answers that
/// come late. The simulator would cost more than the gateway and so hide it.
///
/// The model's name says what is wanted: those of [Bursts#model] are 20 chunks at once, one write
/// for each event;
/// `slow` is 100 chunks, one each 50 ms; anything else a plain answer after 20 ms.
final class ScriptedProvider {

    static final int SLOW_CHUNKS = 100;
    static final long SLOW_MILLIS = 50;
    static final long LATE_MILLIS = 20;

    private static final Buffer STREAM_HEAD =
            Buffer.buffer(
                    """
                    HTTP/1.1 200 OK\r
                    Content-Type: text/event-stream\r
                    Transfer-Encoding: chunked\r
                    \r
                    """);
    private static final Buffer ANSWER =
            Buffer.buffer(
                    """
                    HTTP/1.1 200 OK\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    %s\
                    """
                            .formatted(
                                    Work.ANSWER.getBytes(StandardCharsets.UTF_8).length,
                                    Work.ANSWER));
    private static final List<Buffer> SLOW = Bursts.chat(SLOW_CHUNKS);

    private final Vertx vertx;

    private ScriptedProvider(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Serves on the given loopback port until the process is stopped.
    public static void main(String[] arguments) {
        Vertx vertx =
                Vertx.vertx(
                        new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        ScriptedProvider provider = new ScriptedProvider(vertx);
        vertx.createNetServer(new io.vertx.core.net.NetServerOptions().setAcceptBacklog(4096))
                .connectHandler(provider::connected)
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void connected(NetSocket socket) {
        RequestScan scan = new RequestScan(request -> answer(socket, request));
        socket.handler(scan::push);
    }

    private void answer(NetSocket socket, String request) {
        List<Buffer> burst = Bursts.asked(request);
        if (!burst.isEmpty()) {
            socket.write(STREAM_HEAD);
            // each in a task of its own, or one flush would join them all into one segment
            burst.forEach(event -> vertx.runOnContext(_ -> socket.write(event)));
        } else if (request.contains("\"model\":\"slow\"")) {
            socket.write(STREAM_HEAD);
            paced(socket);
        } else {
            vertx.setTimer(LATE_MILLIS, _ -> socket.write(ANSWER));
        }
    }

    private void paced(NetSocket socket) {
        int[] next = {0};
        long timer =
                vertx.setPeriodic(
                        SLOW_MILLIS,
                        id -> {
                            socket.write(SLOW.get(next[0]++));
                            if (next[0] == SLOW_CHUNKS + 1) {
                                // finish, usage and the closing mark come together
                                SLOW.subList(next[0], SLOW.size()).forEach(socket::write);
                                vertx.cancelTimer(id);
                            }
                        });
        socket.closeHandler(_ -> vertx.cancelTimer(timer));
    }
}
