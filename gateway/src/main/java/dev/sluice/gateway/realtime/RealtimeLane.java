package dev.sluice.gateway.realtime;

import dev.sluice.gateway.limits.Deadlines;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The events of one side of a session on their way to the other, one after the other: the next is
/// looked at when the one before was dealt with, and none while the other side does not take what
/// was written for it. Meanwhile this side is not read, so that nothing piles up.
final class RealtimeLane {

    /// Deals with one event.
    interface Taker {
        /// Is not called again before `done` has run.
        ///
        /// @param done runs once, now or later, when the next one may come
        void take(byte[] event, Runnable done);
    }

    /// What a lane cannot go on with.
    enum Trouble {
        /// An event is larger than the limit.
        TOO_LARGE,
        /// Events are text.
        NOT_TEXT,
        /// The other side took nothing for the limit of a write stall.
        STALLED
    }

    /// Hears of it once.
    interface Troubled {
        void with(Trouble trouble);
    }

    private enum State {
        READING,
        /// An event is being dealt with, or has to wait.
        HELD,
        STOPPED
    }

    private final WebSocketBase from;
    private final WebSocketBase to;
    private final Deadlines deadlines;
    private final int mostBytes;
    private final long stallMillis;
    private final Taker taker;
    private final Troubled troubled;
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private State state = State.READING;
    private @Nullable Runnable underWay;
    private Deadlines.@Nullable Deadline stall;

    RealtimeLane(
            WebSocketBase from,
            WebSocketBase to,
            Deadlines deadlines,
            int mostBytes,
            long stallMillis,
            Taker taker,
            Troubled troubled) {
        this.from = from;
        this.to = to;
        this.deadlines = deadlines;
        this.mostBytes = mostBytes;
        this.stallMillis = stallMillis;
        this.taker = taker;
        this.troubled = troubled;
    }

    void start() {
        from.frameHandler(this::frame);
    }

    /// Whether silence on this side means something: it is read, and has nothing left to take
    /// before a ping.
    ///
    /// @param back the way to this side
    boolean isHeard(RealtimeLane back) {
        return state == State.READING && back.stall == null;
    }

    /// Looks at nothing any more. What arrives is thrown away, so that the end of the connection is
    /// noticed.
    void stop() {
        if (state != State.STOPPED) {
            state = State.STOPPED;
            arrived.clear();
            parts.reset();
            cancelStall();
            if (!from.isClosed()) {
                from.resume();
            }
        }
    }

    private void frame(WebSocketFrame frame) {
        boolean carries = frame.isText() || frame.isContinuation() || frame.isBinary();
        if (state == State.STOPPED || !carries) {
            return;
        }
        if (frame.isBinary()) {
            trouble(Trouble.NOT_TEXT);
            return;
        }
        byte[] bytes = frame.binaryData().getBytes();
        if (parts.size() + bytes.length > mostBytes) {
            trouble(Trouble.TOO_LARGE);
            return;
        }
        if (!frame.isFinal()) {
            parts.writeBytes(bytes);
            return;
        }
        if (parts.size() > 0) {
            parts.writeBytes(bytes);
            bytes = parts.toByteArray();
            parts.reset();
        }
        arrived.add(bytes);
        if (underWay == null && stall == null) {
            next();
        }
    }

    private void trouble(Trouble trouble) {
        stop();
        troubled.with(trouble);
    }

    private void next() {
        while (state != State.STOPPED && !arrived.isEmpty()) {
            if (!to.isClosed() && to.writeQueueFull()) {
                hold();
                stall = deadlines.in(stallMillis, () -> trouble(Trouble.STALLED));
                to.drainHandler(_ -> drained());
                return;
            }
            Step step = new Step();
            underWay = step;
            taker.take(arrived.remove(), step);
            if (underWay != null) {
                step.later = true;
                hold();
                return;
            }
        }
        read();
    }

    /// One event's end.
    private final class Step implements Runnable {
        private boolean later;

        @Override
        public void run() {
            if (underWay == this) {
                underWay = null;
                if (later) {
                    next();
                }
            }
        }
    }

    private void drained() {
        if (stall != null) {
            cancelStall();
            next();
        }
    }

    private void cancelStall() {
        Deadlines.Deadline pending = stall;
        if (pending != null) {
            pending.cancel();
            stall = null;
        }
    }

    private void hold() {
        if (state == State.READING) {
            state = State.HELD;
            from.pause();
        }
    }

    private void read() {
        if (state == State.HELD) {
            state = State.READING;
            from.resume();
        }
    }

    /// An event as it is written.
    static String text(byte[] event) {
        return new String(event, StandardCharsets.UTF_8);
    }
}
