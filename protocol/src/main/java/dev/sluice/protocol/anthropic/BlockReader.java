package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Content blocks as canonical ones.
final class BlockReader {

    private final Losses losses;

    BlockReader(Losses losses) {
        this.losses = losses;
    }

    /// A string, or blocks.
    List<Block> read(JsonNode content, String path) {
        if (content.isString()) {
            return List.of(new Block.Text(content.stringValue()));
        }
        List<JsonNode> parts = Fields.parts(content, path);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + "[" + i + "]";
            Block block = block(parts.get(i), at);
            if (block == null) {
                losses.drop(at);
            } else {
                blocks.add(block);
                if (parts.get(i).path("cache_control").isObject()) {
                    losses.drop(at + ".cache_control");
                }
            }
        }
        return blocks;
    }

    private @Nullable Block block(JsonNode block, String at) {
        return switch (Trees.stringOrEmpty(block, "type")) {
            case "text" -> {
                if (!block.path("citations").isEmpty()) {
                    losses.drop(at + ".citations");
                }
                yield new Block.Text(Trees.stringOrEmpty(block, "text"));
            }
            case "image" -> new Block.Image(media(block.path("source"), at + ".source"), null);
            case "document" -> document(block, at);
            case "search_result" -> searchResult(block, at);
            case "tool_use" ->
                    new Block.ToolCall(
                            Trees.stringOrEmpty(block, "id"),
                            Trees.stringOrEmpty(block, "name"),
                            Trees.text(block.path("input")));
            case "tool_result" ->
                    new Block.ToolResult(
                            Trees.stringOrEmpty(block, "tool_use_id"),
                            read(block.path("content"), at + ".content"),
                            block.path("is_error").asBoolean(false));
            case "thinking" ->
                    new Block.Thinking(
                            Trees.stringOrEmpty(block, "thinking"),
                            Trees.string(block, "signature"));
            case "redacted_thinking" ->
                    new Block.SealedThinking(Trees.stringOrEmpty(block, "data"));
            default -> null;
        };
    }

    private @Nullable Block document(JsonNode block, String at) {
        JsonNode source = block.path("source");
        if (block.path("citations").path("enabled").asBoolean(false)) {
            losses.drop(at + ".citations");
        }
        return switch (Trees.stringOrEmpty(source, "type")) {
            case "text" -> new Block.Text(Trees.stringOrEmpty(source, "data"));
            case "content" -> new Block.Text(texts(source.path("content"), at + ".source.content"));
            case "base64", "url", "file" ->
                    new Block.Document(media(source, at + ".source"), Trees.string(block, "title"));
            default -> null;
        };
    }

    /// What the client found itself: its title and place, and the text of it.
    private Block searchResult(JsonNode block, String at) {
        if (block.path("citations").path("enabled").asBoolean(false)) {
            losses.drop(at + ".citations");
        }
        return new Block.Text(
                Stream.of(
                                Trees.stringOrEmpty(block, "title"),
                                Trees.stringOrEmpty(block, "source"),
                                texts(block.path("content"), at + ".content"))
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining("\n")));
    }

    /// A string, or the text of blocks; others are left out.
    private String texts(JsonNode content, String at) {
        StringJoiner all = new StringJoiner("\n");
        List<Block> blocks = read(content, at);
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i) instanceof Block.Text text) {
                all.add(text.text());
            } else {
                losses.drop(at + "[" + i + "]");
            }
        }
        return all.toString();
    }

    private static Media media(JsonNode source, String at) {
        return switch (Trees.stringOrEmpty(source, "type")) {
            case "base64" ->
                    new Media.Inline(
                            Trees.stringOrEmpty(source, "media_type"),
                            Trees.stringOrEmpty(source, "data"));
            case "url" -> new Media.Remote(Trees.stringOrEmpty(source, "url"));
            default ->
                    throw Fields.wrong(
                            at,
                            "of type `base64` or `url` for this model, whose provider does not"
                                    + " have the file");
        };
    }

    /// The text of an inline file; null when its bytes are none.
    static @Nullable String decoded(Media.Inline inline) {
        try {
            return new String(Base64.getDecoder().decode(inline.base64()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
