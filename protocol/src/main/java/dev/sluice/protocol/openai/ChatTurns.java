package dev.sluice.protocol.openai;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The messages of a chat request as turns.
final class ChatTurns {

    private final Losses losses;
    private final List<Turn> turns;

    ChatTurns(Losses losses, List<Turn> turns) {
        this.losses = losses;
        this.turns = turns;
    }

    void read(JsonNode value) {
        List<JsonNode> messages = Fields.elements(value, "messages");
        for (int i = 0; i < messages.size(); i++) {
            message(messages.get(i), "messages[" + i + "]");
        }
    }

    private void message(JsonNode message, String path) {
        switch (Trees.stringOrEmpty(message, "role")) {
            case "system", "developer" -> turn(Role.SYSTEM, content(message, path), message, path);
            case "user" -> turn(Role.USER, content(message, path), message, path);
            case "assistant" -> turn(Role.ASSISTANT, assistant(message, path), message, path);
            case "tool" -> {
                String id = Trees.string(message, "tool_call_id");
                if (id == null) {
                    throw Fields.missing(path + ".tool_call_id");
                }
                Block result = new Block.ToolResult(id, content(message, path), false);
                turn(Role.USER, List.of(result), message, path);
            }
            default ->
                    throw Fields.wrong(
                            path + ".role", "system, developer, user, assistant or" + " tool");
        }
    }

    private void turn(Role role, List<Block> blocks, JsonNode message, String path) {
        turns.add(new Turn(role, blocks, path));
        for (Map.Entry<String, JsonNode> field : message.properties()) {
            boolean read =
                    switch (field.getKey()) {
                        case "role", "content", "tool_call_id" -> true;
                        case "tool_calls", "refusal", "thinking_blocks", "reasoning_content" ->
                                role == Role.ASSISTANT;
                        // what an answer said beside its content is no part of the question
                        case "annotations", "reasoning", "function_call" ->
                                role == Role.ASSISTANT && field.getValue().isEmpty();
                        default -> false;
                    };
            if (!read && !field.getValue().isNull()) {
                losses.drop(path + "." + field.getKey());
            }
        }
    }

    private List<Block> assistant(JsonNode message, String path) {
        List<Block> blocks = new ArrayList<>();
        JsonNode sealed = message.path("thinking_blocks");
        for (JsonNode block : sealed) {
            String data = Trees.string(block, "data");
            blocks.add(
                    data != null
                            ? new Block.SealedThinking(data)
                            : new Block.Thinking(
                                    Trees.stringOrEmpty(block, "thinking"),
                                    Trees.string(block, "signature")));
        }
        String reasoning = Trees.stringOrEmpty(message, "reasoning_content");
        if (sealed.isEmpty() && !reasoning.isEmpty()) {
            blocks.add(new Block.Thinking(reasoning, null));
        }
        blocks.addAll(content(message, path));
        String refusal = Trees.stringOrEmpty(message, "refusal");
        if (!refusal.isEmpty()) {
            blocks.add(new Block.Refusal(refusal));
        }
        List<JsonNode> calls = Fields.elements(message.path("tool_calls"), path + ".tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            blocks.add(call(calls.get(i), path + ".tool_calls[" + i + "]"));
        }
        return blocks;
    }

    private static Block call(JsonNode call, String path) {
        JsonNode function = call.path("function");
        String id = Trees.string(call, "id");
        String name = Trees.string(function, "name");
        if (id == null || name == null) {
            throw Fields.missing(path + (id == null ? ".id" : ".function.name"));
        }
        return new Block.ToolCall(id, name, Trees.stringOrEmpty(function, "arguments"));
    }

    private List<Block> content(JsonNode message, String path) {
        JsonNode content = message.path("content");
        if (content.isString()) {
            return List.of(new Block.Text(content.stringValue()));
        }
        List<JsonNode> parts = Fields.parts(content, path + ".content");
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + ".content[" + i + "]";
            JsonNode part = parts.get(i);
            Block block = part.isString() ? new Block.Text(part.stringValue()) : part(part, at);
            if (block == null) {
                losses.drop(at);
            } else {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private @Nullable Block part(JsonNode part, String at) {
        if (part.has("cache_control")) {
            losses.drop(at + ".cache_control");
        }
        return switch (Trees.stringOrEmpty(part, "type")) {
            case "text" -> new Block.Text(Trees.stringOrEmpty(part, "text"));
            case "refusal" -> new Block.Refusal(Trees.stringOrEmpty(part, "refusal"));
            case "image_url" -> image(part.path("image_url"), at + ".image_url");
            case "input_audio" -> {
                JsonNode audio = part.path("input_audio");
                yield new Block.Audio(
                        Trees.stringOrEmpty(audio, "data"), Trees.stringOrEmpty(audio, "format"));
            }
            case "file" -> file(part.path("file"), at + ".file");
            default -> null;
        };
    }

    private static Block image(JsonNode image, String at) {
        String url = image.isString() ? image.stringValue() : Trees.stringOrEmpty(image, "url");
        Media media = Media.ofUrl(url);
        if (media == null || url.isEmpty()) {
            throw Fields.wrong(at + ".url", "a web address or a base64 data URI");
        }
        return new Block.Image(media, Trees.string(image, "detail"));
    }

    private static Block file(JsonNode file, String at) {
        String data = Trees.string(file, "file_data");
        if (data == null) {
            throw ChatRequestReader.impossible(at, "A file that is kept by another provider");
        }
        Media media = Media.ofUrl(data);
        if (media == null) {
            throw Fields.wrong(at + ".file_data", "a base64 data URI");
        }
        // bytes without the head of a data URI are a PDF, the one kind that may do so
        Media inline =
                media instanceof Media.Remote(String base64)
                        ? new Media.Inline("application/pdf", base64)
                        : media;
        return new Block.Document(inline, Trees.string(file, "filename"));
    }
}
