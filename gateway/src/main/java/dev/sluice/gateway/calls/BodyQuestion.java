package dev.sluice.gateway.calls;

import dev.sluice.domain.Usage;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Pieces;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/// The client's own body, as each target wants it: the same for every shape of answer.
record BodyQuestion(Exchange exchange, RequestBody body) implements Question {

    @Override
    public RequestOptions headFor(PlannedTarget target) {
        return body.headFor(exchange.request.headers(), target);
    }

    @Override
    public Buffer bodyFor(PlannedTarget target) {
        return body.forTarget(exchange.plan(), exchange.held(), target);
    }

    @Override
    public @Nullable Pieces piecesFor(PlannedTarget target) {
        return body.piecesFor(target);
    }

    /// It has read what it was asked.
    @Override
    public Usage lostUsage() {
        return body.inputEstimate();
    }
}
