package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.ledger.KeptResponses;
import dev.sluice.ledger.KeptResponses.Kept;
import dev.sluice.ledger.KeptResponses.Owner;
import dev.sluice.policy.KeyEntry;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.responses.References;
import dev.sluice.protocol.responses.Remembered;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Puts what a request refers to into the request, whatever its upstream speaks, and keeps what
/// later requests may refer to. Touches nothing but responses.
final class KeptConversations {

    private static final Logger LOG = LoggerFactory.getLogger(KeptConversations.class);

    /// What is longer is not kept: its client has to send it again anyway.
    private static final int MOST_KEPT_CHARACTERS = 4 << 20;

    private final KeptResponses kept;
    private final ExecutorService threads;
    private final Vertx vertx;
    private final Limits limits;

    KeptConversations(
            KeptResponses kept, ExecutorService threads, Vertx vertx, Limits limits) {
        this.kept = kept;
        this.threads = threads;
        this.vertx = vertx;
        this.limits = limits;
    }

    /// Runs one of the two on the exchange's event loop.
    ///
    /// @param whole gets the request that says all of itself
    void resolve(
            Exchange exchange, byte[] body, Consumer<byte[]> whole, Consumer<Fault> refused) {
        if (exchange.endpoint != Endpoint.RESPONSES || !References.mayBeIn(body)) {
            whole.accept(body);
            return;
        }
        Owner owner = owner(exchange);
        threads.execute(() -> {
            byte[] resolved;
            try {
                resolved = resolved(owner, body);
            } catch (FaultException e) {
                exchange.context.runOnContext(_ -> refused.accept(e.fault()));
                return;
            } catch (RuntimeException e) {
                LOG.warn("what {} refers to was not found out", exchange.requestId, e);
                exchange.context.runOnContext(_ -> refused.accept(unavailable()));
                return;
            }
            exchange.context.runOnContext(_ -> whole.accept(resolved));
        });
    }

    private byte[] resolved(Owner owner, byte[] body) {
        References references = References.of(body);
        if (references == null) {
            return body;
        }
        JsonNode before = Trees.array();
        String previous = references.previous();
        if (previous != null) {
            before =
                    kept.find(owner, previous)
                            .map(KeptConversations::conversation)
                            .orElseThrow(() -> References.unknownResponse(previous));
        }
        Map<String, JsonNode> known = new HashMap<>();
        if (!references.items().isEmpty()) {
            for (Kept one : kept.withItems(owner, references.items())) {
                known.putAll(Remembered.byId(conversation(one)));
            }
        }
        byte[] whole = references.resolved(before, known);
        if (whole.length > limits.bodyBytes()) {
            throw Fault.of(
                            FaultCode.REQUEST_TOO_LARGE,
                            "With what it refers to, the request is larger than "
                                    + limits.bodyBytes()
                                    + " bytes.")
                    .asException();
        }
        return whole;
    }

    private static JsonNode conversation(Kept one) {
        return Trees.read(one.conversation().getBytes(StandardCharsets.UTF_8));
    }

    /// Keeps an answer that its client wants kept, before the client can refer to it.
    ///
    /// @param request as it was answered
    /// @param shown the answer, or the closing event of its stream
    /// @param then runs in any case, on the exchange's event loop, after
    ///     [Limits#settleWait] at the latest
    void keep(Exchange exchange, byte[] request, byte[] shown, Runnable then) {
        if (exchange.endpoint != Endpoint.RESPONSES || !kept.keeps()) {
            then.run();
            return;
        }
        Owner owner = owner(exchange);
        Once once = new Once(then);
        vertx.setTimer(
                limits.settleWait().toMillis(),
                _ -> exchange.context.runOnContext(_ -> once.run()));
        threads.execute(() -> {
            try {
                keep(owner, Remembered.of(request, shown));
            } catch (RuntimeException e) {
                LOG.warn("response of {} not kept", exchange.requestId, e);
            }
            exchange.context.runOnContext(_ -> once.run());
        });
    }

    private void keep(Owner owner, @Nullable Remembered response) {
        if (response == null) {
            return;
        }
        String conversation = Trees.text(response.conversation());
        if (conversation.length() <= MOST_KEPT_CHARACTERS) {
            kept.keep(owner, new Kept(response.id(), response.ids(), conversation));
        }
    }

    private static Owner owner(Exchange exchange) {
        KeyEntry key = Objects.requireNonNull(exchange.key);
        return new Owner(key.organizationId(), key.id());
    }

    private static Fault unavailable() {
        return Fault.of(
                        FaultCode.ESCROW_UNAVAILABLE,
                        "What the request refers to could not be read: the database is away.")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    /// For one event loop.
    private static final class Once {
        private @Nullable Runnable left;

        Once(Runnable task) {
            this.left = task;
        }

        void run() {
            Runnable task = left;
            left = null;
            if (task != null) {
                task.run();
            }
        }
    }
}
