package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.PromptCount;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Feeds a prompt to the count, in the order the provider caches it: tools, system, messages.
final class MessagesPrompt {

    private final PromptCount count = new PromptCount();
    private final List<Prefix> blocks = new ArrayList<>();
    private final List<Breakpoint> breakpoints = new ArrayList<>();

    private MessagesPrompt() {}

    /// @param searches server-side searches made for this call
    static MessagesPrompt of(MessagesRequest request, long searches) {
        MessagesPrompt prompt = new MessagesPrompt();
        JsonNode root = request.root();
        prompt.tools(root.path("tools"));
        if (request.format().isObject()) {
            prompt.count.text(request.format().toString());
        }
        JsonNode system = root.path("system");
        if (!system.isEmpty() || !Json.text(root, "system").isEmpty()) {
            prompt.message(system, "system");
        }
        for (JsonNode message : root.path("messages")) {
            prompt.message(message.path("content"), Json.text(message, "role"));
        }
        if (root.path("cache_control").isObject() && !prompt.blocks.isEmpty()) {
            prompt.breakpoints.add(
                    new Breakpoint(
                            prompt.blocks.getLast(), Breakpoint.isHour(root.get("cache_control"))));
        }
        prompt.count.searches(searches);
        return prompt;
    }

    long tokens() {
        return count.total();
    }

    /// What the prompt uses: read from the cache what any block's end has there, written what lies
    /// between that and the breakpoints.
    TrueUsage usage(PrefixMemory memory, String account, String model, Directives directives) {
        List<Prefix> kept = breakpoints.stream().map(Breakpoint::prefix).toList();
        // Without a breakpoint nothing is cached, nor looked for.
        long read = kept.isEmpty() ? 0 : memory.longest(account, model, blocks, kept);
        long done = read;
        long written = 0;
        long hour = 0;
        for (Breakpoint breakpoint : breakpoints) {
            long tokens = breakpoint.prefix().tokens();
            if (tokens > done && tokens >= PrefixMemory.LEAST) {
                written += tokens - done;
                hour += breakpoint.hour() ? tokens - done : 0;
                done = tokens;
            }
        }
        return count.usage(directives, read, written, hour);
    }

    private void tools(JsonNode tools) {
        StringBuilder all = new StringBuilder();
        for (JsonNode tool : tools) {
            all.append(all.isEmpty() ? "[" : ",").append(bare(tool));
        }
        if (!all.isEmpty()) {
            count.text(all.append(']').toString());
            mark(all.toString(), tools.get(tools.size() - 1));
        }
    }

    private void message(JsonNode content, String role) {
        count.message();
        if (content.isString()) {
            count.text(content.stringValue());
            mark(role + content.stringValue(), content);
        }
        if (content.isArray()) {
            for (JsonNode block : content) {
                block(block);
                mark(role + bare(block), block);
            }
        }
    }

    private void mark(String essence, JsonNode block) {
        Prefix prefix = count.prefix(essence);
        blocks.add(prefix);
        JsonNode control = block.path("cache_control");
        if (control.isObject()) {
            breakpoints.add(new Breakpoint(prefix, Breakpoint.isHour(control)));
        }
    }

    private void block(JsonNode block) {
        switch (Json.text(block, "type")) {
            case "text" -> count.text(Json.text(block, "text"));
            case "thinking" -> count.text(Json.text(block, "thinking"));
            case "redacted_thinking" -> {
                // What cannot be read is not counted again.
            }
            case "image" -> {
                JsonNode source = block.path("source");
                count.image(Json.text(source, "data") + Json.text(source, "url"), "");
            }
            case "document" -> document(block.path("source"));
            case "tool_use" -> count.text(Json.text(block, "name") + block.path("input"));
            case "tool_result" -> result(block.path("content"));
            default -> count.text(bare(block).toString());
        }
    }

    private void document(JsonNode source) {
        switch (Json.text(source, "type")) {
            case "text" -> count.text(Json.text(source, "data"));
            case "content" -> result(source.path("content"));
            default -> count.file(Json.text(source, "data"));
        }
    }

    private void result(JsonNode content) {
        if (content.isString()) {
            count.text(content.stringValue());
        }
        if (content.isArray()) {
            content.forEach(this::block);
        }
    }

    /// A block as it is cached and counted.
    private static JsonNode bare(JsonNode block) {
        if (!block.has("cache_control")) {
            return block;
        }
        ObjectNode copy = Json.object();
        block.properties().forEach(field -> copy.set(field.getKey(), field.getValue()));
        copy.remove("cache_control");
        return copy;
    }
}
