package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Seal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the provider refuses a messages request for.
final class MessagesRules {

    private static final Set<String> ROLES = Set.of("user", "assistant", "system");
    private static final int MOST_BREAKPOINTS = 4;
    private static final long LEAST_BUDGET = 1_024;

    private MessagesRules() {}

    static void check(JsonNode root, long maxTokens) {
        JsonNode messages = root.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw Json.bad("messages: at least one message is required");
        }
        for (int i = 0; i < messages.size(); i++) {
            message(messages.get(i), "messages." + i);
        }
        if (!Json.text(messages.get(0), "role").equals("user")) {
            throw Json.bad("messages: first message must use the \"user\" role");
        }
        turns(messages);
        thinking(root, maxTokens);
        breakpoints(root);
    }

    private static void message(JsonNode message, String at) {
        if (!ROLES.contains(Json.text(message, "role"))) {
            throw Json.bad(at + ".role: Input should be 'user' or 'assistant'");
        }
        JsonNode content = message.path("content");
        if (!content.isString() && !content.isArray()) {
            throw Json.bad(at + ".content: Input should be a valid list");
        }
        if (content.isString() && content.stringValue().isEmpty()) {
            throw Json.bad(at + ": content must be non-empty");
        }
        for (JsonNode block : content) {
            block(block, at);
        }
    }

    private static void block(JsonNode block, String at) {
        switch (Json.text(block, "type")) {
            case "" -> throw Json.bad(at + ".content: a block needs a type");
            case "text" -> {
                if (Json.text(block, "text").isBlank()) {
                    throw Json.bad(at + ": text content blocks must contain non-whitespace text");
                }
            }
            case "thinking" -> {
                String own = Seal.of("thinking", Json.text(block, "thinking"));
                if (!own.equals(Json.text(block, "signature"))) {
                    throw Json.bad(at + ".content: Invalid `signature` in `thinking` block");
                }
            }
            case "redacted_thinking" -> {
                if (!Seal.isOwn("redacted", Json.text(block, "data"))) {
                    throw Json.bad(at + ".content: Invalid `data` in `redacted_thinking` block");
                }
            }
            case "tool_use" -> {
                if (!block.path("input").isObject()) {
                    throw Json.bad(at + ".content: tool_use.input should be an object");
                }
            }
            default -> {
                // Everything else is taken as it comes.
            }
        }
    }

    /// Every call is answered in the next turn, and nothing is answered that was not called.
    private static void turns(JsonNode messages) {
        Set<String> called = Set.of();
        for (JsonNode message : messages) {
            boolean user = Json.text(message, "role").equals("user");
            Set<String> answered = user ? ids(message, "tool_result", "tool_use_id") : Set.of();
            if (!called.containsAll(answered)) {
                throw Json.bad("messages: unexpected `tool_use_id` found in `tool_result` blocks");
            }
            if (!answered.containsAll(called)) {
                throw Json.bad(
                        "messages: `tool_use` ids were found without `tool_result` blocks"
                                + " immediately after: "
                                + String.join(", ", called));
            }
            called = user ? Set.of() : ids(message, "tool_use", "id");
        }
        JsonNode last = messages.get(messages.size() - 1);
        if (!called.isEmpty()) {
            throw Json.bad("messages: the final turn may not call tools");
        }
        String prefill = Json.text(last, "content");
        if (Json.text(last, "role").equals("assistant")
                && !prefill.equals(prefill.stripTrailing())) {
            throw Json.bad("messages: final assistant content cannot end with trailing whitespace");
        }
    }

    private static Set<String> ids(JsonNode message, String type, String field) {
        Set<String> ids = new HashSet<>();
        for (JsonNode block : message.path("content")) {
            if (Json.text(block, "type").equals(type)) {
                ids.add(Json.text(block, field));
            }
        }
        return ids;
    }

    private static void thinking(JsonNode root, long maxTokens) {
        JsonNode thinking = root.path("thinking");
        String type = Json.text(thinking, "type");
        if (type.equals("enabled")) {
            long budget = Json.integer(thinking, "budget_tokens", 0, 0, Long.MAX_VALUE);
            if (budget < LEAST_BUDGET) {
                throw Json.bad("thinking.enabled.budget_tokens: at least " + LEAST_BUDGET);
            }
            if (budget >= maxTokens) {
                throw Json.bad("`max_tokens` must be greater than `thinking.budget_tokens`");
            }
        }
        String choice = Json.text(root.path("tool_choice"), "type");
        boolean forced = choice.equals("any") || choice.equals("tool");
        if (forced && (type.equals("enabled") || type.equals("adaptive"))) {
            throw Json.bad("Thinking may not be enabled when tool_choice forces tool use.");
        }
    }

    private static void breakpoints(JsonNode root) {
        List<String> lives = new ArrayList<>();
        root.path("tools").forEach(tool -> breakpoint(tool, lives));
        root.path("system").forEach(block -> breakpoint(block, lives));
        for (JsonNode message : root.path("messages")) {
            message.path("content").forEach(block -> breakpoint(block, lives));
        }
        if (lives.size() > MOST_BREAKPOINTS) {
            throw Json.bad(
                    "A maximum of 4 blocks with cache_control may be provided. Found %d."
                            .formatted(lives.size()));
        }
        if (lives.lastIndexOf("1h") > lives.indexOf("5m") && lives.contains("5m")) {
            throw Json.bad("a ttl='1h' cache_control block must not come after a ttl='5m' one");
        }
    }

    private static void breakpoint(JsonNode block, List<String> lives) {
        JsonNode control = block.path("cache_control");
        if (control.isObject()) {
            lives.add(Breakpoint.isHour(control) ? "1h" : "5m");
        }
    }
}
