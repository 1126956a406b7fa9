package dev.sluice.protocol.gemini;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Media;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Contents as turns. Clients that keep a stream send a content for each of its chunks: what one
/// role says in a row is one turn, and its pieces of thinking are one again.
final class ContentReader {

    private record OpenCall(String id, String name) {}

    private final Losses losses;
    private final List<OpenCall> open = new ArrayList<>();
    private final Map<String, JsonNode> answers = new HashMap<>();
    private final List<Turn> turns = new ArrayList<>();
    private List<Block> blocks = new ArrayList<>();
    private @Nullable StringBuilder thinking;
    private int calls;

    ContentReader(Losses losses) {
        this.losses = losses;
    }

    List<Turn> read(JsonNode value) {
        List<JsonNode> contents = Repeated.messages(value, "contents");
        Role last = null;
        String path = "";
        for (int i = 0; i < contents.size(); i++) {
            String at = "contents[" + i + "]";
            Role role = role(contents.get(i), at);
            if (last != null && role != last) {
                end(last, path);
            }
            path = role == last ? path : at;
            last = role;
            parts(contents.get(i).path("parts"), at + ".parts");
        }
        if (last != null) {
            end(last, path);
        }
        return turns;
    }

    private static Role role(JsonNode content, String at) {
        return switch (Trees.stringOrEmpty(content, "role")) {
            case "", "user", "function" -> Role.USER;
            case "model" -> Role.ASSISTANT;
            default -> throw Fields.wrong(at + ".role", "`user` or `model`");
        };
    }

    private void end(Role role, String path) {
        endThinking();
        if (!blocks.isEmpty()) {
            turns.add(new Turn(role, blocks, path));
        }
        blocks = new ArrayList<>();
    }

    private void endThinking() {
        if (thinking != null) {
            blocks.add(new Block.Thinking(thinking.toString(), null));
            thinking = null;
        }
    }

    private void parts(JsonNode value, String path) {
        List<JsonNode> parts = Repeated.messages(value, path);
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            String at = path + "[" + i + "]";
            if (part.path("thought").asBoolean(false)) {
                thought(part, at);
                continue;
            }
            endThinking();
            if (Spelling.member(part, "thoughtSignature") != null) {
                losses.drop(at + ".thoughtSignature");
            }
            for (Map.Entry<String, JsonNode> member : part.properties()) {
                member(Spelling.camel(member.getKey()), member.getValue(), at);
            }
        }
    }

    private void thought(JsonNode part, String at) {
        thinking = thinking == null ? new StringBuilder() : thinking;
        thinking.append(Trees.stringOrEmpty(part, "text"));
        String signature = Spelling.string(part, "thoughtSignature");
        if (signature == null) {
            return;
        }
        Block sealed = Seal.thinking(thinking.toString(), signature);
        if (sealed == null) {
            losses.drop(at + ".thoughtSignature");
            endThinking();
        } else {
            blocks.add(sealed);
            thinking = null;
        }
    }

    private void member(String name, JsonNode value, String at) {
        switch (name) {
            case "text" -> blocks.add(new Block.Text(value.asString("")));
            case "inlineData" -> blocks.add(inline(value, at + ".inlineData"));
            case "fileData" -> blocks.add(file(value, at + ".fileData"));
            case "functionCall" -> call(value, at + ".functionCall");
            case "functionResponse" -> response(value, at + ".functionResponse");
            case "thought", "thoughtSignature" -> {}
            default -> losses.drop(at + "." + name);
        }
    }

    private static Block inline(JsonNode data, String at) {
        String type = Spelling.stringOrEmpty(data, "mimeType");
        String base64 = Spelling.stringOrEmpty(data, "data").replace('-', '+').replace('_', '/');
        if (type.startsWith("image/")) {
            return new Block.Image(new Media.Inline(type, base64), null);
        }
        return switch (type) {
            case "application/pdf" ->
                    new Block.Document(
                            new Media.Inline(type, base64), Spelling.string(data, "displayName"));
            case "audio/wav", "audio/x-wav" -> new Block.Audio(base64, "wav");
            case "audio/mp3", "audio/mpeg" -> new Block.Audio(base64, "mp3");
            default -> {
                String text = type.startsWith("text/") ? text(base64) : null;
                if (text == null) {
                    throw Fields.wrong(
                            at, "an image, a PDF, text, or sound in WAV or MP3 for this model");
                }
                yield new Block.Text(text);
            }
        };
    }

    private static @Nullable String text(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Block file(JsonNode file, String at) {
        String uri = Spelling.stringOrEmpty(file, "fileUri");
        String type = Spelling.stringOrEmpty(file, "mimeType");
        boolean kept = uri.contains("/v1beta/files/") || !uri.startsWith("https://");
        if (kept || !(type.startsWith("image/") || type.equals("application/pdf"))) {
            throw Fields.wrong(
                    at,
                    "an image or a PDF at a public web address for this model, whose provider does"
                            + " not have the file");
        }
        Media media = new Media.Remote(uri);
        return type.startsWith("image/")
                ? new Block.Image(media, null)
                : new Block.Document(media, Spelling.string(file, "displayName"));
    }

    /// Ids are optional here, and required elsewhere.
    private void call(JsonNode call, String at) {
        String name = Trees.string(call, "name");
        if (name == null) {
            throw Fields.missing(at + ".name");
        }
        String given = Trees.stringOrEmpty(call, "id");
        String id = given.isEmpty() ? "call_" + calls : given;
        calls++;
        open.add(new OpenCall(id, name));
        JsonNode args = Spelling.member(call, "args");
        blocks.add(new Block.ToolCall(id, name, args == null ? "" : Trees.text(args)));
    }

    /// A response belongs to the call of its id, or else to the first of its name without one.
    private void response(JsonNode response, String at) {
        String id = Trees.stringOrEmpty(response, "id");
        String name = Trees.stringOrEmpty(response, "name");
        JsonNode before = answers.get(id);
        if (before != null && open.stream().noneMatch(call -> call.id.equals(id))) {
            again(before, response, at);
            return;
        }
        OpenCall answered =
                open.stream()
                        .filter(call -> call.id.equals(id))
                        .findFirst()
                        .or(() -> open.stream().filter(call -> call.name.equals(name)).findFirst())
                        .orElseThrow(
                                () -> Fields.wrong(at, "the answer to a functionCall before it"));
        open.remove(answered);
        answers.put(answered.id, response);
        JsonNode said = response.path("response");
        boolean failed = said.size() == 1 && said.path("error").isString();
        List<Block> content = new ArrayList<>();
        content.add(new Block.Text(text(said)));
        for (JsonNode part : Repeated.messages(response.path("parts"), at + ".parts")) {
            JsonNode data = Spelling.member(part, "inlineData");
            if (data == null) {
                losses.drop(at + ".parts");
            } else {
                content.add(inline(data, at + ".parts"));
            }
        }
        blocks.add(new Block.ToolResult(answered.id, content, failed));
    }

    /// Gemini's own agent tells the responses of a session twice that it goes on with. Other
    /// providers take one for each call.
    private void again(JsonNode before, JsonNode response, String at) {
        if (!before.equals(response)) {
            losses.drop(at);
        }
    }

    /// Text that was wrapped only because a response must be an object is text again.
    private static String text(JsonNode said) {
        for (String name : List.of("result", "output", "error")) {
            if (said.size() == 1 && said.path(name).isString()) {
                return said.path(name).stringValue();
            }
        }
        return said.isMissingNode() ? "{}" : Trees.text(said);
    }
}
