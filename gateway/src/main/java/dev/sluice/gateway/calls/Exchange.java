package dev.sluice.gateway.calls;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.HoldResult;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The state of one call to a model, from its first header to its last byte. State only: the stages
/// act on it. Touched by its own event loop alone.
public final class Exchange {

    /// How far the exchange has come; it only moves forward.
    public enum Phase {
        /// Headers are here, the body is being read.
        ACCEPTING,
        /// Authenticated, decoded, decided; waiting for its hold.
        HOLDING,
        /// At an upstream, nothing sent to the client yet.
        ATTEMPTING,
        /// The client has its first byte: no failover and no change of status any more.
        RELAYING,
        /// Closed; the last bytes may still be on their way.
        CLOSED
    }

    public final String requestId;
    final Endpoint endpoint;
    public final HttpServerRequest request;
    public final HttpServerResponse response;
    public final Context context;
    final Instant arrivedAt;
    final long arrivedNanos;
    final Snapshot snapshot;

    public final List<CallRecord.Attempt> attempts = new ArrayList<>();
    public final List<Map<String, String>> decisions = new ArrayList<>();

    public Phase phase = Phase.ACCEPTING;
    public @Nullable KeyEntry key;

    /// What says more of the call: the request's own, and what goes before them.
    MultiMap headers;

    @Nullable Attribution attribution;
    @Nullable CallFacts facts;
    public @Nullable CallPlan plan;
    public HoldResult.@Nullable Held held;
    @Nullable Long heldMillis;
    public @Nullable Long firstByteMillis;
    long bodyBytes;

    /// The job the call begins; null for every call that ends with its answer.
    @Nullable JobCall job;

    /// Stops what is going on at an upstream; does nothing when nothing is.
    Runnable cancelUpstream = () -> {};

    /// What to do when the client leaves; each stage that waits sets its own.
    public Runnable clientLeft = () -> {};

    /// Ends an answer the client has seen a part of; set while there is one.
    Consumer<Fault> cutShort = _ -> {};

    /// Gives back what the exchange took of shared limits; runs once, when it is closed.
    public Runnable release = () -> {};

    public Exchange(
            String requestId,
            Endpoint endpoint,
            HttpServerRequest request,
            Context context,
            Instant arrivedAt,
            long arrivedNanos,
            Snapshot snapshot) {
        this.requestId = requestId;
        this.endpoint = endpoint;
        this.request = request;
        this.response = request.response();
        this.headers = request.headers();
        this.context = context;
        this.arrivedAt = arrivedAt;
        this.arrivedNanos = arrivedNanos;
        this.snapshot = snapshot;
    }

    /// Milliseconds from arrival to the given reading of the monotonic clock.
    public long millisAt(long nanos) {
        return (nanos - arrivedNanos) / 1_000_000;
    }
}
