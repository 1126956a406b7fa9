package dev.sluice.gateway.responses;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.responses.KeptItems;
import dev.sluice.protocol.responses.KeptTurn;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// `GET` and `DELETE /v1/responses/{id}` and `GET /v1/responses/{id}/input_items`: what is kept for
/// a key. No provider is asked.
public final class ResponseRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseRoutes.class);
    private static final String ROOT = "/v1/responses/";
    private static final String ITEMS = "/input_items";

    /// What the dialect has at the same place and is not served.
    private static final Set<String> OTHERS = Set.of("compact", "input_tokens");

    private static final int MOST_ITEMS = 100;
    private static final int USUAL_ITEMS = 20;

    private final SnapshotSource snapshots;
    private final Authenticator authenticator;
    private final ResponseStore store;
    private final ExecutorService threads;
    private final InstantSource clock;
    private final FaultAnswer faults;

    public ResponseRoutes(
            SnapshotSource snapshots,
            Authenticator authenticator,
            ResponseStore store,
            ExecutorService threads,
            InstantSource clock,
            FaultAnswer faults) {
        this.snapshots = snapshots;
        this.authenticator = authenticator;
        this.store = store;
        this.threads = threads;
        this.clock = clock;
        this.faults = faults;
    }

    public static boolean serves(String path) {
        String rest = path.startsWith(ROOT) ? path.substring(ROOT.length()) : "";
        String id = rest.endsWith(ITEMS) ? rest.substring(0, rest.length() - ITEMS.length()) : rest;
        return !id.isEmpty() && id.indexOf('/') < 0 && !OTHERS.contains(id);
    }

    public void handle(String requestId, HttpServerRequest request, Context context, String path) {
        try {
            String method = request.method().name();
            boolean items = path.endsWith(ITEMS);
            boolean deletes = method.equals("DELETE") && !items;
            if (!deletes && !method.equals("GET")) {
                request.response().putHeader("allow", items ? "GET" : "GET, DELETE");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use GET for " + path + ".")
                        .asException();
            }
            KeyEntry key =
                    authenticator.authenticate(request, snapshots.current(), clock.instant());
            ResponseStore.Owner owner = ResponseStore.Owner.of(key);
            String rest = path.substring(ROOT.length());
            if (!items && "true".equals(request.getParam("stream"))) {
                throw Fault.invalid(
                                "`stream` must be absent or `false`: a kept response is not"
                                        + " played again.",
                                "stream")
                        .asException();
            }
            String id = items ? rest.substring(0, rest.length() - ITEMS.length()) : rest;
            ListPage page = items ? ListPage.of(request::getParam, USUAL_ITEMS, MOST_ITEMS) : null;
            threads.execute(() -> {
                Object answer = read(owner, id, deletes, page);
                context.runOnContext(_ -> send(requestId, request, path, answer));
            });
        } catch (FaultException e) {
            faults.send(request.response(), e.fault(), requestId, path);
        }
    }

    /// The bytes of an answer, or a fault.
    private Object read(
            ResponseStore.Owner owner, String id, boolean deletes, @Nullable ListPage page) {
        try {
            if (deletes) {
                return store.delete(owner, id) ? KeptItems.deleted(id) : notFound(id);
            }
            if (page == null) {
                return store.find(owner, id)
                        .<Object>map(kept -> KeptTurn.of(kept.turn()).shown())
                        .orElseGet(() -> notFound(id));
            }
            List<ResponseStore.Kept> turns =
                    store.keepsAny() ? store.conversation(owner, id) : List.of();
            if (turns.isEmpty()) {
                return notFound(id);
            }
            List<JsonNode> items = new ArrayList<>();
            turns.subList(0, turns.size() - 1)
                    .forEach(turn -> items.addAll(KeptTurn.of(turn.turn()).items()));
            items.addAll(KeptTurn.of(turns.getLast().turn()).input());
            return KeptItems.list(items, page.ascending(), page.limit(), page.after());
        } catch (FaultException e) {
            return e.fault();
        } catch (RuntimeException e) {
            LOG.warn("a kept response was not read", e);
            return ResponseStore.unavailable();
        }
    }

    private Fault notFound(String id) {
        return Fault.of(
                FaultCode.NOT_FOUND,
                store.keepsAny()
                        ? "The response '" + id + "' is not kept for this key."
                        : NoResponses.WHY);
    }

    private void send(String requestId, HttpServerRequest request, String path, Object answer) {
        if (answer instanceof Fault fault) {
            faults.send(request.response(), fault, requestId, path);
        } else if (answer instanceof byte[] body && !request.response().closed()) {
            request.response().putHeader("x-request-id", requestId);
            request.response().putHeader("content-type", "application/json");
            var unused = request.response().end(Buffer.buffer(body));
        }
    }
}
