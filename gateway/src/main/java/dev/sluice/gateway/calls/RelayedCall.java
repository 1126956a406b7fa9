package dev.sluice.gateway.calls;

import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Fault;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.upstream.UpstreamCall;
import io.vertx.core.MultiMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call whose answer goes to the client while the upstream still sends it: what comes first waits
/// for the journal, and the rest goes at the client's pace.
abstract sealed class RelayedCall implements AttemptLoop.Shape permits BytesCall, StreamCall {

    final Exchange exchange;
    final RequestBody body;
    final CallShapes.Parts parts;
    final RelayPipe pipe;
    private @Nullable Relay relay;
    private @Nullable UpstreamCall upstream;

    RelayedCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
        this.exchange = exchange;
        this.body = body;
        this.parts = parts;
        this.pipe = new RelayPipe(exchange, parts, this::stalled);
    }

    final void start(Consumer<Fault> gaveUp) {
        exchange.whenClientLeaves(this::clientLeft);
        parts.attempts().run(exchange, new BodyQuestion(exchange, body), this, gaveUp);
    }

    @Override
    public final UpstreamCall.Listener reader(Attempt attempt, Attempt.Verdict verdict) {
        Relay reading = relay(attempt, verdict);
        relay = reading;
        return reading;
    }

    abstract Relay relay(Attempt attempt, Attempt.Verdict verdict);

    @Override
    public final void started(UpstreamCall call) {
        upstream = call;
        pipe.source(call);
    }

    /// A client that reads nothing for so long has left without saying so.
    private void stalled() {
        clientLeft();
        LastBytes.cutOff(exchange.request);
    }

    private void clientLeft() {
        pipe.abandon();
        Relay reading = relay;
        Result soFar = reading == null ? null : reading.soFar();
        if (reading != null && soFar != null) {
            parts.leave(exchange, reading.attempt, soFar);
        } else {
            parts.leaveEarly(
                    exchange,
                    reading == null ? null : reading.attempt,
                    upstream,
                    body.inputEstimate());
        }
    }

    /// Carries the answer of one attempt.
    abstract class Relay implements UpstreamCall.Listener {
        final Attempt attempt;
        final Attempt.Verdict verdict;
        private boolean asked;
        private @Nullable Runnable ending;

        Relay(Attempt attempt, Attempt.Verdict verdict) {
            this.attempt = attempt;
            this.verdict = verdict;
        }

        /// What is charged should the client leave now; null as long as nothing is produced for it.
        abstract @Nullable Result soFar();

        /// The first byte may go: writes the head of the answer, and tells the bytes that waited.
        abstract byte[] begin();

        /// Ends an answer that went wrong.
        abstract void broken(Fault fault);

        @Override
        public void onHead(int status, MultiMap headers) {
            attempt.answered(status, headers);
        }

        /// True once the exchange is closed, or the loop has gone on without this attempt.
        final boolean isOver() {
            return exchange.isClosed() || relay != this;
        }

        /// Nothing of this attempt was shown, and nothing will be.
        final void failed(Fault fault) {
            verdict.failed(attempt, fault);
        }

        /// As [#failed], of an answer that still goes on.
        final void giveUp(Fault fault) {
            exchange.cancelUpstream();
            failed(fault);
        }

        /// What an upstream said in place of an answer.
        final void refused(byte[] words) {
            failed(parts.upstreamFault(attempt, words));
        }

        /// No byte leaves before the journal has the attempt. Usually it has had it long before the
        /// provider answered.
        final void askToCommit() {
            if (!asked) {
                asked = true;
                parts.closing()
                        .relaying(
                                exchange,
                                mayBe -> parts.attempts().guarded(exchange, () -> answered(mayBe)));
            }
        }

        /// The journal is asked or has said yes: another target is out of the question.
        final boolean isCommitting() {
            return asked;
        }

        private void answered(boolean mayRelay) {
            if (isOver()) {
                return;
            }
            if (!mayRelay) {
                giveUp(CallShapes.CANNOT_WRITE);
                return;
            }
            long now = parts.nanoTime().getAsLong();
            exchange.relaying(this::broken);
            exchange.firstByte(now);
            byte[] first = begin();
            exchange.response.setChunked(true);
            CrashPoint.RELAY_BEFORE_FIRST_BYTE.reached();
            pipe.write(first);
            CrashPoint.RELAY_AFTER_FIRST_BYTE.reached();
            if (ending == null) {
                pipe.readOn();
            } else {
                ending.run();
            }
        }

        /// Ends the answer once its first byte is out: that is the commit point, also while the
        /// journal has it written.
        final void endOnceRelaying(Runnable end) {
            if (exchange.isRelaying()) {
                end.run();
            } else {
                ending = end;
            }
        }

        final boolean isEnding() {
            return ending != null;
        }

        /// Settles what the client got.
        ///
        /// @param last writes what is left, once that cannot be lost any more
        final void settle(Result result, @Nullable Fault fault, Runnable last) {
            exchange.tried(
                    attempt.acceptedRow(
                            result,
                            fault == null ? null : fault.code().wireName(),
                            parts.nanoTime().getAsLong()));
            pipe.flush();
            parts.closing().settle(exchange, result, attempt.target, 200, fault, last);
        }
    }
}
