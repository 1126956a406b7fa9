package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one boundary of the data plane that turns a fault into an answer, in the dialect of the path
/// the client spoke to.
public final class FaultAnswer {

    public void send(
            HttpServerResponse response, Fault fault, String requestId, @Nullable String path) {
        send(response, fault, requestId, Dialect.ofPath(path == null ? "/" : path));
    }

    /// The same where the path alone does not tell who asks.
    public void send(HttpServerRequest request, Fault fault, String requestId) {
        send(request.response(), fault, requestId, dialect(request));
    }

    /// Whose client asks.
    public static Dialect dialect(HttpServerRequest request) {
        String path = request.path();
        return Dialect.of(path == null ? "/" : path, request.headers()::contains);
    }

    /// The same for the dialect of whoever asks.
    public void send(HttpServerResponse response, Fault fault, String requestId, Dialect dialect) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(fault.status());
        headers(fault, requestId, dialect).forEach(response::putHeader);
        byte[] body = Faults.body(dialect, fault, requestId);
        var unused = response.end(Buffer.buffer(body));
    }

    static Map<String, String> headers(Fault fault, String requestId, Dialect dialect) {
        Map<String, String> headers = new LinkedHashMap<>(ids(requestId, dialect));
        headers.put("content-type", "application/json");
        headers.putAll(Faults.headers(fault));
        return headers;
    }

    /// The request's id, under the name that clients of the path's dialect read, too.
    public static void requestId(HttpServerResponse response, String requestId, String path) {
        requestId(response, requestId, Dialect.ofPath(path));
    }

    /// The same for the dialect of whoever asks.
    public static void requestId(HttpServerResponse response, String requestId, Dialect dialect) {
        ids(requestId, dialect).forEach(response::putHeader);
    }

    private static Map<String, String> ids(String requestId, Dialect dialect) {
        return dialect == Dialect.ANTHROPIC
                ? Map.of("x-request-id", requestId, "request-id", requestId)
                : Map.of("x-request-id", requestId);
    }
}
