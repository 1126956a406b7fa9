package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/// Reads a request's body once, counting its bytes and the time it takes.
final class BodyReader {

    /// Bodies up to this size do not count against the budget: they are what the rest of a call's
    /// state weighs anyway.
    private static final int FREE_BYTES = 64 << 10;

    /// How long a refused upload is still read and thrown away, so that the client gets to read the
    /// refusal before the connection closes.
    private static final long LINGER_MILLIS = 5_000;

    private final Vertx vertx;
    private final Limits limits;
    private final ByteBudget budget;

    BodyReader(Vertx vertx, Limits limits, ByteBudget budget) {
        this.vertx = vertx;
        this.limits = limits;
        this.budget = budget;
    }

    /// Gives back what a body of this size took of the budget.
    void release(long bytes) {
        if (bytes > FREE_BYTES) {
            budget.give(bytes);
        }
    }

    /// Calls exactly one of the two, on the request's event loop; neither when the client leaves
    /// before its body is complete. A whole body is given back with [#release] when it is no longer
    /// needed.
    void read(HttpServerRequest request, Consumer<byte[]> whole, Consumer<Fault> refused) {
        new Reading(request, whole, refused).start();
    }

    private final class Reading {
        private final HttpServerRequest request;
        private final Consumer<byte[]> whole;
        private final Consumer<Fault> refused;
        private Buffer collected = Buffer.buffer();
        private long timer;
        private boolean over;
        private boolean budgeted;

        private Reading(
                HttpServerRequest request, Consumer<byte[]> whole, Consumer<Fault> refused) {
            this.request = request;
            this.whole = whole;
            this.refused = refused;
        }

        private void start() {
            String declared = request.getHeader("content-length");
            if (declared != null && exceedsLimit(declared)) {
                refuse(tooLarge());
                return;
            }
            timer =
                    vertx.setTimer(
                            limits.bodyRead().toMillis(),
                            _ ->
                                    refuse(
                                            Fault.of(
                                                    FaultCode.REQUEST_TIMEOUT,
                                                    "The request body did not arrive within "
                                                            + limits.bodyRead().toSeconds()
                                                            + " s.")));
            request.handler(this::piece);
            request.exceptionHandler(_ -> finish());
            request.endHandler(_ -> {
                if (finish()) {
                    whole.accept(collected.getBytes());
                }
            });
        }

        private void piece(Buffer piece) {
            if (over) {
                return;
            }
            if (collected.length() + (long) piece.length() > limits.bodyBytes()) {
                refuse(tooLarge());
                return;
            }
            if (!takes(piece.length())) {
                refuse(
                        Fault.of(
                                        FaultCode.OVERLOADED,
                                        "Too many large requests are being served at the moment.")
                                .withRetryAfter(java.time.Duration.ofSeconds(1)));
                return;
            }
            collected.appendBuffer(piece);
        }

        private boolean takes(int bytes) {
            long before = collected.length();
            if (before + bytes <= FREE_BYTES) {
                return true;
            }
            boolean taken = budget.take(budgeted ? bytes : before + bytes);
            budgeted |= taken;
            return taken;
        }

        private void giveBack() {
            if (budgeted) {
                budget.give(collected.length());
            }
            collected = Buffer.buffer();
        }

        private boolean exceedsLimit(String declared) {
            try {
                return Long.parseLong(declared.strip()) > limits.bodyBytes();
            } catch (NumberFormatException _) {
                return true;
            }
        }

        private Fault tooLarge() {
            return Fault.of(
                    FaultCode.REQUEST_TOO_LARGE,
                    "The request body is larger than " + limits.bodyBytes() + " bytes.");
        }

        private void refuse(Fault fault) {
            if (finish()) {
                giveBack();
                if (request.version() != io.vertx.core.http.HttpVersion.HTTP_2) {
                    request.response().putHeader("connection", "close");
                }
                long linger =
                        vertx.setTimer(
                                LINGER_MILLIS,
                                _ -> {
                                    var unused = request.connection().close();
                                });
                request.endHandler(_ -> vertx.cancelTimer(linger));
                request.exceptionHandler(_ -> vertx.cancelTimer(linger));
                request.handler(_ -> {});
                refused.accept(fault);
            }
        }

        private boolean finish() {
            if (over) {
                return false;
            }
            over = true;
            vertx.cancelTimer(timer);
            return true;
        }
    }
}
