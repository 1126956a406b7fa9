package dev.sluice.protocol.gemini;

import dev.sluice.protocol.json.Trees;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1beta/models` and `GET /v1beta/models/{id}`: the models a key may call, as Gemini lists
/// them.
public final class GeminiModels {

    private GeminiModels() {}

    /// A page of them.
    ///
    /// @param more whether others follow
    public static byte[] list(List<String> names, boolean more) {
        ObjectNode list = Trees.object();
        ArrayNode models = list.putArray("models");
        names.forEach(name -> models.add(json(name)));
        if (more) {
            list.put("nextPageToken", names.getLast());
        }
        return Trees.bytes(list);
    }

    public static byte[] one(String name) {
        return Trees.bytes(json(name));
    }

    private static ObjectNode json(String name) {
        ObjectNode model =
                Trees.object()
                        .put("name", "models/" + name)
                        .put("baseModelId", name)
                        .put("displayName", name);
        model.putArray("supportedGenerationMethods").add("generateContent").add("countTokens");
        return model;
    }
}
