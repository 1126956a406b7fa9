package dev.sluice.gateway.upstream;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.policy.Upstream;
import dev.sluice.policy.Upstream.Timeouts;
import dev.sluice.protocol.Pieces;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// One HTTP exchange with an upstream, with a deadline for each stage. Lives on one event loop.
///
/// The listener hears of exactly one end ([Listener#onEnd] or [Listener#onFailure]), and of nothing
/// after [#cancel].
public final class UpstreamCall {

    /// Hears what the upstream answers.
    public interface Listener {
        void onHead(int status, MultiMap headers);

        void onData(Buffer data);

        void onEnd();

        /// The call went wrong; nothing more will come.
        ///
        /// @param sent whether the upstream may have heard of it
        void onFailure(Fault fault, boolean sent);
    }

    private static final Duration END = Duration.ofMillis(250);
    private static final Duration LATER = Duration.ofSeconds(1);

    /// Decoded pieces that are handed on before other calls of the event loop get a turn.
    private static final int PIECES_PER_TURN = 16;

    private enum State {
        CONNECTING,
        SENT,
        ANSWERING,
        OVER
    }

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final Timeouts timeouts;
    private final Listener listener;
    private State state = State.CONNECTING;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable ContentDecoder decoder;
    private Deadlines.@Nullable Deadline total;
    private Deadlines.@Nullable Deadline stage;
    private long lastReadNanos;
    private int pauses;

