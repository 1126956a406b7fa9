package dev.sluice.simulator.anthropic;

import static dev.sluice.simulator.script.Directive.REDACTED;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Seal;
import dev.sluice.simulator.plan.ToolCall;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One content block of an answer.
sealed interface Block {

    record Thinking(String text) implements Block {}

    record Redacted(String text, long tokens) implements Block {}

    record Search(String id) implements Block {}

    record Found(String searchId) implements Block {}

    record Text(String text, boolean cited) implements Block {}

    record Use(ToolCall call) implements Block {}

    static List<Block> of(Plan plan) {
        Choice choice = plan.choices().getFirst();
        List<Block> blocks = new ArrayList<>();
        if (choice.reasoning() > 0) {
            blocks.add(
                    plan.directives().flag(REDACTED)
                            ? new Redacted(choice.reasoningText(), choice.reasoning())
                            : new Thinking(choice.reasoningText()));
        }
        for (long i = 0; i < plan.usage().searches(); i++) {
            String id = "srvtoolu_" + plan.question().seed().part("search" + i).head(24);
            blocks.add(new Search(id));
            blocks.add(new Found(id));
        }
        if (!choice.text().isEmpty() || (plan.endless() && choice.toolCalls().isEmpty())) {
            blocks.add(new Text(choice.text(), choice.cited()));
        }
        choice.toolCalls().forEach(call -> blocks.add(new Use(call)));
        return blocks;
    }

    /// As it opens in a stream: everything but what comes in pieces.
    default ObjectNode opened() {
        return switch (this) {
            case Thinking thinking ->
                    Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
            case Redacted redacted ->
                    Json.object()
                            .put("type", "redacted_thinking")
                            .put("data", Seal.of("redacted", redacted.text()));
            case Search search -> call("server_tool_use", search.id(), "web_search");
            case Found found -> found(found.searchId());
            case Text text -> {
                ObjectNode out = Json.object().put("type", "text").put("text", "");
                if (text.cited()) {
                    out.putArray("citations");
                }
                yield out;
            }
            case Use use -> call("tool_use", id(use.call()), use.call().name());
        };
    }

    /// As it stands in a plain answer.
    default ObjectNode whole() {
        ObjectNode out = opened();
        switch (this) {
            case Thinking thinking ->
                    out.put("thinking", thinking.text())
                            .put("signature", Seal.of("thinking", thinking.text()));
            case Text text -> {
                out.put("text", text.text());
                if (text.cited()) {
                    out.putArray("citations").add(citation());
                }
            }
            case Use use -> out.set("input", input(use.call().arguments()));
            case Search search -> out.set("input", input(QUERY));
            case Redacted redacted -> {}
            case Found found -> {}
        }
        return out;
    }

    /// What the model searches for.
    String QUERY = "{\"query\":\"simulated\"}";

    static ObjectNode citation() {
        return Json.object()
                .put("type", "web_search_result_location")
                .put("cited_text", "Simulated text.")
                .put("encrypted_index", "c2ltdWxhdGVk")
                .put("title", "Simulated source")
                .put("url", "https://example.org/simulated");
    }

    private static String id(ToolCall call) {
        return "toolu_" + call.key();
    }

    private static ObjectNode call(String type, String id, String name) {
        ObjectNode out = Json.object().put("type", type).put("id", id).put("name", name);
        out.putObject("input");
        return out;
    }

    private static ObjectNode found(String searchId) {
        ObjectNode out =
                Json.object().put("type", "web_search_tool_result").put("tool_use_id", searchId);
        out.putArray("content")
                .addObject()
                .put("type", "web_search_result")
                .put("url", "https://example.org/simulated")
                .put("title", "Simulated source")
                .put("encrypted_content", "c2ltdWxhdGVk")
                .putNull("page_age");
        return out;
    }

    /// What the limit cut is no JSON any more: an empty input then.
    private static JsonNode input(String arguments) {
        try {
            return Json.MAPPER.readTree(arguments);
        } catch (JacksonException cut) {
            return Json.object();
        }
    }

    /// Output tokens used when it opens.
    default long openingTokens() {
        return switch (this) {
            case Redacted redacted -> redacted.tokens();
            case Use use -> Tokens.count(use.call().name());
            case Thinking thinking -> 0;
            case Search search -> 0;
            case Found found -> 0;
            case Text text -> 0;
        };
    }
}
