package dev.sluice.protocol.gemini;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.canonical.Arguments;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns as contents. Roles take turns; responses come first in theirs, as many as were called.
final class ContentWriter {

    /// What Gemini takes for the signature of a call that it did not make.
    private static final String NOT_ITS_OWN = "skip_thought_signature_validator";

    private static final Map<String, String> TYPE_OF_ENDING =
            Map.of("png", "image/png", "webp", "image/webp", "gif", "image/gif");

    private final ToolNames names;
    private final Losses losses;
    private final Map<String, String> nameOfCall = new HashMap<>();

    ContentWriter(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    ArrayNode write(List<Turn> turns) {
        ArrayNode contents = Trees.array();
        int at = 0;
        while (at < turns.size()) {
            boolean model = turns.get(at).role() == Role.ASSISTANT;
            ArrayNode responses = Trees.array();
            ArrayNode others = Trees.array();
            for (; at < turns.size() && (turns.get(at).role() == Role.ASSISTANT) == model; at++) {
                Turn turn = turns.get(at);
                if (turn.role() == Role.SYSTEM) {
                    losses.drop(turn.path() + ".role");
                }
                turn.blocks().forEach(block -> block(block, turn.path(), responses, others));
            }
            if (model) {
                sign(others);
            }
            responses.addAll(others);
            if (!responses.isEmpty()) {
                contents.addObject().put("role", model ? "model" : "user").set("parts", responses);
            }
        }
        return contents;
    }

    private void block(Block block, String path, ArrayNode responses, ArrayNode parts) {
        switch (block) {
            case Block.Text(String text) -> text(text, parts);
            case Block.Refusal(String text) -> text(text, parts);
            case Block.Image(Media media, String detail) -> {
                if (detail != null && !detail.equals("auto")) {
                    losses.drop(path + ".content[].image_url.detail");
                }
                media(media, "image/jpeg", parts);
            }
            case Block.Document(Media media, String name) -> {
                if (media instanceof Media.Inline inline && !isReadable(inline.type())) {
                    throw Fault.invalid(
                                    "A file of the type "
                                            + inline.type()
                                            + " cannot be sent to this model, whose provider speaks"
                                            + " another dialect.",
                                    path)
                            .asException();
                }
                media(media, "application/pdf", parts);
            }
            case Block.Audio(String base64, String format) ->
                    inline("audio/" + (format.isEmpty() ? "wav" : format), base64, parts);
            case Block.ToolCall call -> call(call, parts);
            case Block.ToolResult result -> response(result, path, responses, parts);
            case Block.Thinking(String text, String signature) -> {
                String own = Seals.own(GeminiContent.FAMILY, signature);
                if (own == null) {
                    losses.drop(path + ".content[].thinking");
                } else {
                    parts.addObject()
                            .put("thought", true)
                            .put("text", text)
                            .put("thoughtSignature", own);
                }
            }
            case Block.SealedThinking(String data) -> {
                String own = Seals.own(GeminiContent.FAMILY, data);
                if (own == null) {
                    losses.drop(path + ".content[].thinking");
                } else {
                    parts.addObject().put("text", "").put("thoughtSignature", own);
                }
            }
        }
    }

    /// Parts without a word are refused.
    private static void text(String text, ArrayNode parts) {
        if (!text.isEmpty()) {
            parts.addObject().put("text", text);
        }
    }

    private static boolean isReadable(String type) {
        return type.equals("application/pdf") || type.startsWith("text/");
    }

    private static void media(Media media, String usual, ArrayNode parts) {
        switch (media) {
            case Media.Inline(String type, String base64) -> inline(type, base64, parts);
            case Media.Remote(String url) ->
                    parts.addObject()
                            .putObject("fileData")
                            .put("mimeType", type(url, usual))
                            .put("fileUri", url);
        }
    }

    private static void inline(String type, String base64, ArrayNode parts) {
        parts.addObject().putObject("inlineData").put("mimeType", type).put("data", base64);
    }

    /// By the name of a file at an address; the usual type when that says nothing.
    private static String type(String url, String usual) {
        String path = url.replaceAll("[?#].*", "").toLowerCase(Locale.ROOT);
        String ending = path.substring(path.lastIndexOf('.') + 1);
        return usual.startsWith("image/") ? TYPE_OF_ENDING.getOrDefault(ending, usual) : usual;
    }

    private void call(Block.ToolCall call, ArrayNode parts) {
        CallSeal seal = CallSeal.open(call.id());
        String name = names.sent(call.name());
        nameOfCall.put(call.id(), name);
        ObjectNode part = parts.addObject();
        ObjectNode written = part.putObject("functionCall");
        written.put("id", seal.id()).put("name", name);
        written.set("args", Arguments.object(call.arguments()));
        if (seal.signature() != null) {
            part.put("thoughtSignature", seal.signature());
        }
    }

    /// The first call of a turn must be signed. One that another provider made, or whose client
    /// lost its signature, is signed as such.
    private static void sign(ArrayNode parts) {
        parts.valueStream()
                .filter(part -> part.has("functionCall"))
                .findFirst()
                .filter(part -> !part.has("thoughtSignature"))
                .ifPresent(part -> ((ObjectNode) part).put("thoughtSignature", NOT_ITS_OWN));
    }

    /// What a result shows beside text follows the responses.
    private void response(
            Block.ToolResult result, String path, ArrayNode responses, ArrayNode parts) {
        StringBuilder text = new StringBuilder();
        for (Block block : result.content()) {
            if (block instanceof Block.Text(String piece)) {
                text.append(text.isEmpty() ? "" : "\n").append(piece);
            } else {
                block(block, path, responses, parts);
            }
        }
        String name = nameOfCall.get(result.callId());
        if (name == null) {
            throw Fault.invalid(
                            "There is no call `" + result.callId() + "` before its result.", path)
                    .asException();
        }
        ObjectNode response = responses.addObject().putObject("functionResponse");
        response.put("id", CallSeal.open(result.callId()).id()).put("name", name);
        response.set("response", said(text.toString(), result.failed()));
    }

    /// A response must be an object.
    private static ObjectNode said(String text, boolean failed) {
        ObjectNode object = failed ? null : Trees.objectOrNull(text);
        return object != null ? object : Trees.object().put(failed ? "error" : "result", text);
    }
}
