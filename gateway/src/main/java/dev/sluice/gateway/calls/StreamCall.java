package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A call whose answer is a stream of events. Frames pass through as they came, or in the client's
/// dialect; the meter reads along. The last frame waits for the settlement, so that an answer a
/// client has seen to its end is never lost.
final class StreamCall extends RelayedCall {

    private static final byte[] NOTHING = new byte[0];

    private static final long ESTIMATE_SLACK_TOKENS = 64;

    /// What a stream comes to so far is written down when one of these has passed.
    private static final long PROGRESS_NANOS = 1_000_000_000;

    private static final int PROGRESS_BYTES = 64 << 10;

    /// What is kept of a stream while its first byte waits; beyond it the upstream is not read.
    private static final int MOST_BEFORE_COMMIT_BYTES = 1 << 20;

    StreamCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
        super(exchange, body, parts);
    }

    @Override
    Relay relay(Attempt attempt, Attempt.Verdict verdict) {
        return new Events(attempt, verdict);
    }

    /// Reads the events of one attempt.
    private final class Events extends Relay {
        private final StreamReader reader;
        private final AnswerFraming framing = AnswerFraming.of(exchange, body.costRequested());
        private final SseParser parser;
        private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        private final ByteArrayOutputStream beforeCommit = new ByteArrayOutputStream();
        private boolean eventStream;
        private byte[] last = NOTHING;
        private long progressNanos;
        private int bytesSinceProgress;

        Events(Attempt attempt, Attempt.Verdict verdict) {
            super(attempt, verdict);
            this.reader = body.newStreamReader(attempt.target);
            this.parser =
                    new SseParser(parts.limits().eventBytes(), "limits.event_bytes", this::frame);
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            super.onHead(status, headers);
            eventStream = isEventStream();
        }

        private boolean isEventStream() {
            String type = attempt.header("content-type");
            boolean events =
                    type == null
                            || (exchange.endpoint.wire() == null
                                    ? type.startsWith("text/event-stream")
                                    : !type.startsWith("application/json"));
            return attempt.succeeded() && events;
        }

        /// Some models do not stream and answer all the same.
        private boolean isWholeAnswer() {
            return exchange.endpoint.wire() == null && attempt.succeeded() && !eventStream;
        }

        @Override
        public void onData(Buffer data) {
            byte[] bytes = data.getBytes();
            if (!eventStream) {
                gather(bytes);
                return;
            }
            try {
                parser.push(bytes, 0, bytes.length);
            } catch (FaultException tooLarge) {
                broken(tooLarge.fault());
            }
        }

        /// What is no stream is read up to a bound, whether or not it ends there.
        private void gather(byte[] bytes) {
            refusal.writeBytes(bytes);
            Limits limits = parts.limits();
            int most = isWholeAnswer() ? limits.answerBytes() : limits.loopDecodeBytes();
            if (refusal.size() > most) {
                giveUp(
                        isWholeAnswer()
                                ? CallShapes.TOO_LARGE
                                : parts.upstreamFault(attempt, refusal.toByteArray()));
            }
        }

        private void frame(SseFrame frame) {
            if (isOver() || reader.done() || isEnding()) {
                // Nothing that follows the closing mark is the client's.
                return;
            }
            StreamReader.Step step = reader.read(frame);
            if (step == StreamReader.Step.FAIL) {
                broken(Objects.requireNonNull(reader.report().fault()));
                return;
            }
            if (step == StreamReader.Step.FORWARD) {
                forward(reader.shown(frame));
            }
            if (exceedsHold()) {
                broken(
                        Fault.of(
                                FaultCode.UPSTREAM_ERROR,
                                "The upstream went on beyond the output limit of this call."));
            }
        }

        private Result result() {
            return body.results().of(attempt.target, reader.report());
        }

        @Override
        @Nullable Result soFar() {
            return exchange.isRelaying() ? result() : null;
        }

        private void forward(byte[] shown) {
            if (reader.done()) {
                // The closing mark waits for the settlement.
                last = shown;
                pipe.expectEnd();
            } else if (exchange.isRelaying()) {
                pipe.write(framing.next(shown));
                progress(shown.length);
            } else {
                beforeCommit.writeBytes(framing.next(shown));
                boolean much = beforeCommit.size() > MOST_BEFORE_COMMIT_BYTES;
                // some repeat a long request before they answer it
                if (reader.semantic() || much) {
                    askToCommit();
                }
                // not before: a paused connection that breaks loses what it had received
                if (much) {
                    pipe.pause();
                }
            }
        }

        private void progress(int bytes) {
            bytesSinceProgress += bytes;
            long now = parts.nanoTime().getAsLong();
            if (bytesSinceProgress >= PROGRESS_BYTES || now - progressNanos >= PROGRESS_NANOS) {
                bytesSinceProgress = 0;
                progressNanos = now;
                parts.closing().progress(exchange, attempt, result());
            }
        }

        @Override
        byte[] begin() {
            progressNanos = parts.nanoTime().getAsLong();
            CallShapes.head(exchange, 200, framing.contentType());
            CallShapes.tellLost(exchange, body.lost(attempt.target, reader.dropped()));
            exchange.response.putHeader("cache-control", "no-cache");
            exchange.response.putHeader("x-accel-buffering", "no");
            return beforeCommit.toByteArray();
        }

        /// The running estimate may be off by the length of the tokens; twice the limit is beyond
        /// any doubt, and an upstream that goes so far ignores the limit it was sent.
        private boolean exceedsHold() {
            long limit = exchange.held().outputTokens();
            long running = UsageEstimate.outputTokens(reader.contentBytes(), reader.deltas());
            return running > 2 * limit + ESTIMATE_SLACK_TOKENS;
        }

        @Override
        public void onEnd() {
            if (isWholeAnswer()) {
                new UnaryCall(exchange, body, parts).take(attempt, verdict, refusal.toByteArray());
                return;
            }
            if (!eventStream) {
                refused(refusal.toByteArray());
                return;
            }
            SseFrame unterminated = parser.end();
            if (unterminated != null) {
                frame(unterminated);
            }
            if (isOver() || isEnding()) {
                return;
            }
            if (!reader.report().complete()) {
                broken(
                        Fault.of(
                                FaultCode.UPSTREAM_ERROR,
                                "The upstream broke off its answer before the end."));
                return;
            }
            finish();
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            if (isOver()) {
                return;
            }
            if (reader.report().complete()) {
                // All that the client needs was there: a lost end of the connection is not its
                // problem.
                finish();
            } else {
                broken(fault);
            }
        }

        private void finish() {
            if (!reader.done()) {
                last = reader.ending();
            }
            askToCommit();
            endOnceRelaying(() -> close(null, last));
        }

        /// Before the commit point another target may do better; after it the client is told.
        @Override
        void broken(Fault fault) {
            exchange.cancelUpstream();
            if (isCommitting()) {
                endOnceRelaying(() -> close(fault, told(fault)));
            } else {
                failed(fault);
            }
        }

        private byte[] told(Fault fault) {
            Dialect dialect = Dialect.ofPath(exchange.endpoint.path());
            return Faults.event(dialect, fault, exchange.requestId);
        }

        private void close(@Nullable Fault fault, byte[] closingBytes) {
            Result result = result();
            CallShapes.noteLost(
                    exchange, attempt.target, body.lost(attempt.target, reader.dropped()));
            if (fault == null) {
                framing.charged(Charges.told(exchange, attempt.target, result), result.usage());
            }
            settle(
                    result,
                    fault,
                    () ->
                            parts.kept()
                                    .keep(
                                            exchange,
                                            body,
                                            attempt.target,
                                            KeptResponses.ofEvents(body, closingBytes),
                                            () -> {
                                                parts.idempotency().finish(exchange);
                                                pipe.end(framing.last(closingBytes));
                                            }));
        }
    }
}
