package dev.sluice.protocol.responses;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Stop;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// A response: what it repeats of its request, and how it stands.
final class ResponseObject {

    /// What a response says where its request says nothing.
    private static final ObjectNode UNSAID =
            (ObjectNode)
                    Trees.read(
                            """
                            {"background":false,"instructions":null,"max_output_tokens":null,
                             "max_tool_calls":null,"metadata":{},"parallel_tool_calls":true,
                             "previous_response_id":null,
                             "reasoning":{"effort":null,"summary":null},"store":false,
                             "temperature":1.0,"text":{"format":{"type":"text"}},
                             "tool_choice":"auto","tools":[],"top_p":1.0,"truncation":"disabled",
                             "user":null}
                            """
                                    .getBytes(StandardCharsets.UTF_8));

    /// Clients keep ids, and their original refuses longer ones.
    private static final int LONGEST_KEY = 40;

    private ResponseObject() {}

    /// What of a request its answer repeats. The answer is kept when the gateway says so, whatever
    /// the request says.
    static ObjectNode repeated(JsonNode request) {
        ObjectNode repeated = Trees.object();
        JsonNode keeping = request.path(OpenAiResponses.KEEPING);
        if (keeping.isObject()) {
            repeated.set(OpenAiResponses.KEEPING, keeping);
            repeated.put("store", true);
            repeated.set("previous_response_id", keeping.path("previous"));
        }
        repeated.set(OpenAiResponses.TOOLS, OfferedTools.of(request, new Losses()).notes());
        for (String name : UNSAID.propertyNames()) {
            JsonNode value = Trees.present(request, name);
            if (value != null && !name.equals("store") && !name.equals("truncation")) {
                repeated.set(name, name.equals("tools") ? told(value) : value);
            }
        }
        return repeated;
    }

    /// Functions say what their requests may leave out.
    private static JsonNode told(JsonNode tools) {
        JsonNode told = tools.deepCopy();
        for (JsonNode tool : told) {
            if (tool instanceof ObjectNode function
                    && Trees.stringOrEmpty(function, "type").equals("function")) {
                function.putIfAbsent("parameters", NullNode.instance);
                function.putIfAbsent("strict", NullNode.instance);
            }
        }
        return told;
    }

    /// What the ids of an answer are made of.
    static String key(@Nullable String id, Asked asked) {
        String of = id == null ? Long.toString(asked.atSeconds()) : id;
        String plain = of.replaceAll("[^A-Za-z0-9]", "");
        return plain.substring(Math.max(0, plain.length() - LONGEST_KEY));
    }

    /// Under which it is kept; one of its own where it is not.
    private static String id(String key, Asked asked) {
        String kept = Trees.string(asked.repeated().path(OpenAiResponses.KEEPING), "id");
        return kept == null ? "resp_" + key : kept;
    }

    /// One that has begun.
    static ObjectNode begun(String key, @Nullable String model, Asked asked) {
        ObjectNode response =
                Trees.object()
                        .put("id", id(key, asked))
                        .put("object", "response")
                        .put("created_at", asked.atSeconds())
                        .put("status", "in_progress")
                        .putNull("error")
                        .putNull("incomplete_details")
                        .put("model", Objects.requireNonNullElse(model, asked.model()));
        response.putArray("output");
        for (Map.Entry<String, JsonNode> member : UNSAID.properties()) {
            JsonNode said = asked.repeated().get(member.getKey());
            response.set(member.getKey(), said == null ? member.getValue() : said);
        }
        return response.putNull("usage");
    }

    /// The same at its end.
    static void end(ObjectNode begun, ArrayNode output, Stop stop, Usage usage) {
        String reason = reason(stop);
        begun.put("status", reason == null ? "completed" : "incomplete");
        if (reason != null) {
            begun.putObject("incomplete_details").put("reason", reason);
        }
        begun.set("output", output);
        begun.set("usage", ResponsesUsage.write(usage));
    }

    /// Why the answer is incomplete; null when it is not.
    static @Nullable String reason(Stop stop) {
        return switch (stop) {
            case LIMIT -> "max_output_tokens";
            case FILTERED -> "content_filter";
            // A refusal is an answer, told by the kind of its part.
            case END, SEQUENCE, TOOLS, REFUSED, PAUSED -> null;
        };
    }
}
