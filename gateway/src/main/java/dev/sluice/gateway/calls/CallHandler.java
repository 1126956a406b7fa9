package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.callers.CallHeaders;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.http.SpoolReader;
import dev.sluice.gateway.http.StrictHttpDecoder;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.spool.SpooledFile;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.SnapshotSource;
import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a call to a model, stage by stage: accept, authenticate, decode, decide, hold, then
/// the attempts of [UnaryCall] or [StreamCall], and [Closing]. One instance for each event loop.
///
/// Invariants: the first byte to the client is the commit point; whatever happens, an exchange is
/// closed once; a client that leaves is never an upstream's failure.
public final class CallHandler {

    private static final Logger LOG = LoggerFactory.getLogger(CallHandler.class);

    private final WorkerExecutor decodingPool;
    private final SnapshotSource snapshots;
    private final BodyReader bodies;
    private final @Nullable SpoolReader spool;
    private final Admission admission;
    private final IdempotencyGate idempotency;
    private final FilesInCalls files;
    private final KeptResponses kept;
    private final CallShapes shapes;
    private final Closing closing;
    private final OpenExchanges open;
    private final FaultAnswer faults;
    private final Ids ids;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Limits limits;

    public CallHandler(WorkerExecutor decodingPool, Parts parts) {
        this.decodingPool = decodingPool;
        this.snapshots = parts.snapshots();
        this.bodies = parts.bodies();
        this.spool = parts.spool();
        this.admission = parts.admission();
        this.idempotency = parts.idempotency();
        this.files = parts.files();
        this.kept = parts.kept();
        this.shapes = parts.shapes();
        this.closing = parts.closing();
        this.open = parts.open();
        this.faults = parts.faults();
        this.ids = parts.ids();
        this.clock = parts.clock();
        this.nanoTime = parts.nanoTime();
        this.limits = parts.limits();
    }

    /// What a handler is made of.
    ///
    /// @param spool takes large forms; null where all are kept in memory
    public record Parts(
            SnapshotSource snapshots,
            BodyReader bodies,
            @Nullable SpoolReader spool,
            Admission admission,
            IdempotencyGate idempotency,
            FilesInCalls files,
            KeptResponses kept,
            CallShapes shapes,
            Closing closing,
            OpenExchanges open,
            FaultAnswer faults,
            Ids ids,
            InstantSource clock,
            LongSupplier nanoTime,
            Limits limits) {}

    public void handle(Endpoint endpoint, HttpServerRequest request, Context context) {
        Exchange exchange =
                new Exchange(
                        ids.next("req"),
                        endpoint,
                        request,
                        context,
                        clock.instant(),
                        nanoTime.getAsLong(),
                        snapshots.current());
        if (open.count() >= limits.openExchanges()) {
            bodies.turnAway(request);
            faults.send(request.response(), overloaded(), exchange.requestId, request.path());
            return;
        }
        open.add(exchange);
        exchange.whenClientLeaves(() -> refuse(exchange, CallShapes.GONE));
        exchange.response.closeHandler(_ -> exchange.clientLeft());
        exchange.response.exceptionHandler(cause -> lost(exchange, cause));
        guarded(
                exchange,
                () -> {
                    admission.authenticate(exchange);
                    requireTaken(endpoint, request);
                    Runnable abandon = receive(exchange, request);
                    if (exchange.isAccepting()) {
                        exchange.owes(abandon);
                    }
                });
    }

    private Runnable receive(Exchange exchange, HttpServerRequest request) {
        SpoolReader disk = spool;
        if (disk != null && disk.takes(request)) {
            return disk.read(
                    request,
                    file -> guarded(exchange, () -> decode(exchange, disk, file)),
                    fault -> refuse(exchange, fault));
        }
        return bodies.read(
                request,
                body -> guarded(exchange, () -> decode(exchange, body)),
                fault -> refuse(exchange, fault));
    }

