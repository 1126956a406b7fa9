package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.gateway.upstream.UpstreamCall;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.openai.UsageCost;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call whose answer comes in one piece: it is read whole, metered, settled, and then handed to
/// the client with its cost in the headers.
final class UnaryCall implements AttemptLoop.Shape {

    private final Exchange exchange;
    private final RequestBody body;
    private final CallShapes.Parts parts;
    private @Nullable Attempt current;
    private @Nullable UpstreamCall call;

    UnaryCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
        this.exchange = exchange;
        this.body = body;
        this.parts = parts;
    }

    void start(Consumer<Fault> gaveUp) {
        exchange.whenClientLeaves(this::clientLeft);
        parts.attempts().run(exchange, new BodyQuestion(exchange, body), this, gaveUp);
    }

    @Override
    public UpstreamCall.Listener reader(Attempt attempt, Attempt.Verdict verdict) {
        current = attempt;
        return new WholeAnswer(attempt, verdict);
    }

    @Override
    public void started(UpstreamCall started) {
        call = started;
    }

    /// The provider worked for a client that did not wait: the input is charged, estimated.
    private void clientLeft() {
        parts.leaveEarly(exchange, current, call, body.inputEstimate());
    }

    /// Takes an answer that was read by somebody who expected events.
    void take(Attempt attempt, Attempt.Verdict verdict, byte[] bytes) {
        WholeAnswer whole = new WholeAnswer(attempt, verdict);
        whole.onData(Buffer.buffer(bytes));
        whole.onEnd();
    }

    private final class WholeAnswer implements UpstreamCall.Listener {
        private final Attempt attempt;
        private final Attempt.Verdict verdict;
        private final Buffer collected = Buffer.buffer();

        WholeAnswer(Attempt attempt, Attempt.Verdict verdict) {
            this.attempt = attempt;
            this.verdict = verdict;
        }

        @Override
        public void onHead(int status, MultiMap headers) {
            attempt.answered(status, headers);
        }

        @Override
        public void onData(Buffer data) {
            Limits limits = parts.limits();
            int most = attempt.succeeded() ? limits.answerBytes() : limits.loopDecodeBytes();
            if (collected.length() + (long) data.length() > most) {
                // a refusal has said enough by then, whether or not it ends
                exchange.cancelUpstream();
                verdict.failed(
                        attempt,
                        attempt.succeeded()
                                ? CallShapes.TOO_LARGE
                                : parts.upstreamFault(attempt, collected.getBytes()));
                return;
            }
            collected.appendBuffer(data);
        }

        @Override
        public void onEnd() {
            byte[] bytes = collected.getBytes();
            if (!attempt.succeeded()) {
                verdict.failed(attempt, parts.upstreamFault(attempt, bytes));
                return;
            }
            if (bytes.length <= parts.limits().loopDecodeBytes()) {
                try {
                    answered(attempt, read(bytes));
                } catch (FaultException unusable) {
                    verdict.failed(attempt, unusable.fault());
                }
                return;
            }
            parts.decodingPool()
                    .executeBlocking(() -> read(bytes), false)
                    .onComplete(read -> parts.attempts().guarded(exchange, () -> read(read)));
        }

        private Answer read(byte[] bytes) {
            return body.readAnswer(attempt.target, attempt.contentType(), bytes);
        }

        private void read(AsyncResult<Answer> read) {
            if (read.succeeded()) {
                answered(attempt, read.result());
            } else if (read.cause() instanceof FaultException unusable) {
                verdict.failed(attempt, unusable.fault());
            } else {
                throw new IllegalStateException(read.cause());
            }
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            verdict.failed(attempt, fault);
        }
    }

    private void answered(Attempt attempt, Answer answer) {
        if (!exchange.isAttempting()) {
            return;
        }
        exchange.relaying();
        exchange.firstByte(parts.nanoTime().getAsLong());
        Result result = body.results().of(attempt.target, answer);
        exchange.tried(attempt.acceptedRow(result, null, parts.nanoTime().getAsLong()));
        String cost = Charges.told(exchange, attempt.target, result);
        String lost = body.lost(attempt.target, answer.dropped());
        CallShapes.noteLost(exchange, attempt.target, lost);
        byte[] shown =
                cost != null && body.costRequested()
                        ? UsageCost.in(answer.body(), cost, result.usage())
                        : answer.body();
        parts.closing()
                .settle(
                        exchange,
                        result,
                        attempt.target,
                        200,
                        null,
                        () ->
                                parts.kept()
                                        .keep(
                                                exchange,
                                                body,
                                                attempt.target,
                                                KeptResponses.ofAnswer(body, answer.body()),
                                                () ->
                                                        write(
                                                                answer.contentType(),
                                                                shown,
                                                                lost,
                                                                cost)));
    }

    /// @param lost what was not carried, or null
    /// @param cost what is charged, or null where that is not known yet
    private void write(
            String contentType, byte[] shown, @Nullable String lost, @Nullable String cost) {
        parts.idempotency().finish(exchange);
        if (exchange.response.closed() || exchange.response.ended()) {
            return;
        }
        CallShapes.head(exchange, 200, contentType);
        CallShapes.tellLost(exchange, lost);
        if (cost != null) {
            exchange.response.putHeader("x-sluice-cost-usd", cost);
        }
        exchange.response.putHeader("content-length", Integer.toString(shown.length));
        LastBytes.write(exchange.request, parts.deadlines(), parts.limits(), shown);
    }
}
