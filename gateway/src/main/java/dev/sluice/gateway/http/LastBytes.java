package dev.sluice.gateway.http;

import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/// Ends an answer with its last bytes, at the client's pace. A client that takes none of them for
/// the limit of a write stall is cut off: a call is settled by then, only memory is at stake.
public final class LastBytes {

    public static final int SLICE_BYTES = 64 << 10;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Deadlines deadlines;
    private final long stallMillis;
    private final byte[] bytes;
    private int sent;

    private LastBytes(HttpServerRequest request, Deadlines deadlines, Limits limits, byte[] bytes) {
        this.request = request;
        this.response = request.response();
        this.deadlines = deadlines;
        this.stallMillis = limits.writeStall().toMillis();
        this.bytes = bytes;
    }

    /// Writes `bytes` and ends the answer, whose head says how it is framed. Runs on the request's
    /// event loop.
    public static void write(
            HttpServerRequest request, Deadlines deadlines, Limits limits, byte[] bytes) {
        new LastBytes(request, deadlines, limits, bytes).next();
    }

    private void next() {
        if (response.ended() || response.closed()) {
            return;
        }
        int size = Math.min(SLICE_BYTES, bytes.length - sent);
        Buffer slice = Buffer.buffer().appendBytes(bytes, sent, size);
        sent += size;
        boolean last = sent == bytes.length;
        Deadlines.Deadline stall = deadlines.in(stallMillis, this::cutOff);
        (last ? response.end(slice) : response.write(slice))
                .onComplete(written -> {
                    stall.cancel();
                    if (written.succeeded() && !last) {
                        next();
                    }
                });
    }

    private void cutOff() {
        cutOff(request);
    }

    /// Breaks off the answer: the stream in HTTP/2, the connection in HTTP/1.
    public static void cutOff(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            var unused = request.response().reset();
        } else {
            var unused = request.connection().close();
        }
    }
}
