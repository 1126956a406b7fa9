package dev.sluice.gateway.realtime;

import dev.sluice.domain.Usage;
import dev.sluice.gateway.calls.Attempt;
import dev.sluice.gateway.calls.Exchange;
import dev.sluice.gateway.requests.Result;
import dev.sluice.policy.CallPlan;
import dev.sluice.protocol.realtime.CallSize;
import dev.sluice.protocol.realtime.RealtimeEvent;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One response of a session, from the hold that lets it begin to its settlement. State only.
final class RealtimeCall {

    /// More is asked for when this share of what is held is left, at most [#MOST_LEFT_TOKENS].
    private static final int SHARE_LEFT = 3;

    private static final long MOST_LEFT_TOKENS = 400;

    /// Who made it begin.
    enum Cause {
        /// The client asked for it.
        ASKED,
        /// The provider may begin it by itself.
        LISTENING
    }

    final Exchange exchange;
    final Attempt attempt;
    final Usage input;
    final Cause cause;

    /// Of the client's event that asked for it; null where that has none.
    final @Nullable String eventId;

    private final OptionalLong limit;
    private final CallSize size;
    private long progressNanos;

    /// Since when its provider has been asked for it.
    long waitsSinceNanos;

    /// @param input what is charged for what it reads when the provider never says
    /// @param limit of its output, as client or session set it
    /// @param size what it comes to so far
    RealtimeCall(
            Exchange exchange,
            Attempt attempt,
            Usage input,
            Cause cause,
            @Nullable String eventId,
            OptionalLong limit,
            CallSize size,
            long nowNanos) {
        this.exchange = exchange;
        this.attempt = attempt;
        this.input = input;
        this.cause = cause;
        this.eventId = eventId;
        this.limit = limit;
        this.size = size;
        this.progressNanos = nowNanos;
    }

    /// Counts a piece of the response.
    ///
    /// @return whether it was one
    boolean add(RealtimeEvent event) {
        return size.add(event);
    }

    /// How much more has to be held before the next piece is passed on; 0 for nothing.
    ///
    /// @param step what is asked for at once
    long lacking(long step) {
        long held = exchange.held().outputTokens();
        long most = limit.orElse(Long.MAX_VALUE);
        long left = held - size.tokens();
        if (held >= most || left > Math.min(MOST_LEFT_TOKENS, held / SHARE_LEFT)) {
            return 0;
        }
        return Math.min(step, most - held);
    }

    /// Whether what it comes to so far is to be written down again.
    boolean isProgressDue(long nowNanos, long everyNanos) {
        if (nowNanos - progressNanos < everyNanos) {
            return false;
        }
        progressNanos = nowNanos;
        return true;
    }

    boolean hasProduced() {
        return size.tokens() > 0;
    }

    /// What it comes to so far, as Sluice counts it.
    Result soFar() {
        return Result.estimated(input.plus(size.usage()));
    }

    CallPlan plan() {
        return exchange.plan();
    }
}
