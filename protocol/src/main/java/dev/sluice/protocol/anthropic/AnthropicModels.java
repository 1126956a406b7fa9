package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.json.Trees;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models` and `GET /v1/models/{id}`: the models a key may call, as Anthropic lists them.
public final class AnthropicModels {

    /// One model.
    ///
    /// @param id the public model name
    /// @param created when it was published, or the epoch when unknown
    public record Model(String id, Instant created) {}

    private AnthropicModels() {}

    /// A page of them.
    ///
    /// @param more whether others follow
    public static byte[] list(List<Model> models, boolean more) {
        ObjectNode list = Trees.object();
        ArrayNode items = list.putArray("data");
        models.forEach(model -> items.add(json(model)));
        list.put("has_more", more);
        list.put("first_id", models.isEmpty() ? null : models.getFirst().id());
        list.put("last_id", models.isEmpty() ? null : models.getLast().id());
        return Trees.bytes(list);
    }

    public static byte[] one(Model model) {
        return Trees.bytes(json(model));
    }

    private static ObjectNode json(Model model) {
        return Trees.object()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.id())
                .put("created_at", model.created().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
