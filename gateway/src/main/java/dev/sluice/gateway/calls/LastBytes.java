package dev.sluice.gateway.calls;

import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/// Ends an answer with its last bytes, at the client's pace. A client that takes none of them for
/// the limit of a write stall is cut off: the call is settled by then, only memory is at stake.
final class LastBytes {

    private static final int SLICE_BYTES = 64 << 10;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Deadlines deadlines;
    private final long stallMillis;
    private final byte[] bytes;
    private int sent;

    private LastBytes(Exchange exchange, Deadlines deadlines, Limits limits, byte[] bytes) {
        this.exchange = exchange;
        this.response = exchange.response;
        this.deadlines = deadlines;
        this.stallMillis = limits.writeStall().toMillis();
        this.bytes = bytes;
    }

    /// Writes `bytes` and ends the answer, whose head says how it is framed.
    static void write(Exchange exchange, Deadlines deadlines, Limits limits, byte[] bytes) {
        new LastBytes(exchange, deadlines, limits, bytes).next();
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
        cutOff(exchange);
    }

    /// Breaks off the answer: the stream in HTTP/2, the connection in HTTP/1.
    static void cutOff(Exchange exchange) {
        if (exchange.request.version() == io.vertx.core.http.HttpVersion.HTTP_2) {
            var unused = exchange.response.reset();
        } else {
            var unused = exchange.request.connection().close();
        }
    }
}
