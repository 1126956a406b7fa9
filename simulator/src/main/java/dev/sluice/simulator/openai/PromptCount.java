package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Media;
import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Counts the tokens of a prompt.
///
/// Text: the tokens of every string of the messages, 3 for each message and 3 for the whole; tool
/// and response schemas as compact JSON. Never more than the UTF-8 bytes of all that text and
/// [#FRAMING]. On top: images, files, audio (see [Media]) and what a server-side tool reads.
final class PromptCount {

    /// What the text part of a prompt may cost beyond its bytes.
    static final long FRAMING = 64;

    /// Input tokens of pages a server-side search reads.
    static final long SEARCH = 1_536;

    private long textTokens = 3;
    private long textBytes;
    private long mediaTokens;
    private long audioTokens;
    private final List<Prefix> prefixes = new ArrayList<>();

    private PromptCount() {}

    /// @param searches server-side searches made for this call
    static PromptCount of(ChatRequest request, long searches) {
        PromptCount count = new PromptCount();
        JsonNode root = request.root();
        Seed seed = Seed.of("");
        for (String schema : List.of("tools", "functions", "response_format")) {
            if (root.path(schema).isContainer()) {
                String compact = root.get(schema).toString();
                count.text(compact);
                seed = seed.part(compact);
            }
        }
        for (JsonNode message : request.messages()) {
            count.textTokens += 3;
            count.content(message.path("content"));
            count.text(Json.text(message, "name"));
            if (message.path("tool_calls").isContainer()) {
                count.text(message.get("tool_calls").toString());
            }
            seed = seed.part(message.toString());
            count.prefixes.add(new Prefix(seed.hex(), count.text() + count.mediaTokens));
        }
        count.mediaTokens += searches * SEARCH;
        return count;
    }

    private void content(JsonNode content) {
        if (content.isString()) {
            text(content.stringValue());
        }
        if (!content.isArray()) {
            return;
        }
        for (JsonNode part : content) {
            switch (Json.text(part, "type")) {
                case "image_url" -> {
                    JsonNode image = part.path("image_url");
                    mediaTokens +=
                            Media.imageTokens(Json.text(image, "url"), Json.text(image, "detail"));
                }
                case "input_audio" ->
                        audioTokens +=
                                Media.audioTokens(Json.text(part.path("input_audio"), "data"));
                case "file" -> file(part.path("file"));
                default -> text(Json.text(part, "text") + Json.text(part, "refusal"));
            }
        }
    }

    private void file(JsonNode file) {
        String bytes = Json.text(file, "file_data");
        mediaTokens +=
                bytes.isEmpty() ? Media.UNSEEN_PAGES * Media.PDF_PAGE : Media.fileTokens(bytes);
    }

    private void text(String text) {
        textTokens += Tokens.count(text);
        textBytes += Tokens.utf8Length(text);
    }

    long text() {
        return Math.min(textTokens, textBytes + FRAMING);
    }

    long audio() {
        return audioTokens;
    }

    long total() {
        return text() + mediaTokens + audioTokens;
    }

    List<Prefix> prefixes() {
        return prefixes;
    }
}
