package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One model, or a page of them: `limit`, `after_id`.
record AskedModels(Models models, Route route) implements Dialect.Asked {

    private static final int USUAL_PAGE = 20;
    private static final int MOST = 1_000;

    @Override
    public Answer answer(Directives directives) {
        String id = route.below("/v1/models");
        ObjectNode out = id.isEmpty() ? page() : entry(found(id));
        return new Answer.Plain(200, out.toString(), TrueUsage.NONE, null);
    }

    private Model found(String id) {
        return models.find(id).orElseThrow(() -> new RefusedException(404, "", "model: " + id));
    }

    private ObjectNode page() {
        List<Model> all = new ArrayList<>();
        models.list().forEach(all::add);
        String after = route.query().get("after_id");
        if (after != null) {
            int at = all.indexOf(found(after));
            all = all.subList(at + 1, all.size());
        }
        List<Model> page = all.subList(0, Math.min(all.size(), limit()));
        ObjectNode out = Json.object();
        ArrayNode data = out.putArray("data");
        page.forEach(model -> data.add(entry(model)));
        return out.put("has_more", page.size() < all.size())
                .put("first_id", page.isEmpty() ? null : page.getFirst().id())
                .put("last_id", page.isEmpty() ? null : page.getLast().id());
    }

    private int limit() {
        String limit = route.query().get("limit");
        if (limit == null) {
            return USUAL_PAGE;
        }
        if (!limit.matches("[1-9]\\d{0,3}") || Integer.parseInt(limit) > MOST) {
            throw Json.bad("limit: Input should be between 1 and " + MOST);
        }
        return Integer.parseInt(limit);
    }

    private static ObjectNode entry(Model model) {
        return Json.object()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.id())
                .put("created_at", "2026-01-01T00:00:00Z")
                .put("lifecycle", "active")
                .put("max_input_tokens", model.context())
                .put("max_tokens", model.context());
    }
}
