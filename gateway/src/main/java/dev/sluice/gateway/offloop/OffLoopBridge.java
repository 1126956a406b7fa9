package dev.sluice.gateway.offloop;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.callers.ClientAddress;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.http.SpoolReader;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands requests of the management plane to virtual threads and brings their answers back to the
/// event loop.
public final class OffLoopBridge {

    private static final Logger LOG = LoggerFactory.getLogger(OffLoopBridge.class);

    private final OffLoop offLoop;
    private final ExecutorService threads;
    private final BodyReader bodies;
    private final @Nullable SpoolReader spool;
    private final FaultAnswer faults;
    private final ClientAddress addresses;
    private final Deadlines deadlines;
    private final Limits limits;

    public OffLoopBridge(OffLoop offLoop, Parts parts) {
        this.offLoop = offLoop;
        this.threads = parts.threads();
        this.bodies = parts.bodies();
        this.spool = parts.spool();
        this.faults = parts.faults();
        this.addresses = parts.addresses();
        this.deadlines = parts.deadlines();
        this.limits = parts.limits();
    }

    /// What the bridges of an event loop are made of.
    ///
    /// @param spool takes large forms; null where none are expected
    public record Parts(
            ExecutorService threads,
            BodyReader bodies,
            @Nullable SpoolReader spool,
            FaultAnswer faults,
            ClientAddress addresses,
            Deadlines deadlines,
            Limits limits) {

        /// The same where no large forms are expected.
        public Parts inMemory() {
            return new Parts(threads, bodies, null, faults, addresses, deadlines, limits);
        }
    }

    public void handle(String requestId, HttpServerRequest request, Context context) {
        Consumer<Fault> refused =
                fault -> {
                    bodies.turnAway(request);
                    faults.send(request, fault, requestId);
                };
        SpoolReader disk = spool;
        if (disk != null && disk.takes(request)) {
            var unused =
                    disk.read(
                            request,
                            file ->
                                    dispatch(
                                            requestId,
                                            request,
                                            context,
                                            new OffLoop.Content(file),
                                            () -> disk.release(file)),
                            refused);
            return;
        }
        var unused =
                bodies.read(
                        request,
                        body ->
                                dispatch(
                                        requestId,
                                        request,
                                        context,
                                        new OffLoop.Content(body),
                                        () -> bodies.release(body.length)),
                        refused);
    }

    private void dispatch(
            String requestId,
            HttpServerRequest request,
            Context context,
            OffLoop.Content body,
            Runnable release) {
        Map<String, List<String>> query;
        try {
            query = multimap(request.params(), false);
        } catch (IllegalArgumentException _) {
            release.run();
            Fault fault = Fault.invalid("The query string is not well-formed.", null);
            faults.send(request, fault, requestId);
            return;
        }
        OffLoop.Ask ask =
                new OffLoop.Ask(
                        requestId,
                        request.method().name(),
                        pathOf(request),
                        query,
                        multimap(request.headers(), true),
                        body,
                        addresses.textOf(request));
        threads.execute(() -> {
            try {
                answer(offLoop.handle(ask), request, context, requestId);
            } catch (RuntimeException e) {
                failed(e, request, context, requestId);
            } finally {
                release.run();
            }
        });
    }

    private void failed(
            RuntimeException why, HttpServerRequest request, Context context, String requestId) {
        Fault fault =
                Fault.of(
                        FaultCode.INTERNAL_ERROR,
                        "Sluice failed to answer. The request id is in its log.");
        try {
            context.runOnContext(_ -> {
                if (request.response().headWritten()) {
                    // nobody takes the part for the whole
                    var unused = request.response().reset();
                } else {
                    faults.send(request, fault, requestId);
                }
            });
        } catch (RejectedExecutionException _) {
            LOG.warn(
                    "request {} gets no answer: this replica stopped, {}",
                    requestId,
                    why.toString());
            return;
        }
        LOG.error("request {} failed", requestId, why);
    }

    private void answer(
            OffLoop.Answer answer, HttpServerRequest request, Context context, String requestId) {
        HttpServerResponse response = request.response();
        OffLoop.Streamed stream = answer.stream();
        context.runOnContext(_ -> {
            if (response.ended() || response.closed()) {
                return;
            }
            response.setStatusCode(answer.status());
            FaultAnswer.requestId(response, requestId, FaultAnswer.dialect(request));
            answer.headers().forEach(response::putHeader);
            if (stream == null) {
                whole(answer.body().bytes(), request);
            } else {
                response.setChunked(true);
            }
        });
        if (stream != null) {
            AtomicBoolean cut = new AtomicBoolean();
            stream.writeTo(piece -> writePiece(piece, request, context, cut));
            context.runOnContext(_ -> {
                if (!cut.get() && !response.ended() && !response.closed()) {
                    var unused = response.end();
                }
            });
        }
    }

    private void whole(byte[] body, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.method().equals(HttpMethod.HEAD)) {
            var unused = response.end(Buffer.buffer(body));
            return;
        }
        if (body.length > LastBytes.SLICE_BYTES) {
            response.putHeader("content-length", Integer.toString(body.length));
        }
        LastBytes.write(request, deadlines, limits, body);
    }

    private boolean writePiece(
            byte[] piece, HttpServerRequest request, Context context, AtomicBoolean cut) {
        HttpServerResponse response = request.response();
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        context.runOnContext(_ -> {
            if (response.ended() || response.closed()) {
                written.complete(false);
            } else {
                response.write(Buffer.buffer(piece))
                        .onComplete(result -> written.complete(result.succeeded()));
            }
        });
        try {
            return written.get(limits.writeStall().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            // nobody takes the part for the whole
            cut.set(true);
            context.runOnContext(_ -> LastBytes.cutOff(request));
            return false;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static String pathOf(HttpServerRequest request) {
        String path = request.path();
        return path == null ? "/" : path;
    }

    private static Map<String, List<String>> multimap(
            io.vertx.core.MultiMap from, boolean lowerCase) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        from.forEach((name, value) ->
                map.computeIfAbsent(
                                lowerCase ? name.toLowerCase(Locale.ROOT) : name,
                                _ -> new ArrayList<>())
                        .add(value));
        return map;
    }
}
