package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.openai.ResponseStore.Kept;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/responses`, what it keeps, and `/v1/responses/input_tokens`.
public final class ResponsesDialect implements Dialect {

    private static final String RESPONSES = "/v1/responses";
    private static final String COUNT = RESPONSES + "/input_tokens";
    private static final String ITEMS = "/input_items";
    private static final int USUAL_PAGE = 20;

    private final Models models;
    private final PrefixMemory memory;
    private final ResponseStore store = new ResponseStore();

    public ResponsesDialect(Models models, PrefixMemory memory) {
        this.models = models;
        this.memory = memory;
    }

    @Override
    public boolean serves(Route route) {
        return route.under(RESPONSES);
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        if (route.is("POST", RESPONSES)) {
            return new AskedResponse(
                    ResponseRequest.read(request.body(), store, request.account()));
        }
        if (route.is("POST", COUNT)) {
            ResponseRequest read = ResponseRequest.read(request.body(), store, request.account());
            return directives -> {
                long tokens = ResponsePrompt.of(read, 0).count().total();
                return document(
                        Json.object()
                                .put("object", "response.input_tokens")
                                .put("input_tokens", tokens));
            };
        }
        String id = route.below(RESPONSES);
        if (route.method().equals("GET") && id.endsWith(ITEMS)) {
            Kept kept = kept(request, id.substring(0, id.length() - ITEMS.length()));
            return directives -> document(page(kept.input(), route));
        }
        if (route.method().equals("GET") && !id.isEmpty()) {
            Kept kept = kept(request, id);
            return directives -> document(kept.response());
        }
        if (route.method().equals("DELETE") && !id.isEmpty()) {
            Kept unused = kept(request, id);
            return directives -> {
                boolean gone = store.remove(request.account(), id);
                return document(
                        Json.object().put("id", id).put("object", "response").put("deleted", gone));
            };
        }
        throw new RefusedException(404, "unknown_url", "Unknown request URL.");
    }

    private Kept kept(Inbound request, String id) {
        return store.find(request.account(), id)
                .orElseThrow(() ->
                        new RefusedException(404, "", "Response with id '" + id + "' not found."));
    }

    private static Answer document(ObjectNode json) {
        return new Answer.Plain(200, json.toString(), TrueUsage.NONE, null);
    }

    /// The newest items first, unless `order=asc`; `after` an id, at most `limit`.
    private static ObjectNode page(List<ObjectNode> input, Route route) {
        boolean ascending = "asc".equals(route.query().get("order"));
        List<ObjectNode> all = new ArrayList<>(ascending ? input : input.reversed());
        String after = route.query().get("after");
        if (after != null) {
            int at = all.stream().map(item -> Json.text(item, "id")).toList().indexOf(after);
            all = all.subList(at + 1, all.size());
        }
        String limit = route.query().get("limit");
        boolean given = limit != null && limit.matches("[1-9]\\d?|100");
        int most = given && limit != null ? Integer.parseInt(limit) : USUAL_PAGE;
        List<ObjectNode> page = all.subList(0, Math.min(all.size(), most));
        ObjectNode out = Json.object().put("object", "list");
        ArrayNode data = out.putArray("data");
        page.forEach(data::add);
        return out.put("first_id", page.isEmpty() ? null : Json.text(page.getFirst(), "id"))
                .put("last_id", page.isEmpty() ? null : Json.text(page.getLast(), "id"))
                .put("has_more", page.size() < all.size());
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    private final class AskedResponse implements Asked {
        private final ResponseRequest request;

        AskedResponse(ResponseRequest request) {
            this.request = request;
        }

        @Override
        public String model() {
            return request.model();
        }

        @Override
        public boolean stream() {
            return request.stream();
        }

        @Override
        public Directives directives() {
            return request.directives();
        }

        @Override
        public Answer answer(Directives directives) {
            Model model = OpenAiDialect.chatModel(models, request.model());
            ResponsePlan plan = ResponsePlan.of(request, directives, model, memory);
            if (request.stored()) {
                store.put(request.account(), plan.id(), new Kept(plan.finished(), request.input()));
            }
            return request.stream() ? ResponseFrames.of(plan) : plan.plain();
        }
    }
}
