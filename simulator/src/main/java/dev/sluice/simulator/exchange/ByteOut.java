package dev.sluice.simulator.exchange;

import static dev.sluice.simulator.script.Directive.CUT_BYTE;
import static dev.sluice.simulator.script.Directive.GZIP;
import static dev.sluice.simulator.script.Directive.SPLIT;
import static dev.sluice.simulator.script.Directive.TRICKLE;
import static dev.sluice.simulator.script.Directive.TRICKLE_GAP;

import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The bytes of one body on their way out: compressed, cut into pieces, slowed down or stopped at a
/// byte, as asked for. One write per event otherwise. Lives on the event loop of its connection.
final class ByteOut {

    private static final int LONGEST_SPLIT = 48;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final OpenCall call;
    private final @Nullable GzipBytes gzip;
    private final @Nullable Random splits;
    private final int trickle;
    private final long trickleGap;
    private final Deque<Buffer> queue = new ArrayDeque<>();
    private Buffer carry = Buffer.buffer();
    private int nextSplit;
    private long bytesUntilCut;
    private boolean stopped;
    private Future<Void> lastWrite = Future.succeededFuture();
    private Runnable whenIdle = () -> {};
    private Runnable whenCut = () -> {};

    ByteOut(Vertx vertx, HttpServerResponse response, OpenCall call, Directives directives) {
        this.vertx = vertx;
        this.response = response;
        this.call = call;
        this.gzip = directives.flag(GZIP) ? new GzipBytes() : null;
        this.splits = directives.has(SPLIT) ? new Random(directives.number(SPLIT, 0)) : null;
        this.trickle = Math.toIntExact(directives.number(TRICKLE, 0));
        this.trickleGap = Math.max(1, directives.number(TRICKLE_GAP, 1));
        this.bytesUntilCut = directives.number(CUT_BYTE, Long.MAX_VALUE);
        this.nextSplit = splits == null ? 0 : 1 + splits.nextInt(LONGEST_SPLIT);
    }

    /// Called once, when the byte to cut at is reached and everything before it was handed over.
    void onCut(Runnable action) {
        this.whenCut = action;
    }

    /// True when all of it went out at once; otherwise [#onIdle]'s action runs when it has.
    boolean write(Buffer bytes) {
        return enqueue(gzip == null ? bytes : gzip.compress(bytes));
    }

    /// Writes what compression or splitting still holds back.
    boolean flush() {
        if (gzip != null) {
            enqueue(gzip.finish());
        }
        if (carry.length() > 0) {
            queue.add(carry);
            carry = Buffer.buffer();
        }
        return pump();
    }

    void onIdle(Runnable action) {
        this.whenIdle = action;
    }

    /// Completes when the newest piece was taken by the socket.
    Future<Void> lastWrite() {
        return lastWrite;
    }

    void stop() {
        stopped = true;
        queue.clear();
    }

    private boolean enqueue(Buffer bytes) {
        if (splits != null) {
            carry.appendBuffer(bytes);
            int at = 0;
            while (carry.length() - at >= nextSplit) {
                queue.add(carry.getBuffer(at, at + nextSplit));
                at += nextSplit;
                nextSplit = 1 + splits.nextInt(LONGEST_SPLIT);
            }
            carry = carry.getBuffer(at, carry.length());
        } else if (trickle > 0) {
            for (int at = 0; at < bytes.length(); at += trickle) {
                queue.add(bytes.getBuffer(at, Math.min(bytes.length(), at + trickle)));
            }
        } else if (bytes.length() > 0) {
            queue.add(bytes);
        }
        return pump();
    }

    private boolean pump() {
        while (!stopped && !queue.isEmpty()) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> resume());
                return false;
            }
            writePiece(queue.remove());
            if (trickle > 0 && !queue.isEmpty()) {
                vertx.setTimer(trickleGap, fired -> resume());
                return false;
            }
        }
        return !stopped;
    }

    private void resume() {
        if (pump()) {
            whenIdle.run();
        }
    }

    private void writePiece(Buffer piece) {
        if (piece.length() < bytesUntilCut) {
            bytesUntilCut -= piece.length();
            put(piece);
            return;
        }
        put(piece.getBuffer(0, Math.toIntExact(bytesUntilCut)));
        stop();
        whenCut.run();
    }

    private void put(Buffer piece) {
        if (piece.length() > 0) {
            lastWrite = response.write(piece);
            call.bytesSent(piece.length());
        }
    }
}
