package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.ledger.idempotency.Idempotency;
import dev.sluice.ledger.idempotency.Idempotency.Begin;
import dev.sluice.policy.KeyEntry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a call with an Idempotency-Key through once. Calls without one pass untouched.
public final class IdempotencyGate {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyGate.class);
    private static final int MAX_KEY_CHARACTERS = 255;
    private static final long POLL_MILLIS = 200;

    private final Idempotency keys;
    private final ExecutorService threads;
    private final Vertx vertx;
    private final LongSupplier nanoTime;
    private final Limits limits;
    private final Map<String, Idempotency.Scope> entered = new ConcurrentHashMap<>();

    public IdempotencyGate(
            Idempotency keys,
            ExecutorService threads,
            Vertx vertx,
            LongSupplier nanoTime,
            Limits limits) {
        this.keys = keys;
        this.threads = threads;
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.limits = limits;
    }

    /// Runs one of the two on the exchange's event loop.
    void enter(Exchange exchange, RequestBody body, Runnable first, Consumer<Fault> refused) {
        String sent = exchange.request.getHeader("idempotency-key");
        if (sent == null) {
            first.run();
            return;
        }
        if (sent.isBlank()
                || sent.length() > MAX_KEY_CHARACTERS
                || exchange.request.headers().getAll("idempotency-key").size() > 1) {
            throw Fault.invalid(
                            "Idempotency-Key must have 1 to "
                                    + MAX_KEY_CHARACTERS
                                    + " characters and be sent once.",
                            "idempotency-key")
                    .asException();
        }
        KeyEntry key = exchange.key();
        Idempotency.Scope scope =
                new Idempotency.Scope(
                        key.organizationId(),
                        key.id(),
                        exchange.request.method().name(),
                        exchange.endpoint.path(),
                        sent);
        ask(exchange, new Asked(scope, body, first, refused, nanoTime.getAsLong()));
    }

    private record Asked(
            Idempotency.Scope scope,
            RequestBody body,
            Runnable first,
            Consumer<Fault> refused,
            long sinceNanos) {}

    private void ask(Exchange exchange, Asked asked) {
        threads.execute(() -> {
            Begin seen;
            try {
                seen = keys.begin(asked.scope, asked.body.sha256(), exchange.requestId);
            } catch (RuntimeException e) {
                LOG.warn("idempotency key of {} not checked", exchange.requestId, e);
                exchange.context.runOnContext(_ -> asked.refused.accept(unavailable()));
                return;
            }
            exchange.context.runOnContext(_ -> answer(exchange, asked, seen));
        });
    }

    private void answer(Exchange exchange, Asked asked, Begin seen) {
        switch (seen) {
            case Begin.Started _ -> {
                entered.put(exchange.requestId, asked.scope);
                if (exchange.isClosed()) {
                    free(exchange);
                } else {
                    asked.first.run();
                }
            }
            case Begin.Running running -> {
                long waited = nanoTime.getAsLong() - asked.sinceNanos;
                if (exchange.isClosed()) {
                    return;
                }
                if (waited > limits.idempotencyWait().toNanos()) {
                    asked.refused.accept(inProgress(running.requestId()));
                } else {
                    vertx.setTimer(POLL_MILLIS, _ -> ask(exchange, asked));
                }
            }
            case Begin.Finished finished -> asked.refused.accept(replay(finished.requestId()));
            case Begin.Conflict conflict -> asked.refused.accept(conflict(conflict.requestId()));
        }
    }

    /// The call was served: its key is used up.
    void finish(Exchange exchange) {
        end(exchange, scope -> keys.finish(scope, exchange.requestId));
    }

    /// The call came to nothing and cost nothing: its key may be used again.
    void free(Exchange exchange) {
        end(exchange, scope -> keys.free(scope, exchange.requestId));
    }

    private void end(Exchange exchange, Consumer<Idempotency.Scope> how) {
        Idempotency.Scope scope = entered.remove(exchange.requestId);
        if (scope != null) {
            threads.execute(() -> {
                try {
                    how.accept(scope);
                } catch (RuntimeException e) {
                    LOG.warn("idempotency key of {} not closed", exchange.requestId, e);
                }
            });
        }
    }

    private static Fault inProgress(String requestId) {
        return Fault.of(
                        FaultCode.IDEMPOTENCY_IN_PROGRESS,
                        "The call with this Idempotency-Key is still being served as "
                                + requestId
                                + ".")
                .withRetryAfter(Duration.ofSeconds(5));
    }

    private static Fault replay(String requestId) {
        return Fault.of(
                        FaultCode.IDEMPOTENCY_REPLAY,
                        "The call with this Idempotency-Key was served as "
                                + requestId
                                + "; its answer is not kept.")
                .withShouldRetry(false)
                .withDetail("original_request_id", requestId);
    }

    private static Fault conflict(String requestId) {
        return Fault.of(
                        FaultCode.IDEMPOTENCY_CONFLICT,
                        "This Idempotency-Key was used with another body by " + requestId + ".")
                .withShouldRetry(false)
                .withDetail("original_request_id", requestId);
    }

    private static Fault unavailable() {
        return Fault.of(
                        FaultCode.ESCROW_UNAVAILABLE,
                        "The Idempotency-Key could not be checked: the database is away.")
                .withRetryAfter(Duration.ofSeconds(1));
    }
}
