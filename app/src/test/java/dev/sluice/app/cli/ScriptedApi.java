package dev.sluice.app.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A management API that answers what the test wrote down and remembers what it was asked.
final class ScriptedApi implements AutoCloseable {

    /// @param target path and query as sent
    record Asked(
            String method,
            String target,
            String body,
            @Nullable String authorization,
            @Nullable String organization,
            @Nullable String contentType) {}

    private record Answer(int status, String contentType, String body) {}

    private final HttpServer server;
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<Answer>> answers = new HashMap<>();

    ScriptedApi() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The next answer to a method and path; the last one stays.
    ScriptedApi answer(String call, int status, String body) {
        return answer(call, status, "application/json", body);
    }

    ScriptedApi answer(String call, int status, String contentType, String body) {
        answers.computeIfAbsent(call, _ -> new ArrayDeque<>())
                .add(new Answer(status, contentType, body));
        return this;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    Asked last() {
        return asked().getLast();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String method = exchange.getRequestMethod();
        asked.add(
                new Asked(
                        method,
                        exchange.getRequestURI().toString(),
                        body,
                        exchange.getRequestHeaders().getFirst("authorization"),
                        exchange.getRequestHeaders().getFirst("x-sluice-organization"),
                        exchange.getRequestHeaders().getFirst("content-type")));
        Deque<Answer> scripted = answers.get(method + " " + exchange.getRequestURI().getPath());
        Answer answer =
                scripted == null
                        ? new Answer(
                                404,
                                "application/json",
                                "{\"error\":{\"message\":\"There is no such path.\","
                                        + "\"code\":\"not_found\",\"param\":null}}")
                        : scripted.size() > 1 ? scripted.removeFirst() : scripted.getFirst();
        exchange.getResponseHeaders().set("content-type", answer.contentType());
        exchange.getResponseHeaders().set("x-request-id", "req_scripted");
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
