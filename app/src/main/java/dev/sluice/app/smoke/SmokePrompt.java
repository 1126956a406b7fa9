package dev.sluice.app.smoke;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A prompt of one's own.
///
/// @param contains what the answer has to contain, or null
public record SmokePrompt(String name, String prompt, long maxTokens, @Nullable String contains) {

    /// How many prompts one run takes.
    public static final int MOST = 200;

    private static final long MAX_TOKENS = 256;

    /// Reads a file: each line is a JSON object (`prompt`, and `name`, `max_tokens`, `contains` if
    /// wanted), or a prompt as it is.
    ///
    /// @throws IllegalArgumentException naming the line
    public static List<SmokePrompt> read(String text) {
        List<SmokePrompt> prompts = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (prompts.size() == MOST) {
                throw new IllegalArgumentException("more than " + MOST + " prompts");
            }
            prompts.add(
                    line.strip().startsWith("{")
                            ? ofJson(line, number)
                            : new SmokePrompt("prompt " + number, line.strip(), MAX_TOKENS, null));
        }
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("no prompt in it");
        }
        return prompts;
    }

    private static SmokePrompt ofJson(String line, int number) {
        JsonNode node = SmokeJson.readOrNull(line);
        if (node == null || !node.path("prompt").isString()) {
            throw new IllegalArgumentException(
                    "line " + number + ": needs {\"prompt\": \"…\"} on one line");
        }
        JsonNode contains = node.path("contains");
        return new SmokePrompt(
                node.path("name").asString("prompt " + number),
                node.path("prompt").stringValue(),
                node.path("max_tokens").asLong(MAX_TOKENS),
                contains.isString() ? contains.stringValue() : null);
    }
}
