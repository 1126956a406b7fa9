package dev.sluice.protocol.tuning;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The lines a job learns from: conversations in text. Each token of text has at least one byte,
/// and what a template adds to a message has fewer tokens than the JSON around it has bytes, so
/// that no pass over the file trains more tokens than it has bytes. Of a picture or a sound that
/// would not be true.
final class TrainingLines {

    private static final Set<String> TEXTS = Set.of("text", "refusal");

    private TrainingLines() {}

    /// Refuses what nobody can bound.
    ///
    /// @throws FaultException `invalid_request` with the number of the line
    static void check(byte[] content, String param) {
        int line = 0;
        int seen = 0;
        for (int from = 0; from < content.length; ) {
            int end = from;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            line++;
            if (!isBlank(content, from, end)) {
                check(content, from, end, line, param);
                seen++;
            }
            from = end + 1;
        }
        if (seen == 0) {
            throw Fault.invalid("The file has no line to learn from.", param).asException();
        }
    }

    private static boolean isBlank(byte[] content, int from, int end) {
        for (int at = from; at < end; at++) {
            if (content[at] > ' ' || content[at] < 0) {
                return false;
            }
        }
        return true;
    }

    private static void check(byte[] content, int from, int end, int line, String param) {
        JsonNode read;
        try {
            read = Trees.read(content, from, end - from);
        } catch (JacksonException e) {
            throw wrong(line, "is not JSON", param);
        }
        if (!read.isObject()) {
            throw wrong(line, "is no JSON object", param);
        }
        JsonNode messages = read.path("messages");
        if (messages.isMissingNode()) {
            if (!Trees.stringOrEmpty(read, "prompt").isEmpty()
                    || Trees.string(read, "completion") != null) {
                return;
            }
            throw wrong(line, "has neither `messages` nor `prompt` and `completion`", param);
        }
        if (!messages.isArray() || messages.isEmpty()) {
            throw wrong(line, "has `messages` that are no list of messages", param);
        }
        for (JsonNode message : messages) {
            checkText(message.path("content"), line, param);
        }
    }

    private static void checkText(JsonNode content, int line, String param) {
        if (!content.isArray()) {
            return;
        }
        for (JsonNode part : content) {
            if (!TEXTS.contains(Trees.stringOrEmpty(part, "type"))) {
                throw wrong(
                        line,
                        "has a part that is no text, of which nobody can say beforehand how many"
                                + " tokens it trains",
                        param);
            }
        }
    }

    private static FaultException wrong(int line, String what, String param) {
        return Fault.invalid("Line " + line + " of the file " + what + ".", param).asException();
    }
}
