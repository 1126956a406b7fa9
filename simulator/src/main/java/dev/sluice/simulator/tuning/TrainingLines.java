package dev.sluice.simulator.tuning;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.script.Directives;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is in a file that a model is trained with.
///
/// @param tokens of one pass: those of the texts, and a few around each message
/// @param directives those in its texts
record TrainingLines(long tokens, Directives directives) {

    private static final int AROUND = 3;

    static TrainingLines of(byte[] content) {
        long tokens = 0;
        StringBuilder texts = new StringBuilder();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode read;
            try {
                read = JsonMapper.shared().readTree(line);
            } catch (JacksonException e) {
                throw Json.bad("Invalid file format. A line is not valid JSON.");
            }
            for (JsonNode message : read.path("messages")) {
                String text = Json.text(message, "content");
                tokens += Tokens.count(text) + AROUND;
                texts.append(text).append('\n');
            }
            for (String name : new String[] {"prompt", "completion"}) {
                String text = Json.text(read, name);
                tokens += Tokens.count(text);
                texts.append(text).append('\n');
            }
        }
        return new TrainingLines(tokens, Directives.inText(texts.toString()));
    }
}
