package dev.sluice.gateway.calls;

import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.upstream.UpstreamCall;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Carries bytes from an upstream to a client, at the client's pace.
///
/// A lone event goes out at once; events that follow within the gathering time share a write, since
/// each write is a system call. While the client is behind, the upstream is not read.
final class RelayPipe {

    private static final long GATHER_NANOS = 100_000;
    private static final int GATHER_BYTES = 16 << 10;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Deadlines deadlines;
    private final LongSupplier nanoTime;
    private final Limits limits;
    private final Runnable stalled;
    private Buffer gathered = Buffer.buffer();
    private Flush flush = Flush.NONE;
    private long lastWriteNanos;
    private @Nullable UpstreamCall source;
    private Deadlines.@Nullable Deadline stall;

    private enum Flush {
        NONE,
        SCHEDULED
    }

    /// @param stalled runs when the client took nothing for the limit of a write stall
    RelayPipe(Exchange exchange, CallShapes.Parts parts, Runnable stalled) {
        this.exchange = exchange;
        this.response = exchange.response;
        this.deadlines = parts.deadlines();
        this.nanoTime = parts.nanoTime();
        this.limits = parts.limits();
        this.stalled = stalled;
        this.lastWriteNanos = nanoTime.getAsLong() - GATHER_NANOS;
    }

    void source(UpstreamCall call) {
        source = call;
    }

    /// Reads the upstream no further, until [#readOn].
    void pause() {
        if (source != null) {
            source.pause();
        }
    }

    /// All that the client is to get was read.
    void expectEnd() {
        if (source != null) {
            source.expectEnd();
        }
    }

    void write(byte[] bytes) {
        gathered.appendBytes(bytes);
        if (gathered.length() >= GATHER_BYTES
                || nanoTime.getAsLong() - lastWriteNanos >= GATHER_NANOS) {
            flush();
        } else if (flush == Flush.NONE) {
            flush = Flush.SCHEDULED;
            exchange.context.runOnContext(_ -> flush());
        }
    }

    void flush() {
        flush = Flush.NONE;
        if (gathered.length() == 0 || response.ended() || response.closed()) {
            return;
        }
        Buffer out = gathered;
        gathered = Buffer.buffer();
        lastWriteNanos = nanoTime.getAsLong();
        var unused = response.write(out);
        if (response.writeQueueFull() && stall == null) {
            pause();
            stall = deadlines.in(limits.writeStall().toMillis(), stalled);
            response.drainHandler(_ -> drained());
        }
    }

    /// Reads the upstream on, unless the client is behind.
    void readOn() {
        if (stall == null && source != null) {
            source.resume();
        }
    }

    private void drained() {
        abandon();
        readOn();
    }

    /// Writes what is left, then `last`, and ends the answer.
    void end(byte[] last) {
        abandon();
        if (response.ended() || response.closed()) {
            return;
        }
        gathered.appendBytes(last);
        LastBytes.write(exchange.request, deadlines, limits, gathered.getBytes());
    }

    /// Forgets the deadline of a client that is behind: it took what there was, or nothing is left.
    void abandon() {
        Deadlines.Deadline pending = stall;
        if (pending != null) {
            pending.cancel();
            stall = null;
        }
    }
}
