package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.requests.RequestBody;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.responses.KeptItems;
import dev.sluice.protocol.responses.KeptTurn;
import dev.sluice.protocol.responses.References;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Conversations that go on from a kept response, and answers that are to be kept. Calls that want
/// neither pass untouched.
public final class KeptResponses {

    private static final Logger LOG = LoggerFactory.getLogger(KeptResponses.class);

    private final ResponseStore store;
    private final ExecutorService threads;
    private final ResponseStore.Limits limits;

    public KeptResponses(
            ResponseStore store, ExecutorService threads, ResponseStore.Limits limits) {
        this.store = store;
        this.threads = threads;
        this.limits = limits;
    }

    /// Puts the items that a request refers to into it, before it is read; runs one of the two on
    /// the exchange's event loop.
    void resolve(Exchange exchange, byte[] body, Consumer<byte[]> told, Consumer<Fault> refused) {
        if (exchange.endpoint != Endpoint.RESPONSES || !References.mayBeIn(body)) {
            told.accept(body);
            return;
        }
        ResponseStore.Owner owner = ResponseStore.Owner.of(exchange.key());
        onThread(exchange, () -> resolved(owner, body), told, refused);
    }

    private byte[] resolved(ResponseStore.Owner owner, byte[] body) {
        References references = References.of(body);
        if (references == null) {
            return body;
        }
        if (references.ids().size() > limits.keptConversationTurns()) {
            throw Fault.invalid(
                            "A request may refer to %d items."
                                    .formatted(limits.keptConversationTurns()),
                            "input")
                    .asException();
        }
        Map<String, JsonNode> items = new HashMap<>();
        for (ResponseStore.Kept kept : store.withItems(owner, references.ids())) {
            for (JsonNode item : KeptTurn.of(kept.turn()).items()) {
                items.put(Trees.stringOrEmpty(item, "id"), item);
            }
        }
        return references.resolved(items);
    }

    private <T> void onThread(
            Exchange exchange, Supplier<T> work, Consumer<T> done, Consumer<Fault> refused) {
        threads.execute(() -> {
            try {
                T result = work.get();
                exchange.context.runOnContext(_ -> done.accept(result));
            } catch (FaultException e) {
                exchange.context.runOnContext(_ -> refused.accept(e.fault()));
            } catch (RuntimeException e) {
                LOG.warn("the conversation of {} was not read", exchange.requestId, e);
                exchange.context.runOnContext(_ -> refused.accept(ResponseStore.unavailable()));
            }
        });
    }

    /// Tells a request together with the conversation it goes on with; runs one of the two on the
    /// exchange's event loop.
    void whole(
            Exchange exchange,
            RequestBody body,
            Consumer<RequestBody> told,
            Consumer<Fault> refused) {
        String previousId = body.previousResponseId();
        if (previousId == null) {
            told.accept(body);
            return;
        }
        ResponseStore.Owner owner = ResponseStore.Owner.of(exchange.key());
        onThread(exchange, () -> whole(owner, body, previousId), told, refused);
    }

    private RequestBody whole(ResponseStore.Owner owner, RequestBody body, String previousId) {
        List<ResponseStore.Kept> turns = store.conversation(owner, previousId);
        if (turns.isEmpty()) {
            throw Fault.invalid(
                            "The response '"
                                    + previousId
                                    + "' is not kept for this key, or no longer.",
                            "previous_response_id")
                    .asException();
        }
        List<JsonNode> items = new ArrayList<>();
        turns.forEach(turn -> items.addAll(KeptTurn.of(turn.turn()).items()));
        return body.goingOn(items, turns.getLast().upstreamId());
    }

    /// Keeps what was answered, if the client wants it kept. What cannot be kept does not fail the
    /// answer.
    ///
    /// @param response what the client gets; null when it is no whole answer
    /// @param then runs on the exchange's event loop
    void keep(
            Exchange exchange,
            RequestBody body,
            PlannedTarget target,
            @Nullable ObjectNode response,
            Runnable then) {
        String id = response == null ? null : Trees.string(response, "id");
        if (id == null || response == null || !body.isKept() || !store.keepsAny()) {
            then.run();
            return;
        }
        ResponseStore.Owner owner = ResponseStore.Owner.of(exchange.key());
        threads.execute(() -> {
            try {
                KeptTurn said = new KeptTurn(body.ownItems(exchange.requestId), response);
                String turn = said.text();
                if (turn.length() <= limits.keptResponseCharacters()) {
                    store.keep(
                            owner,
                            new ResponseStore.Kept(
                                    id,
                                    body.previousResponseId(),
                                    body.keepsThere(target) ? target.upstream().id() : null,
                                    turn),
                            said.outputIds());
                } else {
                    LOG.info("the response of {} is too large to be kept", exchange.requestId);
                }
            } catch (RuntimeException e) {
                LOG.warn("the response of {} is not kept", exchange.requestId, e);
            }
            exchange.context.runOnContext(_ -> then.run());
        });
    }

    /// The response of a whole answer that is to be kept.
    static @Nullable ObjectNode ofAnswer(RequestBody body, byte[] answer) {
        return body.isKept() ? KeptItems.ofAnswer(answer) : null;
    }

    /// The response at the end of a stream that is to be kept.
    static @Nullable ObjectNode ofEvents(RequestBody body, byte[] closing) {
        return body.isKept() ? KeptItems.ofEvents(closing) : null;
    }
}
