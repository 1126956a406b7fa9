package dev.sluice.protocol.responses;

import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.CallIds;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns as items, without ids of their own: nothing is stored that one could refer to.
final class ItemWriter {

    private static final int LONGEST_ID = 64;

    private final ToolNames names;
    private final Losses losses;
    private final ArrayNode items = Trees.array();
    private boolean sealed;

    /// The parts of the message that is being written, or null.
    private @Nullable ArrayNode message;

    ItemWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    ArrayNode write(List<Turn> turns) {
        for (Turn turn : turns) {
            message = null;
            turn.blocks().forEach(block -> block(block, turn));
        }
        return items;
    }

    /// Whether there is reasoning that only its provider can read.
    boolean sealed() {
        return sealed;
    }

    private void block(Block block, Turn turn) {
        boolean own = turn.role() == Role.ASSISTANT;
        switch (block) {
            case Block.Text(String text) -> {
                if (!text.isEmpty()) {
                    part(turn).put("type", own ? "output_text" : "input_text").put("text", text);
                }
            }
            case Block.Refusal(String text) -> {
                if (own) {
                    part(turn).put("type", "refusal").put("refusal", text);
                } else {
                    part(turn).put("type", "input_text").put("text", text);
                }
            }
            case Block.Image _, Block.Document _, Block.Audio _ -> {
                if (own) {
                    losses.drop(turn.path() + ".content[]");
                } else {
                    media(block, turn.path(), part(turn));
                }
            }
            case Block.ToolCall call ->
                    item("function_call")
                            .put("call_id", CallIds.within(call.id(), LONGEST_ID))
                            .put("name", names.sent(call.name()))
                            .put("arguments", Arguments.text(call.arguments()));
            case Block.ToolResult result -> result(result, turn.path());
            case Block.Thinking(String text, String signature) ->
                    reasoning(text, signature, turn.path());
            case Block.SealedThinking(String data) -> reasoning("", data, turn.path());
        }
    }

    private ObjectNode item(String type) {
        message = null;
        return items.addObject().put("type", type);
    }

    private ObjectNode part(Turn turn) {
        ArrayNode open = message;
        if (open == null) {
            String role =
                    switch (turn.role()) {
                        case SYSTEM -> "system";
                        case USER -> "user";
                        case ASSISTANT -> "assistant";
                    };
            open = item("message").put("role", role).putArray("content");
            message = open;
        }
        return open.addObject();
    }

    private void media(Block block, String path, ObjectNode part) {
        switch (block) {
            case Block.Image(Media media, String detail) ->
                    part.put("type", "input_image")
                            .put("image_url", media.toUrl())
                            .put("detail", detail == null ? "auto" : detail);
            case Block.Document(Media media, String name) -> {
                part.put("type", "input_file");
                switch (media) {
                    case Media.Inline inline ->
                            part.put("filename", name == null ? "document.pdf" : name)
                                    .put("file_data", inline.toUrl());
                    case Media.Remote(String url) -> part.put("file_url", url);
                }
            }
            case Block.Audio _ -> throw ResponsesRequestReader.impossible(path, "Sound");
            default -> throw new IllegalStateException("no media: " + block);
        }
    }

    private void result(Block.ToolResult result, String path) {
        if (result.failed()) {
            losses.drop(path + ".content[].is_error");
        }
        ObjectNode item =
                item("function_call_output")
                        .put("call_id", CallIds.within(result.callId(), LONGEST_ID));
        item.set("output", output(result.content(), path));
    }

    private JsonNode output(List<Block> content, String path) {
        StringBuilder text = new StringBuilder();
        ArrayNode parts = Trees.array();
        boolean more = false;
        for (Block block : content) {
            switch (block) {
                case Block.Text(String piece) -> {
                    text.append(text.isEmpty() ? "" : "\n").append(piece);
                    parts.addObject().put("type", "input_text").put("text", piece);
                }
                case Block.Image _, Block.Document _, Block.Audio _ -> {
                    more = true;
                    media(block, path, parts.addObject());
                }
                default -> losses.drop(path + ".content[].content[]");
            }
        }
        return more ? parts : Trees.array().add(text.toString()).get(0);
    }

    private void reasoning(String text, @Nullable String seal, String path) {
        String own = Seals.own(OpenAiResponses.FAMILY, seal);
        if (own == null) {
            losses.drop(path + ".content[].thinking");
            return;
        }
        sealed = true;
        ObjectNode item = item("reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!text.isEmpty()) {
            summary.addObject().put("type", "summary_text").put("text", text);
        }
        item.put("encrypted_content", own);
    }
}