    public UpstreamCall(Vertx vertx, Deadlines deadlines, Timeouts timeouts, Listener listener) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.timeouts = timeouts;
        this.listener = listener;
    }

    public void send(
            UpstreamClient client, Upstream upstream, RequestOptions options, Buffer body) {
        send(
                client,
                upstream,
                options,
                open -> {
                    var unused = open.end(body);
                });
    }

    public void send(
            UpstreamClient client, Upstream upstream, RequestOptions options, Pieces body) {
        options.putHeader("content-length", Long.toString(body.length()));
        send(client, upstream, options, open -> write(open, body.iterator()));
    }

    /// One piece is in memory at a time: the next is read when the upstream has taken it.
    private void write(HttpClientRequest open, Iterator<byte[]> pieces) {
        vertx.<Optional<Buffer>>executeBlocking(
                        () ->
                                pieces.hasNext()
                                        ? Optional.of(Buffer.buffer(pieces.next()))
                                        : Optional.empty(),
                        false)
                .onComplete(read -> {
                    if (state == State.OVER) {
                        // answered or given up before all was said: the connection is no good now
                        var unused = open.reset();
                    } else if (read.failed()) {
                        fail(FaultCode.INTERNAL_ERROR, "The upload could not be read again.");
                    } else if (read.result().isEmpty()) {
                        var unused = open.end();
                    } else {
                        open.write(read.result().get()).onSuccess(_ -> write(open, pieces));
                    }
                });
    }

    private void send(
            UpstreamClient client,
            Upstream upstream,
            RequestOptions options,
            Consumer<HttpClientRequest> body) {
        if (state == State.OVER) {
            // cancelled before it began
            return;
        }
        total = deadlines.in(millis(timeouts.total()), () -> timedOut("total"));
        // The pool may queue for a connection: the stage's deadline covers that wait as well.
        stage(timeouts.connect(), "connect");
        // later than the stage's deadline, which says what went wrong
        options.setConnectTimeout(timeouts.connect().plus(LATER).toMillis());
        open(client, upstream, options, body);
    }

    private void open(
            UpstreamClient client,
            Upstream upstream,
            RequestOptions options,
            Consumer<HttpClientRequest> body) {
        client.open(upstream, options)
                .onComplete(opened -> {
                    if (opened.succeeded()) {
                        connected(opened.result(), body);
                    } else if (opened.cause() instanceof FaultException refused) {
                        fail(refused.fault());
                    } else if (state == State.CONNECTING
                            && opened.cause() instanceof TimeoutException) {
                        // its time passed while this process stood still, which the stage's
                        // deadline does not count
                        open(client, upstream, options, body);
                    } else {
                        fail(FaultCode.UPSTREAM_ERROR, "The upstream could not be reached.");
                    }
                });
    }

    private void connected(HttpClientRequest opened, Consumer<HttpClientRequest> body) {
        if (state == State.OVER) {
            // Nobody waits any more; without a handler the reset itself is logged as an error.
            opened.exceptionHandler(_ -> {});
            var unused = opened.reset();
            return;
        }
        request = opened;
        state = State.SENT;
        stage(timeouts.firstByte(), "first_byte");
        opened.exceptionHandler(_ -> broken());
        opened.response()
                .onComplete(answered -> {
                    if (answered.succeeded()) {
                        head(answered.result());
                    } else {
                        broken();
                    }
                });
        body.accept(opened);
    }

    private void head(HttpClientResponse answered) {
        if (state == State.OVER) {
            return;
        }
        response = answered;
        decoder = ContentDecoder.of(answered.getHeader("content-encoding"));
        answered.exceptionHandler(_ -> broken());
        answered.handler(this::data);
        answered.endHandler(_ -> end());
        listener.onHead(answered.statusCode(), answered.headers());
    }

    private void data(Buffer data) {
        if (state == State.OVER) {
            return;
        }
        lastReadNanos = deadlines.nanoTime();
        if (state == State.SENT) {
            state = State.ANSWERING;
            watchIdle(timeouts.idle());
        }
        ContentDecoder encoded = decoder;
        if (encoded == null) {
            listener.onData(data);
        } else {
            encoded.push(data.getBytes());
            decode(encoded);
        }
    }

    /// Hands on what can be decoded, at the listener's pace: a pause is kept between two pieces.
    private void decode(ContentDecoder encoded) {
        HttpClientResponse open = response;
        for (int pieces = 0; state != State.OVER && pauses == 0; pieces++) {
            if (pieces == PIECES_PER_TURN && open != null) {
                open.pause();
                vertx.runOnContext(_ -> decode(encoded));
                return;
            }
            Buffer piece;
            try {
                piece = encoded.next();
            } catch (DataFormatException e) {
                fail(FaultCode.UPSTREAM_ERROR, "The upstream's answer cannot be decompressed.");
                return;
            }
            if (piece == null) {
                if (open != null) {
                    open.resume();
                }
                return;
            }
            listener.onData(piece);
        }
    }

    /// One timer for the whole answer: when it fires early it is set again for the rest.
    private void watchIdle(Duration rest) {
        cancel(stage);
        stage =
                deadlines.in(
                        millis(rest),
                        () -> {
                            if (state == State.OVER) {
                                return;
                            }
                            long quiet = deadlines.nanoTime() - lastReadNanos;
                            long left = timeouts.idle().toNanos() - quiet;
                            if (pauses > 0) {
                                watchIdle(timeouts.idle());
                            } else if (left <= 0) {
                                timedOut("idle");
                            } else {
                                watchIdle(Duration.ofNanos(left));
                            }
                        });
    }

    private void end() {
        if (state == State.OVER) {
            return;
        }
        ContentDecoder encoded = decoder;
        if (encoded != null && !encoded.isComplete()) {
            broken();
            return;
        }
        finish();
        listener.onEnd();
    }

    private void broken() {
        fail(
                FaultCode.UPSTREAM_ERROR,
                state == State.ANSWERING
                        ? "The upstream broke off its answer."
                        : "The upstream closed the connection without an answer.");
    }

    private void timedOut(String stage) {
        fail(
                FaultCode.UPSTREAM_TIMEOUT,
                "The upstream was too slow: its " + stage + " time-out has passed.");
    }

    private void fail(FaultCode code, String message) {
        fail(Fault.of(code, message));
    }

    private void fail(Fault fault) {
        if (state == State.OVER) {
            return;
        }
        boolean sent = state != State.CONNECTING;
        abort();
        listener.onFailure(fault, sent);
    }

    /// Whether the upstream may have heard of this call.
    public boolean sent() {
        return request != null;
    }

    /// The answer is complete as the listener reads it; an upstream that does not end it within a
    /// moment is not waited for.
    public void expectEnd() {
        if (state != State.OVER) {
            stage(END, "end");
        }
    }

    /// Stops listening and tells the upstream at once.
    public void cancel() {
        if (state != State.OVER) {
            abort();
        }
    }

    private void abort() {
        HttpClientRequest open = request;
        finish();
        if (open != null) {
            var unused = open.reset();
        }
    }

    private void finish() {
        state = State.OVER;
        cancel(total);
        cancel(stage);
        ContentDecoder encoded = decoder;
        if (encoded != null) {
            encoded.close();
        }
    }

    public void pause() {
        HttpClientResponse open = response;
        if (open != null && pauses == 0) {
            pauses = 1;
            open.pause();
        }
    }

    public void resume() {
        HttpClientResponse open = response;
        if (open != null && pauses > 0) {
            pauses = 0;
            lastReadNanos = deadlines.nanoTime();
            ContentDecoder encoded = decoder;
            if (encoded == null) {
                open.resume();
            } else {
                decode(encoded);
            }
        }
    }

    private void stage(Duration limit, String name) {
        cancel(stage);
        stage = deadlines.in(millis(limit), () -> timedOut(name));
    }

    private static void cancel(Deadlines.@Nullable Deadline deadline) {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }
}
