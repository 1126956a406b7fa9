package dev.sluice.gateway.calls;

import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan.PlannedTarget;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;

/// What a call asks of each of its targets.
interface Question {

    RequestOptions headFor(PlannedTarget target);

    Buffer bodyFor(PlannedTarget target);

    /// What a provider that took the call but gave no usable answer may charge for it.
    Usage lostUsage();
}
