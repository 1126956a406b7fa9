package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.http.LastBytes;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.requests.Result;
import dev.sluice.protocol.Answer;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A call whose answer is bytes that nobody reads along, such as sound: they are handed on as they
/// come, and what they cost is known from their beginning. An answer that breaks off breaks the
/// connection, since there is no other way to say so; it is paid, as providers have it paid.
final class BytesCall extends RelayedCall {

    private static final byte[] NOTHING = new byte[0];

    BytesCall(Exchange exchange, RequestBody body, CallShapes.Parts parts) {
        super(exchange, body, parts);
    }

    @Override
    Relay relay(Attempt attempt, Attempt.Verdict verdict) {
        return new Bytes(attempt, verdict);
    }

    private final class Bytes extends Relay {
        private final Buffer first = Buffer.buffer();
        private String contentType = "";
        private @Nullable Result result;

        Bytes(Attempt attempt, Attempt.Verdict verdict) {
            super(attempt, verdict);
        }

        @Override
        @Nullable Result soFar() {
            return result;
        }

        @Override
        public void onData(Buffer data) {
            if (isOver()) {
                return;
            }
            if (exchange.isRelaying()) {
                pipe.write(data.getBytes());
                return;
            }
            first.appendBuffer(data);
            if (!attempt.succeeded()) {
                if (first.length() > parts.limits().loopDecodeBytes()) {
                    // it has said enough, whether or not it ends
                    giveUp(parts.upstreamFault(attempt, first.getBytes()));
                }
            } else if (result == null) {
                rate();
            }
        }

        /// Says what the answer costs; until its first byte may go no more of it is read.
        private void rate() {
            Answer beginning;
            try {
                beginning =
                        body.readAnswer(attempt.target, attempt.contentType(), first.getBytes());
            } catch (FaultException unusable) {
                giveUp(unusable.fault());
                return;
            }
            contentType = beginning.contentType();
            result = body.results().of(attempt.target, beginning);
            pipe.pause();
            askToCommit();
        }

        @Override
        byte[] begin() {
            Result known = Objects.requireNonNull(result);
            CallShapes.head(exchange, 200, contentType);
            String cost = known.estimated() ? null : Charges.told(exchange, attempt.target, known);
            if (cost != null) {
                exchange.response.putHeader("x-sluice-cost-usd", cost);
            }
            return first.getBytes();
        }

        @Override
        public void onEnd() {
            if (isOver()) {
                return;
            }
            if (!attempt.succeeded()) {
                refused(first.getBytes());
            } else if (result == null) {
                failed(Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream's answer is empty."));
            } else {
                endOnceRelaying(() -> close(null));
            }
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            if (isOver()) {
                return;
            }
            if (result == null) {
                failed(fault);
            } else {
                endOnceRelaying(() -> broken(fault));
            }
        }

        @Override
        void broken(Fault fault) {
            exchange.cancelUpstream();
            close(fault);
        }

        private void close(@Nullable Fault fault) {
            settle(
                    Objects.requireNonNull(result),
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
