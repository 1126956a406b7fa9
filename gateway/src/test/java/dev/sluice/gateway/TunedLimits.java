package dev.sluice.gateway;

import dev.sluice.gateway.limits.Limits;
import java.time.Duration;

/// The usual limits, but for those that a test makes small enough to be met.
final class TunedLimits {

    private int bodyBytes = Limits.DEFAULT.bodyBytes();
    private int eventBytes = Limits.DEFAULT.eventBytes();
    private int answerBytes = Limits.DEFAULT.answerBytes();
    private Duration bodyRead = Limits.DEFAULT.bodyRead();
    private Duration connectionIdle = Limits.DEFAULT.connectionIdle();
    private Duration writeStall = Limits.DEFAULT.writeStall();
    private Duration idempotencyWait = Limits.DEFAULT.idempotencyWait();
    private int openExchanges = Limits.DEFAULT.openExchanges();

    TunedLimits bodyBytes(int bytes) {
        bodyBytes = bytes;
        return this;
    }

    TunedLimits eventBytes(int bytes) {
        eventBytes = bytes;
        return this;
    }

    TunedLimits answerBytes(int bytes) {
        answerBytes = bytes;
        return this;
    }

    TunedLimits bodyRead(Duration time) {
        bodyRead = time;
        return this;
    }

    TunedLimits connectionIdle(Duration time) {
        connectionIdle = time;
        return this;
    }

    TunedLimits writeStall(Duration time) {
        writeStall = time;
        return this;
    }

    TunedLimits idempotencyWait(Duration time) {
        idempotencyWait = time;
        return this;
    }

    TunedLimits openExchanges(int most) {
        openExchanges = most;
        return this;
    }

    Limits limits() {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                bodyBytes,
                usual.headerBytes(),
                usual.uriBytes(),
                eventBytes,
                answerBytes,
                usual.loopDecodeBytes(),
                usual.formParts(),
                usual.formHeaderBytes(),
                usual.formFieldBytes(),
                bodyRead,
                connectionIdle,
                writeStall,
                usual.settleWait(),
                idempotencyWait,
                usual.drainNotice(),
                usual.drain(),
                openExchanges,
                usual.upstreamConnections(),
                usual.defaultOutputTokens());
    }
}
