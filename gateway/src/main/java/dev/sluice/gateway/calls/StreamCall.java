package dev.sluice.gateway.calls;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.upstream.UpstreamCall;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call whose answer is a stream of events. Frames pass through as they came, or in the client's
/// dialect; the meter reads along. The last frame waits for the settlement, so that an answer a
/// client has seen to its end is never lost.
final class StreamCall implements AttemptLoop.Shape {

    private static final byte[] NOTHING = new byte[0];

    private static final long ESTIMATE_SLACK_TOKENS = 64;

    /// What a stream comes to so far is written down when one of these has passed.
    private static final long PROGRESS_NANOS = 1_000_000_000;

    private static final int PROGRESS_BYTES = 64 << 10;

    /// What is kept of a stream while its first byte waits; beyond it the upstream is not read.
    private static final int MOST_BEFORE_COMMIT_BYTES = 1 << 20;

    private final Exchange exchange;
    private final RequestBody body;
    private final CallShapes.Parts parts;
    private final RelayPipe pipe;
    private @Nullable EventAnswer answer;
    private @Nullable UpstreamCall call;

    StreamCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
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
        EventAnswer reading = new EventAnswer(attempt, verdict);
        answer = reading;
        return reading;
    }

    @Override
    public void started(UpstreamCall started) {
        call = started;
        pipe.source(started);
    }

    /// A client that reads nothing for so long has left without saying so.
    private void stalled() {
        clientLeft();
        LastBytes.cutOff(exchange.request);
    }

    private void clientLeft() {
        pipe.abandon();
        EventAnswer reading = answer;
        if (reading != null && exchange.phase == Exchange.Phase.RELAYING) {
            parts.leave(exchange, reading.attempt, reading.result());
        } else {
            parts.leaveEarly(
                    exchange, reading == null ? null : reading.attempt, call, body.inputEstimate());
        }
    }

    /// How far an attempt is from its first byte to the client.
    private enum Commit {
        NOT_YET,
        /// The journal was asked; what arrives meanwhile is kept.
        ASKED,
        /// As before, and the answer is complete.
        ASKED_WHOLE
    }

    /// Reads the events of one attempt.
    private final class EventAnswer implements UpstreamCall.Listener {
        private final Attempt attempt;
        private final Attempt.Verdict verdict;
        private final StreamReader reader;
        private final AnswerFraming framing = AnswerFraming.of(exchange, body.costRequested());
        private final SseParser parser;
        private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        private final ByteArrayOutputStream beforeCommit = new ByteArrayOutputStream();
        private boolean eventStream;
        private byte[] last = NOTHING;
        private Commit commit = Commit.NOT_YET;
        private @Nullable Fault brokeMeanwhile;
        private long progressNanos;
        private int bytesSinceProgress;

        EventAnswer(Attempt attempt, Attempt.Verdict verdict) {
            this.attempt = attempt;
            this.verdict = verdict;
            this.reader = body.newStreamReader(attempt.target);
            this.parser =
                    new SseParser(parts.limits().eventBytes(), "limits.event_bytes", this::frame);
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            attempt.answered(status, headers);
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
                exchange.cancelUpstream.run();
                verdict.failed(
                        attempt,
                        isWholeAnswer()
                                ? CallShapes.TOO_LARGE
                                : parts.upstreamFault(attempt, refusal.toByteArray()));
            }
        }

        private void frame(SseFrame frame) {
            if (isOver() || reader.done() || brokeMeanwhile != null) {
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

        /// True once the exchange is closed, or the loop has gone on without this attempt.
        private boolean isOver() {
            return exchange.phase == Exchange.Phase.CLOSED || answer != this;
        }

        private void forward(byte[] shown) {
            if (reader.done()) {
                // The closing mark waits for the settlement.
                last = shown;
                if (call != null) {
                    call.expectEnd();
                }
            } else if (exchange.phase == Exchange.Phase.RELAYING) {
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
                if (much && call != null) {
                    call.pause();
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

        /// No byte leaves before the journal has the attempt. Usually it has had it long before the
        /// provider answered.
        private void askToCommit() {
            if (commit != Commit.NOT_YET) {
                return;
            }
            commit = Commit.ASKED;
            parts.closing()
                    .relaying(
                            exchange,
                            mayBe -> parts.attempts().guarded(exchange, () -> asked(mayBe)));
        }

        private void asked(boolean mayBe) {
            if (isOver()) {
                return;
            }
            if (!mayBe) {
                exchange.cancelUpstream.run();
                verdict.failed(attempt, CallShapes.CANNOT_WRITE);
                return;
            }
            boolean whole = commit == Commit.ASKED_WHOLE;
            commit();
            if (brokeMeanwhile != null) {
                broken(brokeMeanwhile);
            } else if (whole) {
                close(null, last);
            } else {
                pipe.readOn();
            }
        }

        private void commit() {
            progressNanos = parts.nanoTime().getAsLong();
            exchange.phase = Exchange.Phase.RELAYING;
            exchange.cutShort = this::broken;
            exchange.firstByteMillis = exchange.millisAt(parts.nanoTime().getAsLong());
            CallShapes.head(exchange, 200, framing.contentType());
            CallShapes.tellLost(exchange, body.lost(attempt.target, reader.dropped()));
            exchange.response.putHeader("cache-control", "no-cache");
            exchange.response.putHeader("x-accel-buffering", "no");
            exchange.response.setChunked(true);
            CrashPoint.RELAY_BEFORE_FIRST_BYTE.reached();
            pipe.write(beforeCommit.toByteArray());
            CrashPoint.RELAY_AFTER_FIRST_BYTE.reached();
        }

        /// The running estimate may be off by the length of the tokens; twice the limit is beyond
        /// any doubt, and an upstream that goes so far ignores the limit it was sent.
        private boolean exceedsHold() {
            long limit = Objects.requireNonNull(exchange.held).outputTokens();
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
                verdict.failed(attempt, parts.upstreamFault(attempt, refusal.toByteArray()));
                return;
            }
            SseFrame unterminated = parser.end();
            if (unterminated != null) {
                frame(unterminated);
            }
            if (isOver()) {
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
            if (exchange.phase == Exchange.Phase.RELAYING) {
                close(null, last);
            } else {
                askToCommit();
                commit = Commit.ASKED_WHOLE;
            }
        }

        /// Before the commit point another target may do better; after it the client is told.
        private void broken(Fault fault) {
            exchange.cancelUpstream.run();
            if (exchange.phase == Exchange.Phase.ATTEMPTING && commit != Commit.NOT_YET) {
                // the first content is the commit point, also while the journal has it written
                brokeMeanwhile = fault;
            } else if (exchange.phase == Exchange.Phase.ATTEMPTING) {
                verdict.failed(attempt, fault);
            } else if (exchange.phase == Exchange.Phase.RELAYING) {
                Dialect dialect = Dialect.ofPath(exchange.endpoint.path());
                close(fault, Faults.event(dialect, fault, exchange.requestId));
            }
        }

        private void close(@Nullable Fault fault, byte[] closingBytes) {
            Result result = result();
            CallShapes.noteLost(
                    exchange, attempt.target, body.lost(attempt.target, reader.dropped()));
            exchange.attempts.add(
                    attempt.acceptedRow(
                            result,
                            fault == null ? null : fault.code().wireName(),
                            parts.nanoTime().getAsLong()));
            if (fault == null) {
                framing.charged(Charges.told(exchange, attempt.target, result), result.usage());
            }
            pipe.flush();
            parts.closing()
                    .settle(
                            exchange,
                            result,
                            attempt.target,
                            200,
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
