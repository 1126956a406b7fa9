package dev.sluice.protocol.responses;

import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One turn of a conversation that is kept.
///
/// @param input the items that its request added
/// @param response what was answered, as the client got it
public record KeptTurn(List<JsonNode> input, ObjectNode response) {

    public KeptTurn {
        input = List.copyOf(input);
    }

    /// Reads what [#text] made.
    public static KeptTurn of(String text) {
        JsonNode kept = Trees.read(text.getBytes(StandardCharsets.UTF_8));
        return new KeptTurn(
                kept.path("input").valueStream().toList(), (ObjectNode) kept.path("response"));
    }

    /// As JSON.
    public String text() {
        ObjectNode kept = Trees.object();
        kept.putArray("input").addAll(input);
        kept.set("response", response);
        return Trees.text(kept);
    }

    /// What was said in it, oldest first.
    public List<JsonNode> items() {
        List<JsonNode> items = new ArrayList<>(input);
        response.path("output").forEach(items::add);
        return items;
    }

    /// The ids of what was answered.
    public Set<String> outputIds() {
        return response.path("output")
                .valueStream()
                .map(item -> Trees.stringOrEmpty(item, "id"))
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The response as it is shown when it is asked for.
    public byte[] shown() {
        return Trees.bytes(response);
    }
}
