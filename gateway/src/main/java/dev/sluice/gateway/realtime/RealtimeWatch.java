package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.calls.CallShapes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import org.jspecify.annotations.Nullable;

/// Whether both sides of a session are still there, and for how long it has gone on, in the time of
/// [dev.sluice.gateway.limits.Deadlines]: while this process stood still, nobody could be heard.
final class RealtimeWatch {

    /// Pings that stay without an answer before a side is taken to be gone.
    private static final int PINGS = 3;

    private final RealtimeLimits limits;
    private final long beganNanos;
    private final Side client;
    private final Side upstream;
    private long nowNanos;

    RealtimeWatch(
            WebSocketBase client, WebSocketBase upstream, RealtimeLimits limits, long nowNanos) {
        this.limits = limits;
        this.beganNanos = nowNanos;
        this.nowNanos = nowNanos;
        this.client = new Side(client, nowNanos);
        this.upstream = new Side(upstream, nowNanos);
        client.pongHandler(_ -> this.client.seenNanos = this.nowNanos);
        upstream.pongHandler(_ -> this.upstream.seenNanos = this.nowNanos);
    }

    private static final class Side {
        private final WebSocketBase socket;
        private long saidNanos;
        private long seenNanos;
        private long pingedNanos;

        Side(WebSocketBase socket, long nowNanos) {
            this.socket = socket;
            this.saidNanos = nowNanos;
            this.seenNanos = nowNanos;
            this.pingedNanos = nowNanos;
        }

        void said(long nowNanos) {
            saidNanos = nowNanos;
            seenNanos = nowNanos;
        }

        /// Asks whether it is there, when that is due.
        ///
        /// @param heard false while its answers to pings cannot arrive
        /// @return false when it is taken to be gone
        boolean isThere(long nowNanos, long everyNanos, boolean heard) {
            if (!heard) {
                seenNanos = nowNanos;
            }
            if (nowNanos - seenNanos > PINGS * everyNanos) {
                return false;
            }
            if (nowNanos - pingedNanos >= everyNanos && !socket.isClosed()) {
                pingedNanos = nowNanos;
                var unused = socket.writePing(Buffer.buffer("sluice"));
            }
            return true;
        }
    }

    void clientSaid() {
        client.said(nowNanos);
    }

    void upstreamSaid() {
        upstream.said(nowNanos);
    }

    /// About: as of the last tick.
    long now() {
        return nowNanos;
    }

    /// Why the session cannot go on; null when it can.
    ///
    /// @param clientHeard whether the client's silence means something; the upstream's likewise
    @Nullable Fault tooLong(long now, boolean clientHeard, boolean upstreamHeard) {
        nowNanos = now;
        if (now - beganNanos > limits.realtimeTotal().toNanos()) {
            return timeout(
                    "The session has lasted limits.realtimeTotal, "
                            + limits.realtimeTotal().toMinutes()
                            + " minutes. Open another one.");
        }
        if (now - Math.max(client.saidNanos, upstream.saidNanos)
                > limits.realtimeIdle().toNanos()) {
            return timeout(
                    "The session has carried no event for limits.realtimeIdle, "
                            + limits.realtimeIdle().toMinutes()
                            + " minutes.");
        }
        long ping = limits.realtimePing().toNanos();
        if (!client.isThere(now, ping, clientHeard)) {
            return CallShapes.GONE;
        }
        if (!upstream.isThere(now, ping, upstreamHeard)) {
            return Fault.of(FaultCode.UPSTREAM_TIMEOUT, "The upstream does not answer any more.");
        }
        return null;
    }

    private static Fault timeout(String message) {
        return Fault.of(FaultCode.REQUEST_TIMEOUT, message);
    }
}
