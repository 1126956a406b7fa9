package dev.sluice.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// An upstream that answers each call with the bytes a test gives it, and says when it was left.
final class ScriptedUpstream implements AutoCloseable {

    /// Answers one call over its socket.
    interface Script {
        void answer(Socket socket) throws IOException, InterruptedException;
    }

    static final String CHUNK =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"sim-chat\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n";
    static final String FINISH =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"sim-chat\","
                    + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    static final String USAGE =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"sim-chat\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}\n\n";
    static final String DONE = "data: [DONE]\n\n";
    static final String HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

    private final ServerSocket server;
    private final BlockingQueue<Long> left = new LinkedBlockingQueue<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Script script = _ -> {};

    private final boolean keepsBodies;

    ScriptedUpstream() throws IOException {
        this(true);
    }

    /// @param keepsBodies false to read bodies and forget them
    ScriptedUpstream(boolean keepsBodies) throws IOException {
        this.keepsBodies = keepsBodies;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::serve);
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    void answers(Script next) {
        script = next;
    }

    /// Answers with these bytes and closes.
    void answers(String bytes) {
        answers(socket -> {
            write(socket, bytes);
            socket.shutdownOutput();
        });
    }

    static void write(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /// Waits until the gateway has closed the connection of a call; the reading of
    /// [System#nanoTime] then.
    long awaitLeft() throws InterruptedException {
        Long at = left.poll(10, java.util.concurrent.TimeUnit.SECONDS);
        if (at == null) {
            throw new AssertionError("the gateway did not close the connection");
        }
        return at;
    }

    private void serve() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    return;
                }
                head.append((char) b);
            }
            String lower = head.toString().toLowerCase(Locale.ROOT);
            int at = lower.indexOf("content-length:") + "content-length:".length();
            int length = Integer.parseInt(lower.substring(at, lower.indexOf("\r\n", at)).strip());
            if (keepsBodies) {
                requests.add(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            } else {
                in.skipNBytes(length);
            }
            script.answer(socket);
            while (in.read() >= 0) {
                // until the gateway closes
            }
        } catch (IOException | InterruptedException e) {
            // as good as closed
        } finally {
            left.add(System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
