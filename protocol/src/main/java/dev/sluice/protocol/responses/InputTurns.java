package dev.sluice.protocol.responses;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The items of a request as turns: what the model thought, said and called in one go is one turn.
final class InputTurns {

    private final Losses losses;
    private final List<Turn> turns = new ArrayList<>();

    /// What the assistant said last, as long as nobody else speaks.
    private final List<Block> assistant = new ArrayList<>();

    private String assistantPath = "";

    InputTurns(Losses losses) {
        this.losses = losses;
    }

    List<Turn> read(JsonNode input) {
        if (input.isString()) {
            List<Block> said = List.of(new Block.Text(input.stringValue()));
            turns.add(new Turn(Role.USER, said, "input"));
        }
        List<JsonNode> items = input.isString() ? List.of() : Fields.parts(input, "input");
        for (int i = 0; i < items.size(); i++) {
            item(items.get(i), "input[" + i + "]");
        }
        endAssistant();
        return turns;
    }

    private void item(JsonNode item, String path) {
        String type = Trees.stringOrEmpty(item, "type");
        switch (type.isEmpty() ? "message" : type) {
            case "message" -> message(item, path);
            case "function_call", "custom_tool_call" -> {
                boolean free = type.equals("custom_tool_call");
                String arguments = Trees.stringOrEmpty(item, free ? "input" : "arguments");
                String name = required(item, "name", path);
                assistant(
                        new Block.ToolCall(
                                required(item, "call_id", path),
                                OfferedTools.plainName(Trees.string(item, "namespace"), name),
                                free ? FreeText.arguments(arguments) : arguments),
                        path);
            }
            case "function_call_output", "custom_tool_call_output" -> {
                List<Block> given = content(item.path("output"), path + ".output");
                String id = required(item, "call_id", path);
                turn(Role.USER, List.of(new Block.ToolResult(id, given, false)), path);
            }
            case "tool_search_call", "tool_search_output" -> search(item, path);
            // Its tools are offered with the others.
            case "additional_tools" -> {}
            case "reasoning" -> reasoning(item, path);
            case "compaction" ->
                    throw ResponsesRequestReader.impossible(
                            path, "What another provider made of a conversation");
            default -> losses.drop(path);
        }
    }

    /// A search of the client's is a call of a tool; what a provider searched says nothing here.
    private void search(JsonNode item, String path) {
        if (!OfferedTools.isClients(item)) {
            losses.drop(path);
            return;
        }
        String id = required(item, "call_id", path);
        if (Trees.stringOrEmpty(item, "type").equals("tool_search_call")) {
            JsonNode arguments = item.path("arguments");
            String told = arguments.isObject() ? Trees.text(arguments) : arguments.asString("{}");
            assistant(new Block.ToolCall(id, OfferedTools.SEARCH, told), path);
        } else {
            List<Block> found = List.of(new Block.Text(OfferedTools.found(item)));
            turn(Role.USER, List.of(new Block.ToolResult(id, found, false)), path);
        }
    }

    private static String required(JsonNode item, String name, String path) {
        String value = Trees.string(item, name);
        if (value == null) {
            throw Fields.missing(path + "." + name);
        }
        return value;
    }

    private void message(JsonNode item, String path) {
        List<Block> content = content(item.path("content"), path + ".content");
        switch (Trees.stringOrEmpty(item, "role")) {
            case "system", "developer" -> turn(Role.SYSTEM, content, path);
            case "user" -> turn(Role.USER, content, path);
            case "assistant" -> content.forEach(block -> assistant(block, path));
            default -> throw Fields.wrong(path + ".role", "system, developer, user or assistant");
        }
    }

    private void turn(Role role, List<Block> blocks, String path) {
        endAssistant();
        turns.add(new Turn(role, blocks, path));
    }

    private void assistant(Block block, String path) {
        if (assistant.isEmpty()) {
            assistantPath = path;
        }
        assistant.add(block);
    }

    private void endAssistant() {
        if (!assistant.isEmpty()) {
            turns.add(new Turn(Role.ASSISTANT, assistant, assistantPath));
            assistant.clear();
        }
    }

    /// Reasoning goes back with the seal it came with; that of a provider of this dialect is its
    /// secret.
    private void reasoning(JsonNode item, String path) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : item.path("summary")) {
            text.append(text.isEmpty() ? "" : "\n\n").append(Trees.stringOrEmpty(part, "text"));
        }
        String sealed = Trees.stringOrEmpty(item, "encrypted_content");
        Block thinking = Seal.open(sealed, text.toString());
        if (thinking == null) {
            losses.drop(path + ".encrypted_content");
        } else {
            assistant(thinking, path);
        }
    }

    private List<Block> content(JsonNode content, String path) {
        if (content.isString()) {
            return List.of(new Block.Text(content.stringValue()));
        }
        List<JsonNode> parts = Fields.parts(content, path);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + "[" + i + "]";
            Block block = part(parts.get(i), at);
            if (block == null) {
                losses.drop(at);
            } else {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private @Nullable Block part(JsonNode part, String at) {
        if (!part.path("annotations").isEmpty()) {
            losses.drop(at + ".annotations");
        }
        return switch (Trees.stringOrEmpty(part, "type")) {
            case "input_text", "output_text", "text" ->
                    new Block.Text(Trees.stringOrEmpty(part, "text"));
            case "refusal" -> new Block.Refusal(Trees.stringOrEmpty(part, "refusal"));
            case "input_image" -> image(part, at);
            case "input_file" -> file(part, at);
            case "input_audio" -> {
                JsonNode audio = part.path("input_audio");
                yield new Block.Audio(
                        Trees.stringOrEmpty(audio, "data"), Trees.stringOrEmpty(audio, "format"));
            }
            default -> null;
        };
    }

    private static Block image(JsonNode part, String at) {
        String url = Trees.string(part, "image_url");
        if (url == null) {
            throw ResponsesRequestReader.impossible(at, "An image that is kept elsewhere");
        }
        Media media = Media.ofUrl(url);
        if (media == null || url.isEmpty()) {
            throw Fields.wrong(at + ".image_url", "a web address or a base64 data URI");
        }
        return new Block.Image(media, Trees.string(part, "detail"));
    }

    private static Block file(JsonNode part, String at) {
        String data = Trees.string(part, "file_data");
        String url = data == null ? Trees.string(part, "file_url") : data;
        if (url == null) {
            throw ResponsesRequestReader.impossible(at, "A file that is kept elsewhere");
        }
        Media media = Media.ofUrl(url);
        if (media == null) {
            throw Fields.wrong(at + ".file_data", "a base64 data URI");
        }
        // bytes without the head of a data URI are a PDF, the one kind that may do so
        media =
                data != null && media instanceof Media.Remote(String base64)
                        ? new Media.Inline("application/pdf", base64)
                        : media;
        return new Block.Document(media, Trees.string(part, "filename"));
    }
}
