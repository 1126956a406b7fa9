package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.limits.ByteBudget;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a request's body once, counting its bytes and the time it takes.
public final class BodyReader {

    /// Bodies up to this size do not count against the budget: they are what the rest of a call's
    /// state weighs anyway.
    private static final int FREE_BYTES = 64 << 10;

    private static final byte[] NOTHING = new byte[0];

    /// How long a refused upload is still read and thrown away, so that the client gets to read the
    /// refusal before the connection closes.
    private static final long LINGER_MILLIS = 5_000;

    /// The same for HTTP/2, where an answer does not get lost with its stream.
    private static final long LINGER_HTTP2_MILLIS = 1_000;

    /// The same for a client that waits to be told to go on, and now knows that it need not.
    private static final long LINGER_EXPECT_MILLIS = 200;

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final Limits limits;
    private final ByteBudget budget;

    public BodyReader(Vertx vertx, Deadlines deadlines, Limits limits, ByteBudget budget) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.limits = limits;
        this.budget = budget;
    }

    /// Takes of the budget what a body grows by once it is read; nothing where there is too little.
    public boolean take(long bytes) {
        return bytes <= FREE_BYTES || budget.take(bytes);
    }

    /// Gives back what a body of this size took of the budget.
    public void release(long bytes) {
        if (bytes > FREE_BYTES) {
            budget.give(bytes);
        }
    }

    /// Calls exactly one of the two, on the request's event loop; neither when the client leaves
    /// before its body is complete. A whole body is given back with [#release] when it is no longer
    /// needed. What is refused has to be [#turnAway]ed.
    ///
    /// @return stops reading and forgets what was read; does nothing once one of the two was called
    public Runnable read(
            HttpServerRequest request, Consumer<byte[]> whole, Consumer<Fault> refused) {
        Reading reading = new Reading(request, whole, refused);
        reading.start();
        return reading::abandon;
    }

    /// Prepares the connection of a request that is answered before its body was read: a small
    /// body is skipped; a large one, one of unknown size and one that waits to be asked for are
    /// given a moment, then the connection (or the stream) is closed.
    public void turnAway(HttpServerRequest request) {
        if (request.isEnded() || !mayBeLarge(request)) {
            return;
        }
        request.handler(_ -> {});
        if (request.version() == HttpVersion.HTTP_2) {
            long linger =
                    vertx.setTimer(
                            LINGER_HTTP2_MILLIS,
                            _ -> {
                                var unused = request.response().reset();
                            });
            request.endHandler(_ -> vertx.cancelTimer(linger));
            request.exceptionHandler(_ -> vertx.cancelTimer(linger));
            return;
        }
        request.response().putHeader("connection", "close");
        boolean waits = request.getHeader("expect") != null;
        long linger =
                vertx.setTimer(waits ? LINGER_EXPECT_MILLIS : LINGER_MILLIS, _ -> close(request));
        request.exceptionHandler(_ -> vertx.cancelTimer(linger));
        request.endHandler(_ -> {
            vertx.cancelTimer(linger);
            close(request);
        });
    }

    private static void close(HttpServerRequest request) {
        if (request.response().ended()) {
            var unused = request.connection().close();
        } else {
            request.response()
                    .endHandler(_ -> {
                        var unused = request.connection().close();
                    });
        }
    }

    private static boolean mayBeLarge(HttpServerRequest request) {
        long declared = declared(request);
        return declared < 0
                ? request.getHeader("transfer-encoding") != null
                : declared > FREE_BYTES || request.getHeader("expect") != null;
    }

    private final class Reading {
        private final HttpServerRequest request;
        private final Consumer<byte[]> whole;
        private final Consumer<Fault> refused;
        private byte[] collected = NOTHING;
        private int length;

        /// As the client declared it; -1 when it did not.
        private long declared = -1;

        /// What this body holds of the budget.
        private long taken;

        private Deadlines.@Nullable Deadline deadline;
        private boolean over;

        private Reading(
                HttpServerRequest request, Consumer<byte[]> whole, Consumer<Fault> refused) {
            this.request = request;
            this.whole = whole;
            this.refused = refused;
        }

        private void start() {
            declared = declared(request);
            if (declared > limits.bodyBytes()) {
                refuse(tooLarge(limits));
                return;
            }
            Fault unexpected = expectation(request);
            if (unexpected != null) {
                refuse(unexpected);
                return;
            }
            deadline = deadlines.in(limits.bodyRead().toMillis(), () -> refuse(tooSlow(limits)));
            request.handler(this::piece);
            request.exceptionHandler(_ -> abandon());
            request.endHandler(_ -> end());
        }

        private void piece(Buffer piece) {
            if (over) {
                return;
            }
            if (length + (long) piece.length() > limits.bodyBytes()) {
                refuse(tooLarge(limits));
                return;
            }
            int needed = length + piece.length();
            if (needed > collected.length) {
                int capacity = capacityFor(needed);
                if (!take(capacity)) {
                    refuse(noRoom());
                    return;
                }
                collected = Arrays.copyOf(collected, capacity);
            }
            piece.getBytes(collected, length);
            length = needed;
        }

        /// Grows fourfold as the bytes come, never beyond what was declared: a whole body sits in
        /// an array of its own size, and nothing is set aside for bytes that never come.
        private int capacityFor(int needed) {
            long most = declared >= 0 ? declared : limits.bodyBytes();
            long grown = Math.max(Math.max(needed, 4L * collected.length), 1 << 10);
            return (int) Math.max(needed, Math.min(grown, most));
        }

        private boolean take(int capacity) {
            if (capacity <= FREE_BYTES) {
                return true;
            }
            if (!budget.take(capacity - taken)) {
                return false;
            }
            taken = capacity;
            return true;
        }

        private void end() {
            if (!finish()) {
                return;
            }
            byte[] body = collected.length == length ? collected : Arrays.copyOf(collected, length);
            collected = NOTHING;
            budget.give(taken - (length > FREE_BYTES ? length : 0));
            taken = 0;
            whole.accept(body);
        }

        private void abandon() {
            if (finish()) {
                giveBack();
            }
        }

        private void giveBack() {
            budget.give(taken);
            taken = 0;
            collected = NOTHING;
        }

        private void refuse(Fault fault) {
            if (finish()) {
                giveBack();
                refused.accept(fault);
            }
        }

        private boolean finish() {
            if (over) {
                return false;
            }
            over = true;
            if (deadline != null) {
                deadline.cancel();
            }
            return true;
        }
    }

    /// How long a body is by its header; -1 where that says nothing.
    static long declared(HttpServerRequest request) {
        String header = request.getHeader("content-length");
        return header == null
                ? -1
                : header.length() > 18 ? Long.MAX_VALUE : Long.parseLong(header.strip());
    }

    /// Asks for a body the client holds back until it is wanted.
    static @Nullable Fault expectation(HttpServerRequest request) {
        String expect = request.getHeader("expect");
        if (expect == null) {
            return null;
        }
        if (!expect.equalsIgnoreCase("100-continue")) {
            return Fault.invalid("Sluice cannot do what the header Expect asks for.", "expect");
        }
        var unused = request.response().writeContinue();
        return null;
    }

    /// What a client is told whose body finds too little left of the budget.
    public static Fault noRoom() {
        return Fault.of(
                        FaultCode.OVERLOADED,
                        "Too many large requests are being served at the moment.")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    static Fault tooSlow(Limits limits) {
        return Fault.of(
                FaultCode.REQUEST_TIMEOUT,
                "The request body did not arrive within " + limits.bodyRead().toSeconds() + " s.");
    }

    static Fault tooLarge(Limits limits) {
        return Fault.of(
                FaultCode.REQUEST_TOO_LARGE,
                "The request body is larger than " + limits.bodyBytes() + " bytes.");
    }
}
