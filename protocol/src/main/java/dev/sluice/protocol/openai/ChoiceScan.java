package dev.sluice.protocol.openai;

import dev.sluice.protocol.UsageReport;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Walks the choices of an answer or of chunks and counts what they carry. One pass, no tree;
/// strings are looked at, not kept.
final class ChoiceScan {

    private static final int MAX_INDEX = 1024;

    private final BitSet begun = new BitSet();
    private final BitSet finished = new BitSet();

    long contentBytes;
    boolean content;
    boolean citations;

    /// Usage that a provider puts inside a choice, or null.
    @Nullable UsageReport choiceUsage;

    /// How many choices the last array had.
    int seen;

    boolean allFinished() {
        return !begun.isEmpty() && begun.cardinality() == finished.cardinality();
    }

    /// Reads the array the parser is at and leaves the parser at its end.
    ///
    /// @param finishes takes the finish reason of each choice that has one
    void choices(JsonParser p, Consumer<String> finishes) {
        seen = 0;
        while (p.nextToken() != JsonToken.END_ARRAY) {
            if (p.currentToken() == JsonToken.START_OBJECT) {
                choice(p, seen, finishes);
            } else {
                p.skipChildren();
            }
            seen++;
        }
    }

    private void choice(JsonParser p, int position, Consumer<String> finishes) {
        int index = position;
        String finish = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "index" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT
                            && p.getNumberType() == JsonParser.NumberType.INT
                            && p.getIntValue() >= 0) {
                        index = Math.min(p.getIntValue(), MAX_INDEX);
                    }
                }
                case "delta", "message" -> message(p);
                case "finish_reason" -> {
                    if (token == JsonToken.VALUE_STRING && p.getStringLength() > 0) {
                        finish = p.getString();
                    }
                }
                case "usage" -> choiceUsage = ChatUsage.read(p, true);
                default -> {}
            }
            p.skipChildren();
        }
        begun.set(index);
        if (finish != null) {
            finished.set(index);
            finishes.accept(finish);
        }
    }

    private void message(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        long reasoning = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "content", "refusal" -> contentBytes += text(p);
                // Some providers send the same text under both names.
                case "reasoning_content", "reasoning" -> reasoning = Math.max(reasoning, text(p));
                case "tool_calls", "function_call" -> {
                    content |= p.currentToken().isStructStart();
                    contentBytes += calls(p);
                }
                case "audio" -> {
                    content |= p.currentToken() == JsonToken.START_OBJECT;
                    contentBytes += calls(p);
                }
                case "annotations" -> annotations(p);
                default -> p.skipChildren();
            }
        }
        contentBytes += reasoning;
    }

    /// The bytes of a text, or of the texts in a list of parts.
    private long text(JsonParser p) {
        long bytes = 0;
        if (p.currentToken() == JsonToken.VALUE_STRING) {
            bytes = utf8Length(p);
        } else if (p.currentToken().isStructStart()) {
            bytes = nested(p, "text", "thinking", "content");
        }
        content |= bytes > 0;
        return bytes;
    }

    private long calls(JsonParser p) {
        if (!p.currentToken().isStructStart()) {
            return 0;
        }
        long bytes = nested(p, "arguments", "input", "name", "transcript");
        content |= bytes > 0;
        return bytes;
    }

    /// Adds up the strings under the given names anywhere below; ends at the closing token.
    private static long nested(JsonParser p, String... names) {
        long bytes = 0;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = p.nextToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING) {
                String name = p.currentName();
                for (String wanted : names) {
                    if (wanted.equals(name)) {
                        bytes += utf8Length(p);
                    }
                }
            }
        }
        return bytes;
    }

    private void annotations(JsonParser p) {
        if (!p.currentToken().isStructStart()) {
            return;
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = p.nextToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING
                    && "type".equals(p.currentName())
                    && "url_citation".equals(p.getString())) {
                citations = true;
            }
        }
    }

    /// The UTF-8 length of the string the parser is at, without making a String of it.
    static long utf8Length(JsonParser p) {
        char[] chars = p.getStringCharacters();
        int from = p.getStringOffset();
        int to = from + p.getStringLength();
        long bytes = 0;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            // Each half of a surrogate pair stands for two of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
