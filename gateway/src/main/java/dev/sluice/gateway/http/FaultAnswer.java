package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/// The one boundary of the data plane that turns a fault into an answer, in the dialect of the path
/// the client spoke to.
public final class FaultAnswer {

    public void send(
            HttpServerResponse response, Fault fault, String requestId, @Nullable String path) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(fault.status());
        requestId(response, requestId, path == null ? "/" : path);
        response.putHeader("content-type", "application/json");
        Faults.headers(fault).forEach(response::putHeader);
        Dialect dialect = Dialect.ofPath(path == null ? "/" : path);
        byte[] body = Faults.body(dialect, fault, requestId);
        var unused = response.end(Buffer.buffer(body));
    }

    /// The request's id, under the name that clients of the path's dialect read, too.
    public static void requestId(HttpServerResponse response, String requestId, String path) {
        response.putHeader("x-request-id", requestId);
        if (Dialect.ofPath(path) == Dialect.ANTHROPIC) {
            response.putHeader("request-id", requestId);
        }
    }
}
