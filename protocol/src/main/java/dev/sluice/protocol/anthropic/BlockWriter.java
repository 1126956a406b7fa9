package dev.sluice.protocol.anthropic;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.CallIds;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Canonical blocks as content blocks of a request.
final class BlockWriter {

    /// No limit is told; nobody's own are this long.
    private static final int LONGEST_ID = 64;

    private final ToolNames names;
    private final Losses losses;

    BlockWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    void write(List<Block> blocks, String path, ArrayNode out) {
        for (Block block : blocks) {
            switch (block) {
                case Block.Text(String text) -> text(text, out);
                case Block.Refusal(String text) -> text(text, out);
                case Block.Image(Media media, String detail) -> {
                    if (detail != null && !detail.equals("auto")) {
                        losses.drop(path + ".content[].image_url.detail");
                    }
                    out.addObject().put("type", "image").set("source", source(media));
                }
                case Block.Document(Media media, String name) ->
                        out.add(document(media, name, path));
                case Block.Audio _ -> throw impossible(path, "Sound").asException();
                case Block.ToolCall call ->
                        out.addObject()
                                .put("type", "tool_use")
                                .put("id", callId(call.id()))
                                .put("name", names.sent(call.name()))
                                .set("input", Arguments.object(call.arguments()));
                case Block.ToolResult result -> result(result, path, out);
                case Block.Thinking(String text, String signature) -> {
                    if (isSealed(block)) {
                        out.addObject()
                                .put("type", "thinking")
                                .put("thinking", text)
                                .put("signature", signature);
                    } else {
                        // Without its provider's seal it would be refused.
                        losses.drop(path + ".reasoning_content");
                    }
                }
                case Block.SealedThinking(String data) -> {
                    if (isSealed(block)) {
                        out.addObject().put("type", "redacted_thinking").put("data", data);
                    } else {
                        losses.drop(path + ".thinking");
                    }
                }
            }
        }
    }

    static boolean isSealed(Block block) {
        return switch (block) {
            case Block.Thinking(String _, String signature) ->
                    signature != null && !signature.isEmpty() && !Seals.isMarked(signature);
            case Block.SealedThinking(String data) -> !Seals.isMarked(data);
            default -> false;
        };
    }

    /// Blocks without a word are refused.
    private static void text(String text, ArrayNode out) {
        if (!text.isBlank()) {
            out.addObject().put("type", "text").put("text", text);
        }
    }

    private void result(Block.ToolResult result, String path, ArrayNode out) {
        ArrayNode content = Trees.array();
        write(result.content(), path, content);
        ObjectNode written =
                out.addObject()
                        .put("type", "tool_result")
                        .put("tool_use_id", callId(result.callId()));
        if (!content.isEmpty()) {
            written.set("content", content);
        }
        if (result.failed()) {
            written.put("is_error", true);
        }
    }

    /// Ids as they are taken here, the same for a call and its result.
    private static String callId(String id) {
        String plain = CallIds.within(id, LONGEST_ID).replaceAll("[^A-Za-z0-9_-]", "_");
        return plain.isEmpty() ? "call" : plain;
    }

    private static ObjectNode source(Media media) {
        return switch (media) {
            case Media.Inline(String type, String base64) ->
                    Trees.object()
                            .put("type", "base64")
                            .put("media_type", type)
                            .put("data", base64);
            case Media.Remote(String url) -> Trees.object().put("type", "url").put("url", url);
        };
    }

    private static ObjectNode document(Media media, @Nullable String name, String path) {
        ObjectNode document = Trees.object().put("type", "document");
        ObjectNode source = source(media);
        if (media instanceof Media.Inline inline && !inline.type().equals("application/pdf")) {
            String text = inline.type().startsWith("text/") ? BlockReader.decoded(inline) : null;
            if (text == null) {
                throw impossible(path, "A file of the type " + inline.type()).asException();
            }
            source = Trees.object().put("type", "text");
            source.put("media_type", "text/plain").put("data", text);
        }
        document.set("source", source);
        if (name != null) {
            document.put("title", name);
        }
        return document;
    }

    private static Fault impossible(String path, String what) {
        return Fault.invalid(
                what + " cannot be sent to this model, whose provider speaks another dialect.",
                path);
    }

    /// A beginning of the answer that ends in white space is refused.
    static void withoutTrailingSpace(ArrayNode blocks) {
        if (!blocks.isEmpty() && blocks.get(blocks.size() - 1) instanceof ObjectNode last) {
            String text = Trees.string(last, "text");
            if (text != null) {
                last.put("text", text.stripTrailing());
            }
        }
    }
}
