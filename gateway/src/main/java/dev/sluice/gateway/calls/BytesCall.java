package dev.sluice.gateway.calls;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.protocol.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call whose answer is bytes that nobody reads along, such as sound: they are handed on as they
/// come, and what they cost is known from their beginning. An answer that breaks off breaks the
/// connection, since there is no other way to say so; it is paid, as providers have it paid.
final class BytesCall implements AttemptLoop.Shape {

    private static final byte[] NOTHING = new byte[0];

    private final Exchange exchange;
    private final RequestBody body;
    private final CallShapes.Parts parts;
    private final RelayPipe pipe;
    private @Nullable Bytes answer;
    private @Nullable UpstreamCall call;

    BytesCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
        this.exchange = exchange;
        this.body = body;
        this.parts = parts;
        this.pipe = new RelayPipe(exchange, parts, this::stalled);
    }

    void start(Consumer<Fault> gaveUp) {
        exchange.clientLeft = this::clientLeft;
        parts.attempts().run(exchange, new BodyQuestion(exchange, body), this, gaveUp);
    }

    @Override
    public UpstreamCall.Listener reader(Attempt attempt, Attempt.Verdict verdict) {
        Bytes reading = new Bytes(attempt, verdict);
        answer = reading;
        return reading;
    }

    @Override
    public void started(UpstreamCall started) {
        call = started;
        pipe.source(started);
    }

    private void stalled() {
        clientLeft();
        LastBytes.cutOff(exchange.request);
    }

    private void clientLeft() {
        pipe.abandon();
        Bytes reading = answer;
        if (reading != null && reading.result != null) {
            parts.leave(exchange, reading.attempt, reading.result);
        } else {
            parts.leaveEarly(
                    exchange, reading == null ? null : reading.attempt, call, body.inputEstimate());
        }
    }

    private final class Bytes implements UpstreamCall.Listener {
        private final Attempt attempt;
        private final Attempt.Verdict verdict;
        private final Buffer first = Buffer.buffer();
        private @Nullable Result result;
        private Runnable afterCommit = () -> {};

        Bytes(Attempt attempt, Attempt.Verdict verdict) {
            this.attempt = attempt;
            this.verdict = verdict;
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            attempt.answered(status, headers);
        }

        private boolean isOver() {
            return exchange.phase == Exchange.Phase.CLOSED || answer != this;
        }

        @Override
        public void onData(Buffer data) {
            if (isOver()) {
                return;
            }
            if (exchange.phase == Exchange.Phase.RELAYING) {
                pipe.write(data.getBytes());
                return;
            }
            first.appendBuffer(data);
            if (!attempt.succeeded()) {
                if (first.length() > parts.limits().loopDecodeBytes()) {
                    // it has said enough, whether or not it ends
                    exchange.cancelUpstream.run();
                    verdict.failed(attempt, parts.upstreamFault(attempt, first.getBytes()));
                }
            } else if (result == null) {
                begin();
            }
        }

        /// No byte leaves before the journal has the attempt; until then no more is read.
        private void begin() {
            Answer beginning;
            try {
                beginning =
                        body.readAnswer(attempt.target, attempt.contentType(), first.getBytes());
            } catch (FaultException unusable) {
                exchange.cancelUpstream.run();
                verdict.failed(attempt, unusable.fault());
                return;
            }
            Result known = body.results().of(attempt.target, beginning);
            result = known;
            if (call != null) {
                call.pause();
            }
            parts.closing()
                    .relaying(
                            exchange,
                            mayBe ->
                                    parts.attempts()
                                            .guarded(
                                                    exchange,
                                                    () -> asked(mayBe, beginning, known)));
        }

        private void asked(boolean mayBe, Answer beginning, Result known) {
            if (isOver()) {
                return;
            }
            if (!mayBe) {
                exchange.cancelUpstream.run();
                verdict.failed(attempt, CallShapes.CANNOT_WRITE);
                return;
            }
            exchange.phase = Exchange.Phase.RELAYING;
            exchange.cutShort = this::broken;
            exchange.firstByteMillis = exchange.millisAt(parts.nanoTime().getAsLong());
            CallShapes.head(exchange, 200, beginning.contentType());
            if (!known.estimated()) {
                exchange.response.putHeader(
                        "x-sluice-cost-usd",
                        Charges.sum(
                                        attempt.target,
                                        known,
                                        Objects.requireNonNull(exchange.plan).multiply())
                                .toString());
            }
            exchange.response.setChunked(true);
            CrashPoint.RELAY_BEFORE_FIRST_BYTE.reached();
            pipe.write(first.getBytes());
            CrashPoint.RELAY_AFTER_FIRST_BYTE.reached();
            pipe.readOn();
            afterCommit.run();
        }

        @Override
        public void onEnd() {
            if (isOver()) {
                return;
            }
            if (!attempt.succeeded()) {
                verdict.failed(attempt, parts.upstreamFault(attempt, first.getBytes()));
            } else if (result == null) {
                verdict.failed(
                        attempt,
                        Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream's answer is empty."));
            } else {
                once(() -> close(null));
            }
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            if (isOver()) {
                return;
            }
            if (result == null) {
                verdict.failed(attempt, fault);
            } else {
                once(() -> broken(fault));
            }
        }

        /// The first byte is the commit point, also while the journal has it written.
        private void once(Runnable end) {
            if (exchange.phase == Exchange.Phase.RELAYING) {
                end.run();
            } else {
                afterCommit = end;
            }
        }

        private void broken(Fault fault) {
            exchange.cancelUpstream.run();
            close(fault);
        }

        private void close(@Nullable Fault fault) {
            Result known = Objects.requireNonNull(result);
            exchange.attempts.add(
                    attempt.acceptedRow(
                            known,
                            fault == null ? null : fault.code().wireName(),
                            parts.nanoTime().getAsLong()));
            pipe.flush();
            parts.closing()
                    .settle(
                            exchange,
                            known,
                            attempt.target,
                            200,
                            fault,
                            () -> {
                                parts.idempotency().finish(exchange);
                                if (fault == null) {
                                    pipe.end(NOTHING);
                                } else {
                                    pipe.abandon();
                                    LastBytes.cutOff(exchange.request);
                                }
                            });
        }
    }
}
