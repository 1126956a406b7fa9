package dev.sluice.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A client of a realtime session that remembers every event, with the JDK's own WebSocket.
public final class Talker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern TYPE = Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"([^\"]+)\"");

    private final HttpClient http;
    private final WebSocket socket;
    private final Inbox inbox;

    private Talker(HttpClient http, WebSocket socket, Inbox inbox) {
        this.http = http;
        this.socket = socket;
        this.inbox = inbox;
    }

    /// A session with a key in the usual header.
    ///
    /// @param origin of the gateway: `http://127.0.0.1:40123`
    public static Talker open(String origin, String key, String model) throws IOException {
        return open(origin, key, model, true);
    }

    /// The same for one that reads nothing until it is told to.
    ///
    /// @param reads whether events are taken as they come
    public static Talker open(String origin, String key, String model, boolean reads)
            throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        return open(
                http,
                origin,
                model,
                reads,
                http.newWebSocketBuilder().header("authorization", "Bearer " + key));
    }

    /// A session as browsers open it, without a header.
    public static Talker fromBrowser(String origin, String key, String model) throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        return open(
                http,
                origin,
                model,
                true,
                http.newWebSocketBuilder()
                        .subprotocols("realtime", "openai-insecure-api-key." + key));
    }

    /// A session in the beta's events.
    public static Talker inBeta(String origin, String key, String model) throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        return open(
                http,
                origin,
                model,
                true,
                http.newWebSocketBuilder()
                        .header("authorization", "Bearer " + key)
                        .header("openai-beta", "realtime=v1"));
    }

    private static Talker open(
            HttpClient http, String origin, String model, boolean reads, WebSocket.Builder builder)
            throws IOException {
        Inbox inbox = new Inbox(reads);
        URI uri = URI.create(origin.replaceFirst("^http", "ws") + "/v1/realtime?model=" + model);
        try {
            WebSocket socket =
                    builder.buildAsync(uri, inbox).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return new Talker(http, socket, inbox);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What a handshake is answered, status line and all, up to the end of its body.
    ///
    /// @param headers further lines
    public static String handshake(int port, String method, String target, String... headers)
            throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nhost: a\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), port)) {
            raw.setSoTimeout((int) PATIENCE.toMillis());
            raw.getOutputStream()
                    .write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            InputStream in = raw.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            while (!isWhole(answer.toString(StandardCharsets.ISO_8859_1))) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.write(next);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static boolean isWhole(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(answer);
        int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return answer.length() - end - 4 >= body;
    }

    /// The lines that ask for a WebSocket.
    public static List<String> upgrade() {
        return List.of(
                "connection: upgrade",
                "upgrade: websocket",
                "sec-websocket-version: 13",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    /// Sends an event; waits until it is written.
    public Talker say(String event) throws IOException {
        return send(event, true);
    }

    /// Sends a part of one, or its last.
    public Talker send(String part, boolean last) throws IOException {
        try {
            var unused = socket.sendText(part, last).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /// The next event of this type that was not waited for before.
    public String await(String type) {
        return inbox.await(type);
    }

    /// All events so far.
    public List<String> events() {
        return inbox.all();
    }

    /// How the session ended: code and reason.
    public String awaitClosed() {
        return inbox.awaitClosed();
    }

    /// Takes what has come and all that will.
    public void read() {
        socket.request(Long.MAX_VALUE);
    }

    /// Breaks the connection without a word.
    public void vanish() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private static void waitOn(Object lock, long deadline, String what, List<String> events) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new AssertionError("no " + what + " among " + events);
        }
        try {
            lock.wait(left);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Inbox implements WebSocket.Listener {
        private final boolean reads;
        private final StringBuilder partial = new StringBuilder();
        private final List<String> events = new ArrayList<>();
        private final List<String> unseen = new ArrayList<>();
        private @Nullable String closed;

        Inbox(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void onOpen(WebSocket socket) {
            if (reads) {
                socket.request(Long.MAX_VALUE);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            synchronized (this) {
                partial.append(data);
                if (last) {
                    events.add(partial.toString());
                    unseen.add(partial.toString());
                    partial.setLength(0);
                    notifyAll();
                }
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end("broken " + error);
        }

        private synchronized void end(String how) {
            closed = closed == null ? how : closed;
            notifyAll();
        }

        synchronized List<String> all() {
            return List.copyOf(events);
        }

        synchronized String await(String type) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            String found = take(type);
            while (found == null) {
                if (closed != null) {
                    throw new AssertionError("closed (" + closed + ") without " + type + events);
                }
                Talker.waitOn(this, deadline, type, events);
                found = take(type);
            }
            return found;
        }

        private @Nullable String take(String type) {
            for (String event : unseen) {
                Matcher matcher = TYPE.matcher(event);
                if (matcher.lookingAt() && matcher.group(1).equals(type)) {
                    unseen.remove(event);
                    return event;
                }
            }
            return null;
        }

        synchronized String awaitClosed() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            String how = closed;
            while (how == null) {
                Talker.waitOn(this, deadline, "the end", events);
                how = closed;
            }
            return how;
        }
    }
}
