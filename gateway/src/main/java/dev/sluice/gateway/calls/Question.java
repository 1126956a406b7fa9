package dev.sluice.gateway.calls;

import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Pieces;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/// What a call asks of each of its targets.
interface Question {

    RequestOptions headFor(PlannedTarget target);

    Buffer bodyFor(PlannedTarget target);

    /// The same where it is too large to be in memory; null everywhere else.
    default @Nullable Pieces piecesFor(PlannedTarget target) {
        return null;
    }

    /// What a provider that took the call but gave no usable answer may charge for it.
    Usage lostUsage();
}
