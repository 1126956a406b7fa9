package dev.sluice.simulator.gemini;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.answer.Vectors;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Models.Model;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One text to embed.
///
/// @param dimensions 0 for the model's own
record Embedding(String text, int dimensions) {

    private static final int MOST_DIMENSIONS = 4_096;

    static Embedding read(JsonNode request) {
        String text = ContentRequest.text(request.path("content"));
        if (text.isEmpty()) {
            throw Json.bad("content is empty");
        }
        long wanted = Json.integer(request, "outputDimensionality", 0, 1, MOST_DIMENSIONS);
        return new Embedding(text, Math.toIntExact(wanted));
    }

    long tokens() {
        return Tokens.count(text);
    }

    ObjectNode answer(Model model) {
        ObjectNode out = Json.object();
        ArrayNode values = out.putArray("values");
        int length = dimensions == 0 ? model.dimensions() : dimensions;
        for (float value : Vectors.of(model.id(), text, length)) {
            values.add(value);
        }
        return out;
    }
}