    private void decode(Exchange exchange, SpoolReader from, SpooledFile file) {
        if (exchange.isClosed()) {
            from.release(file);
            return;
        }
        exchange.bodyBytes(file.length());
        exchange.owes(() -> from.release(file));
        onPool(
                exchange,
                () ->
                        RequestBody.decode(
                                exchange.endpoint, contentType(exchange.request), file, limits));
    }

    private static void requireTaken(Endpoint endpoint, HttpServerRequest request) {
        if (!endpoint.bodies().take(contentType(request).toLowerCase(Locale.ROOT))) {
            throw Fault.of(FaultCode.UNSUPPORTED_MEDIA_TYPE, endpoint.bodies().hint())
                    .asException();
        }
        String encoding = request.getHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Fault.of(
                            FaultCode.UNSUPPORTED_MEDIA_TYPE,
                            "Compressed request bodies are not supported: send it as it is.")
                    .asException();
        }
    }

    private static String contentType(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        return type == null ? "" : type;
    }

    private void decode(Exchange exchange, byte[] body) {
        if (exchange.isClosed()) {
            bodies.release(body.length);
            return;
        }
        exchange.owes(() -> bodies.release(body.length));
        files.resolve(
                exchange,
                body,
                whole -> guarded(exchange, () -> resolve(exchange, whole)),
                fault -> refuse(exchange, fault));
    }

    private void resolve(Exchange exchange, byte[] body) {
        exchange.bodyBytes(body.length);
        kept.resolve(
                exchange,
                body,
                whole -> guarded(exchange, () -> read(exchange, whole)),
                fault -> refuse(exchange, fault));
    }

    private void read(Exchange exchange, byte[] body) {
        if (exchange.isClosed()) {
            return;
        }
        if (body.length <= limits.loopDecodeBytes()) {
            goOn(exchange, decoded(exchange, body));
            return;
        }
        onPool(exchange, () -> decoded(exchange, body));
    }

    private void onPool(Exchange exchange, Callable<RequestBody> decoding) {
        decodingPool
                .executeBlocking(decoding, false)
                .onComplete(decoded ->
                        guarded(
                                exchange,
                                () -> {
                                    if (decoded.failed()) {
                                        rethrow(decoded.cause());
                                    }
                                    goOn(exchange, decoded.result());
                                }));
    }

    private RequestBody decoded(Exchange exchange, byte[] body) {
        return RequestBody.decode(
                exchange.endpoint,
                Objects.requireNonNull(exchange.request.path()),
                contentType(exchange.request),
                body,
                limits);
    }

    private static void rethrow(Throwable cause) {
        if (cause instanceof RuntimeException known) {
            throw known;
        }
        throw new IllegalStateException(cause);
    }

    /// A request may name a conversation that it goes on with, and is decided by all of it.
    private void goOn(Exchange exchange, RequestBody body) {
        kept.whole(
                exchange,
                body,
                whole -> guarded(exchange, () -> admit(exchange, whole)),
                fault -> refuse(exchange, fault));
    }

    private void admit(Exchange exchange, RequestBody body) {
        if (exchange.isClosed()) {
            return;
        }
        admission.decide(exchange, body.facts());
        CallPlan plan = exchange.plan();
        boolean strict = CallHeaders.isStrict(exchange.request.headers());
        long at = exchange.arrivedAt.getEpochSecond();
        if (!body.translates(plan) || exchange.bodyBytes() <= limits.loopDecodeBytes()) {
            exchange.planned(body.carriable(plan, strict, at, exchange.requestId, exchange::note));
            enter(exchange, body);
            return;
        }
        List<Map<String, String>> notes = new ArrayList<>();
        decodingPool
                .executeBlocking(
                        () -> body.carriable(plan, strict, at, exchange.requestId, notes::add),
                        false)
                .onComplete(carried ->
                        guarded(
                                exchange,
                                () -> {
                                    exchange.note(notes);
                                    if (carried.failed()) {
                                        rethrow(carried.cause());
                                    }
                                    exchange.planned(carried.result());
                                    enter(exchange, body);
                                }));
    }

    private void enter(Exchange exchange, RequestBody body) {
        if (exchange.isClosed()) {
            return;
        }
        idempotency.enter(
                exchange,
                body,
                () -> guarded(exchange, () -> hold(exchange, body)),
                fault -> refuse(exchange, fault));
    }

    private void hold(Exchange exchange, RequestBody body) {
        if (exchange.isClosed()) {
            return;
        }
        if (exchange.endpoint.isJob()) {
            exchange.begins(shapes.job(exchange, body));
        }
        // From here a hold may exist: a client that leaves is dealt with once that is known.
        exchange.whenClientLeaves(() -> {});
        admission.hold(
                exchange,
                () -> guarded(exchange, () -> granted(exchange, body)),
                fault -> refuse(exchange, fault));
    }

    private void granted(Exchange exchange, RequestBody body) {
        if (exchange.response.closed()) {
            fail(exchange, CallShapes.GONE);
            return;
        }
        shapes.start(exchange, body, fault -> fail(exchange, fault));
    }

    /// Every callback of an exchange runs in here: whatever is thrown ends this exchange, and it
    /// alone.
    private void guarded(Exchange exchange, Runnable stage) {
        try {
            stage.run();
        } catch (FaultException e) {
            end(exchange, e.fault());
        } catch (RuntimeException e) {
            LOG.error("call {} failed", exchange.requestId, e);
            end(exchange, internal());
        }
    }

    /// Closes the exchange of an exception that reached the event loop's own handler.
    public void uncaught(Exchange exchange, Throwable cause) {
        LOG.error("call {} failed", exchange.requestId, cause);
        end(exchange, internal());
    }

    private void end(Exchange exchange, Fault fault) {
        if (exchange.isHeld()) {
            fail(exchange, fault);
        } else {
            refuse(exchange, fault);
        }
    }

    private void refuse(Exchange exchange, Fault fault) {
        boolean unread = exchange.isAccepting();
        if (closing.refused(exchange, fault)) {
            idempotency.free(exchange);
            if (unread) {
                bodies.turnAway(exchange.request);
            }
            faults.send(exchange.response, fault, exchange.requestId, exchange.endpoint.path());
        }
    }

    private void fail(Exchange exchange, Fault fault) {
        if (exchange.isRelaying()) {
            cutShort(exchange, fault);
        }
        if (closing.failed(exchange, fault)) {
            idempotency.free(exchange);
            answerFailure(exchange, fault);
        }
    }

    /// The client has seen a part: it is told, and pays for that part. Should that fail too, the
    /// connection breaks, so that nobody takes the part for the whole.
    private static void cutShort(Exchange exchange, Fault fault) {
        try {
            exchange.cutShort(fault);
        } catch (RuntimeException e) {
            LOG.error("call {} failed at its end", exchange.requestId, e);
        }
    }

    private void answerFailure(Exchange exchange, Fault fault) {
        if (!exchange.response.headWritten() && !exchange.response.closed()) {
            exchange.response.putHeader("x-sluice-route", exchange.route());
            Admission.holdHeaders(exchange).forEach(exchange.response::putHeader);
        }
        if (exchange.response.headWritten() && !exchange.response.ended()) {
            LastBytes.cutOff(exchange.request);
        }
        faults.send(exchange.response, fault, exchange.requestId, exchange.endpoint.path());
    }

    private void lost(Exchange exchange, Throwable cause) {
        if (cause instanceof StrictHttpDecoder.MalformedHttpException && exchange.isAccepting()) {
            refuse(exchange, Fault.invalid("The request body is not well-formed HTTP.", null));
        } else {
            exchange.clientLeft();
        }
    }

    private static Fault internal() {
        return Fault.of(
                        FaultCode.INTERNAL_ERROR,
                        "Sluice failed to serve this call. Its request id is in Sluice's log.")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    /// What a call is told that is not taken, before anything else is known of it.
    public static Fault overloaded() {
        return Fault.of(FaultCode.OVERLOADED, "Too many calls are being served at the moment.")
                .withRetryAfter(Duration.ofSeconds(1));
    }
}
