package dev.sluice.gateway.offloop;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.callers.ClientAddress;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.FaultAnswer;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands requests of the management plane to virtual threads and brings their answers back to the
/// event loop.
public final class OffLoopBridge {

    private static final Logger LOG = LoggerFactory.getLogger(OffLoopBridge.class);
    private static final long SINK_WAIT_SECONDS = 60;

    private final OffLoop offLoop;
    private final ExecutorService threads;
    private final BodyReader bodies;
    private final FaultAnswer faults;
    private final ClientAddress addresses;

    public OffLoopBridge(
            OffLoop offLoop,
            ExecutorService threads,
            BodyReader bodies,
            FaultAnswer faults,
            ClientAddress addresses) {
        this.addresses = addresses;
        this.offLoop = offLoop;
        this.threads = threads;
        this.bodies = bodies;
        this.faults = faults;
    }

    public void handle(String requestId, HttpServerRequest request, Context context) {
        var unused =
                bodies.read(
                        request,
                        body -> dispatch(requestId, request, context, body),
                        fault -> {
                            bodies.turnAway(request);
                            faults.send(request.response(), fault, requestId, request.path());
                        });
    }

    private void dispatch(
            String requestId, HttpServerRequest request, Context context, byte[] body) {
        Map<String, List<String>> query;
        try {
            query = multimap(request.params(), false);
        } catch (IllegalArgumentException _) {
            bodies.release(body.length);
            Fault fault = Fault.invalid("The query string is not well-formed.", null);
            faults.send(request.response(), fault, requestId, request.path());
            return;
        }
        OffLoop.Ask ask =
                new OffLoop.Ask(
                        requestId,
                        request.method().name(),
                        pathOf(request),
                        query,
                        multimap(request.headers(), true),
                        new OffLoop.Content(body),
                        addresses.textOf(request));
        HttpServerResponse response = request.response();
        threads.execute(() -> {
            try {
                answer(offLoop.handle(ask), response, context, requestId);
            } catch (RuntimeException e) {
                LOG.error("request {} failed", requestId, e);
                Fault fault =
                        Fault.of(
                                FaultCode.INTERNAL_ERROR,
                                "Sluice failed to answer. The request id is in its log.");
                context.runOnContext(_ -> {
                    if (response.headWritten()) {
                        // nobody takes the part for the whole
                        var unused = response.reset();
                    } else {
                        faults.send(response, fault, requestId, ask.path());
                    }
                });
            } finally {
                bodies.release(body.length);
            }
        });
    }

    private void answer(
            OffLoop.Answer answer, HttpServerResponse response, Context context, String requestId) {
        OffLoop.Streamed stream = answer.stream();
        context.runOnContext(_ -> {
            if (response.ended() || response.closed()) {
                return;
            }
            response.setStatusCode(answer.status());
            response.putHeader("x-request-id", requestId);
            answer.headers().forEach(response::putHeader);
            if (stream == null) {
                var unused = response.end(Buffer.buffer(answer.body().bytes()));
            } else {
                response.setChunked(true);
            }
        });
        if (stream != null) {
            stream.writeTo(piece -> writePiece(piece, response, context));
            context.runOnContext(_ -> {
                if (!response.ended() && !response.closed()) {
                    var unused = response.end();
                }
            });
        }
    }

    private boolean writePiece(byte[] piece, HttpServerResponse response, Context context) {
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
            return written.get(SINK_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
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
