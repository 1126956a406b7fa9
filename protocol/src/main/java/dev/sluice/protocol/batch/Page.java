package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Some objects of a list, and whether more follow.
public final class Page {

    private Page() {}

    /// The objects as a page.
    ///
    /// @param found as many as were asked for, or one more where more follow
    public static ObjectNode of(List<ObjectNode> found, int limit) {
        List<ObjectNode> shown = found.subList(0, Math.min(limit, found.size()));
        ObjectNode page = Trees.object().put("object", "list");
        ArrayNode objects = page.putArray("data");
        shown.forEach(objects::add);
        String first = shown.isEmpty() ? null : Trees.string(shown.getFirst(), "id");
        String last = shown.isEmpty() ? null : Trees.string(shown.getLast(), "id");
        return page.put("first_id", first)
                .put("last_id", last)
                .put("has_more", found.size() > limit);
    }
}
