package dev.sluice.protocol.gemini;

import dev.sluice.protocol.Fields;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads answers, or the chunks of a stream, for what settling needs.
final class AnswerScan {

    final GeminiUsage usage = new GeminiUsage();
    private final Map<Integer, String> finishes = new LinkedHashMap<>();
    private final Set<String> queries = new HashSet<>();
    private @Nullable String blocked;
    private @Nullable String model;
    private @Nullable String id;
    private long contentBytes;
    private boolean answer;
    private boolean error;

    /// Reads the members of the object the parser is at.
    void members(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "candidates" -> {
                    answer = true;
                    while (token == JsonToken.START_ARRAY && p.nextToken() != JsonToken.END_ARRAY) {
                        candidate(p);
                    }
                }
                case "promptFeedback" -> promptFeedback(p);
                case "usageMetadata" -> {
                    answer = true;
                    usage.take(p);
                }
                case "modelVersion" -> model = text(p, model);
                case "responseId" -> id = text(p, id);
                case "error" -> error |= token != JsonToken.VALUE_NULL;
                default -> {}
            }
            p.skipChildren();
        }
    }

    private void candidate(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        int index = 0;
        String finish = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? p.getIntValue() : 0;
                case "finishReason" -> finish = text(p, null);
                case "content" -> content(p);
                case "groundingMetadata" -> grounding(p);
                default -> p.skipChildren();
            }
        }
        if (finish != null) {
            finishes.put(index, finish);
        }
    }

    private void content(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            if (name.equals("parts") && token == JsonToken.START_ARRAY) {
                while (p.nextToken() != JsonToken.END_ARRAY) {
                    part(p);
                }
            } else {
                p.skipChildren();
            }
        }
    }

    private void part(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "text" -> contentBytes += Math.max(0, Fields.span(p).length() - 2);
                case "functionCall", "executableCode", "codeExecutionResult" ->
                        contentBytes += Fields.span(p).length();
                default -> p.skipChildren();
            }
        }
    }

    private void promptFeedback(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("blockReason")) {
                blocked = text(p, blocked);
                answer |= blocked != null;
            } else {
                p.skipChildren();
            }
        }
    }

    /// A search is paid for by its query, each once.
    private void grounding(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            if (name.equals("webSearchQueries") && token == JsonToken.START_ARRAY) {
                while (p.nextToken() != JsonToken.END_ARRAY) {
                    if (p.currentToken() == JsonToken.VALUE_STRING) {
                        queries.add(p.getString());
                    }
                    p.skipChildren();
                }
            } else {
                p.skipChildren();
            }
        }
    }

    private static @Nullable String text(JsonParser p, @Nullable String otherwise) {
        return p.currentToken() == JsonToken.VALUE_STRING && p.getStringLength() > 0
                ? p.getString()
                : otherwise;
    }

    /// Why each candidate ended, or why the prompt has none.
    List<String> finishes() {
        return finishes.isEmpty() && blocked != null
                ? List.of(blocked)
                : List.copyOf(finishes.values());
    }

    /// Whether nothing more is to come.
    boolean isWhole(int candidates) {
        return blocked != null || finishes.size() >= candidates;
    }

    boolean isAnswer() {
        return answer;
    }

    boolean isError() {
        return error;
    }

    long contentBytes() {
        return contentBytes;
    }

    int searches() {
        return queries.size();
    }

    @Nullable String model() {
        return model;
    }

    @Nullable String id() {
        return id;
    }
}
