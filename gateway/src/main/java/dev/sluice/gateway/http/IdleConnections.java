package dev.sluice.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongSupplier;

/// Closes the connections of one event loop that carry no request: those that never send one, that
/// send its head without end, and that were kept alive for nothing. Where there are too many, the
/// one that has carried none for the longest time goes for each that comes. Before the end of the
/// process also those that would be kept alive: the client hears it with the answer, so that it
/// sends nothing more on a connection that is about to go.
public final class IdleConnections {

    /// An HTTP/2 stream that is reset tells nobody, so that requests in flight cannot be counted;
    /// no call lasts this many times the limit.
    private static final int HTTP2_TIMES = 48;

    /// After a pause of the process what arrived meanwhile is read before this has passed.
    private static final long READ_FIRST_MILLIS = 10;

    /// A connection that is younger is not closed for another: its request may wait unread.
    private static final Duration YOUNG = Duration.ofSeconds(1);

    private final IdentityHashMap<HttpConnection, Use> uses = new IdentityHashMap<>();

    /// Those that carry no request, the one that idles longest first: a flood of connections must
    /// not cost a look at all of them for each that comes.
    private final LinkedHashSet<HttpConnection> resting = new LinkedHashSet<>();

    private final LongSupplier nanoTime;
    private final long limitNanos;
    private final OpenConnections all;
    private volatile boolean closesAfterNext;

    /// @param all those of the other event loops too
    public IdleConnections(Duration limit, LongSupplier nanoTime, OpenConnections all) {
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
        this.all = all;
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
        var unused = vertx.setPeriodic(Math.max(1, limitNanos / 4_000_000), _ -> sweep(vertx));
    }

    /// Counts a new one; beyond the most the one that idles longest is closed.
    ///
    /// @return what to run on its event loop when it has closed
    public Runnable opened(HttpConnection connection) {
        boolean http2 = connection.protocolVersion() == HttpVersion.HTTP_2;
        uses.put(connection, new Use(http2, nanoTime.getAsLong()));
        resting.add(connection);
        if (!all.add()) {
            HttpConnection leaving = longestIdle(connection);
            // it is there until it has closed, and another one that comes needs another one to go
            resting.remove(leaving);
            var unused = leaving.close();
        }
        return () -> {
            if (uses.remove(connection) != null) {
                resting.remove(connection);
                all.remove();
            }
        };
    }

    /// Whether requests of a connection are not answered, or the next answer on it has more to say
    /// than an answer has. Where not, it is in use at this moment.
    public boolean owes(HttpConnection connection) {
        Use use = uses.get(connection);
        if (use == null || use.requests > 0 || closesAfterNext) {
            return true;
        }
        rest(connection, use);
        return false;
    }

    private void rest(HttpConnection connection, Use use) {
        use.idleSince = nanoTime.getAsLong();
        resting.remove(connection);
        // it may have closed meanwhile
        if (uses.containsKey(connection)) {
            resting.add(connection);
        }
    }

    /// The newest itself, where all others carry requests or may be about to.
    private HttpConnection longestIdle(HttpConnection newest) {
        HttpConnection longest = resting.getFirst();
        Use use = uses.get(longest);
        boolean isOld = use != null && nanoTime.getAsLong() - use.idleSince >= YOUNG.toNanos();
        return isOld ? longest : newest;
    }

    public void began(HttpServerRequest request) {
        Use use = uses.get(request.connection());
        if (use == null) {
            return;
        }
        use.requests++;
        use.idleSince = nanoTime.getAsLong();
        resting.remove(request.connection());
        if (!use.http2) {
            boolean last = closesAfterNext;
            if (last) {
                request.response().putHeader("connection", "close");
            }
            request.response()
                    .endHandler(_ -> {
                        use.requests--;
                        if (use.requests == 0) {
                            rest(request.connection(), use);
                        }
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

    /// Closes those that are idle for too long now and also when the event loop has turned once
    /// more: until then a request may wait unread.
    private void sweep(Vertx vertx) {
        List<HttpConnection> idle = new ArrayList<>();
        uses.forEach((connection, use) -> {
            if (isIdle(use)) {
                idle.add(connection);
            }
        });
        if (!idle.isEmpty()) {
            var unused = vertx.setTimer(READ_FIRST_MILLIS, _ -> closeIdle(idle));
        }
    }

    private void closeIdle(List<HttpConnection> idle) {
        for (HttpConnection connection : idle) {
            Use use = uses.get(connection);
            if (use != null && isIdle(use)) {
                var unused = connection.close();
            }
        }
    }

    private boolean isIdle(Use use) {
        long limit =
                use.requests == 0
                        ? limitNanos
                        : use.http2 ? HTTP2_TIMES * limitNanos : Long.MAX_VALUE;
        return nanoTime.getAsLong() - use.idleSince > limit;
    }
}
