package dev.sluice.app.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.catalog.Cassette;
import dev.sluice.protocol.framing.EventStreamParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A provider that answers every call with the same take.
final class CassetteUpstream implements AutoCloseable {

    /// What arrived.
    record Arrived(String method, String uri, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private volatile Cassette.@Nullable Take take;

    CassetteUpstream() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void plays(Cassette.Take next) {
        take = next;
        arrived.clear();
    }

    Arrived awaitArrived() throws InterruptedException {
        Arrived call = arrived.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("the provider was not asked");
        }
        return call;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        // before it is known to have arrived: then the next take may be put on
        Cassette.Take playing = take;
        arrived.add(
                new Arrived(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        headers,
                        body));
        if (playing == null) {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
            return;
        }
        playing.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(playing.status(), 0);
        exchange.getResponseBody().write(bytes(playing));
        exchange.close();
    }

    private static byte[] bytes(Cassette.Take take) {
        if (take.framing().equals("plain")) {
            return take.body().getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : (Iterable<String>) take.body().lines()::iterator) {
            String base64 =
                    Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(
                    EventStreamParser.encode(
                            Map.of(":message-type", "event", ":event-type", "chunk"),
                            ("{\"bytes\":\"" + base64 + "\",\"p\":\"abc\"}")
                                    .getBytes(StandardCharsets.UTF_8)));
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
