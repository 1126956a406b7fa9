package dev.sluice.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Closes the connections of one event loop that carry no request: those that never send one, that
/// send its head without end, and that were kept alive for nothing. Before the end of the process
/// also those that would be kept alive: the client hears it with the answer, so that it sends
/// nothing more on a connection that is about to go.
public final class IdleConnections {

    /// An HTTP/2 stream that is reset tells nobody, so that requests in flight cannot be counted;
    /// no call lasts this many times the limit.
    private static final int HTTP2_TIMES = 48;

    private final IdentityHashMap<HttpConnection, Use> uses = new IdentityHashMap<>();
    private final LongSupplier nanoTime;
    private final long limitNanos;
    private volatile boolean closesAfterNext;

    public IdleConnections(Duration limit, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    private static final class Use {
        private final boolean http2;
        private int requests;
        private long idleSince;

        Use(boolean http2, long idleSince) {
            this.http2 = http2;
            this.idleSince = idleSince;
        }
    }

    /// Sweeps every quarter of the limit for as long as the event loop lives.
    public void start(Vertx vertx) {
        var unused =
                vertx.setPeriodic(
                        Math.max(1, limitNanos / 4_000_000), _ -> sweep(nanoTime.getAsLong()));
    }

    public void opened(HttpConnection connection) {
        boolean http2 = connection.protocolVersion() == HttpVersion.HTTP_2;
        uses.put(connection, new Use(http2, nanoTime.getAsLong()));
        connection.closeHandler(_ -> uses.remove(connection));
    }

    public void began(HttpServerRequest request) {
        Use use = uses.get(request.connection());
        if (use == null) {
            return;
        }
        use.requests++;
        use.idleSince = nanoTime.getAsLong();
        if (!use.http2) {
            boolean last = closesAfterNext;
            if (last) {
                request.response().putHeader("connection", "close");
            }
            request.response()
                    .endHandler(_ -> {
                        use.requests--;
                        use.idleSince = nanoTime.getAsLong();
                        if (last) {
                            var unused = request.connection().close();
                        }
                    });
        }
    }

    /// The next request of each connection is its last one. HTTP/2 has a frame for that, which the
    /// server sends by itself when it shuts down.
    public void closeAfterNext() {
        closesAfterNext = true;
    }

    private void sweep(long now) {
        for (Map.Entry<HttpConnection, Use> entry : List.copyOf(uses.entrySet())) {
            Use use = entry.getValue();
            long limit =
                    use.requests == 0
                            ? limitNanos
                            : use.http2 ? HTTP2_TIMES * limitNanos : Long.MAX_VALUE;
            if (now - use.idleSince > limit) {
                var unused = entry.getKey().close();
            }
        }
    }
}
