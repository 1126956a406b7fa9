package dev.sluice.protocol.openai;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.node.ObjectNode;

/// `usage.cost`: what a call costs its customer, beside what it used. Everything else of an answer
/// stays byte for byte as it was; what the provider itself may have said it costs is replaced.
public final class UsageCost {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String USAGE = "usage";
    private static final String COST = "cost";

    /// What every chunk of a stream has in common.
    private static final List<String> HEAD = List.of("id", "object", "created", "model");

    private UsageCost() {}

    /// An answer, or the chunk of a stream that has the usage, with its cost.
    ///
    /// @param json one JSON object
    /// @param cost US dollars in plain digits
    /// @param used stands for the usage of a provider that reports none
    public static byte[] in(byte[] json, String cost, Usage used) {
        Places places = Places.of(json);
        PointEdits edits = new PointEdits(json);
        if (places.cost != null) {
            edits.replace(places.cost, cost);
        } else if (places.insideUsage >= 0) {
            edits.insertFirst(places.insideUsage, places.usageEmpty, COST, cost);
        } else if (places.usage != null) {
            edits.replace(places.usage, counted(used, cost));
        } else {
            edits.insertFirst(places.afterBrace, places.empty, USAGE, counted(used, cost));
        }
        return edits.apply();
    }

    private static String counted(Usage used, String cost) {
        ObjectNode usage = ChatReplies.usage(used);
        byte[] bytes = Trees.bytes(usage);
        int afterBrace = 1;
        return new String(
                new PointEdits(bytes).insertFirst(afterBrace, usage.isEmpty(), COST, cost).apply(),
                StandardCharsets.UTF_8);
    }

    /// Whether a chunk carries usage and nothing else that a reader of the stream could see.
    static boolean isUsageAlone(byte[] data, int offset, int length) {
        boolean usage = false;
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), data, offset, length)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                JsonToken token = p.nextToken();
                if (name.equals("choices")) {
                    if (token != JsonToken.START_ARRAY || p.nextToken() != JsonToken.END_ARRAY) {
                        return false;
                    }
                } else {
                    usage |= name.equals(USAGE) && token == JsonToken.START_OBJECT;
                    p.skipChildren();
                }
            }
        } catch (JacksonException _) {
            return false;
        }
        return usage;
    }

    /// A chunk that has only the usage, made after the first one of the stream.
    ///
    /// @param first a chunk of the same stream, or null where it has none
    static byte[] chunk(byte @Nullable [] first, String cost, Usage used) {
        ObjectNode chunk = Trees.object();
        ObjectNode like = first == null ? null : Trees.objectOrNull(text(first));
        if (like != null) {
            for (String name : HEAD) {
                if (like.has(name)) {
                    chunk.set(name, like.get(name));
                }
            }
        }
        chunk.putArray("choices");
        return in(Trees.bytes(chunk), cost, used);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    /// Where the members are that are written.
    ///
    /// @param insideUsage just behind the `{` of `usage`, or -1 where that is no object
    private record Places(
            int afterBrace,
            boolean empty,
            @Nullable Span usage,
            int insideUsage,
            boolean usageEmpty,
            @Nullable Span cost) {

        static Places of(byte[] json) {
            try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), json)) {
                p.nextToken();
                int afterBrace = (int) p.currentTokenLocation().getByteOffset() + 1;
                boolean empty = true;
                for (String name = p.nextName(); name != null; name = p.nextName()) {
                    empty = false;
                    JsonToken token = p.nextToken();
                    if (name.equals(USAGE)) {
                        return token == JsonToken.START_OBJECT
                                ? inside(p, afterBrace)
                                : new Places(afterBrace, false, Fields.span(p), -1, false, null);
                    }
                    p.skipChildren();
                }
                return new Places(afterBrace, empty, null, -1, false, null);
            }
        }

        private static Places inside(JsonParser p, int afterBrace) {
            int inside = (int) p.currentTokenLocation().getByteOffset() + 1;
            boolean empty = true;
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                empty = false;
                p.nextToken();
                if (name.equals(COST)) {
                    return new Places(afterBrace, false, null, inside, false, Fields.span(p));
                }
                p.skipChildren();
            }
            return new Places(afterBrace, false, null, inside, empty, null);
        }
    }
}
