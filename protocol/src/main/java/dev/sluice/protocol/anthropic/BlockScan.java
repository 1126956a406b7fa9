package dev.sluice.protocol.anthropic;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Seals;
import dev.sluice.protocol.json.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Looks through content blocks for what is not text: media, and what Sluice cannot see.
final class BlockScan {

    private long mediaBytes;
    private int images;
    private int documents;
    private boolean unseen;
    private boolean hourCache;

    /// Blocks of thinking that another provider did; see [Seals].
    private final List<Span> foreign = new ArrayList<>();

    /// Bytes of inline media, never more than the media's own strings.
    long mediaBytes() {
        return mediaBytes;
    }

    int images() {
        return images;
    }

    int documents() {
        return documents;
    }

    boolean unseen() {
        return unseen;
    }

    void sawUnseen() {
        unseen = true;
    }

    /// Whether anything is to be cached for an hour.
    boolean hourCache() {
        return hourCache;
    }

    /// What to cut out of the request, so that no provider refuses what it has not signed.
    List<Span> foreignThinking() {
        return List.copyOf(foreign);
    }

    void messages(JsonParser p) {
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong("messages", "an array of at least one message");
        }
        int count = 0;
        while (p.nextToken() != END_ARRAY) {
            String at = "messages[" + count + "]";
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at, "an object");
            }
            message(p, at);
            count++;
        }
        if (count == 0) {
            throw Fields.wrong("messages", "an array of at least one message");
        }
    }

    private void message(JsonParser p, String at) {
        boolean content = false;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "role" -> {
                    if (p.currentToken() != VALUE_STRING) {
                        throw Fields.wrong(at + ".role", "a string");
                    }
                }
                case "content" -> {
                    content = true;
                    content(p, at + ".content");
                }
                default -> p.skipChildren();
            }
        }
        if (!content) {
            throw Fields.missing(at + ".content");
        }
    }

    /// A string, or blocks.
    void content(JsonParser p, String at) {
        if (p.currentToken() == VALUE_STRING || p.currentToken() == VALUE_NULL) {
            return;
        }
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong(at, "a string or an array of blocks");
        }
        List<Span> blocks = new ArrayList<>();
        List<Integer> cut = new ArrayList<>();
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at + "[" + i + "]", "an object");
            }
            int from = (int) p.currentTokenLocation().getByteOffset();
            if (isForeign(p, at + "[" + i + "]")) {
                cut.add(i);
            }
            blocks.add(new Span(from, (int) p.currentLocation().getByteOffset()));
        }
        cutOut(blocks, cut);
    }

    /// Each block with the comma that parts it from its neighbour; never all of them.
    private void cutOut(List<Span> blocks, List<Integer> cut) {
        int lastKept = blocks.size() - 1;
        while (lastKept >= 0 && cut.contains(lastKept)) {
            lastKept--;
        }
        if (cut.isEmpty() || lastKept < 0) {
            return;
        }
        for (int i : cut) {
            if (i < lastKept) {
                foreign.add(new Span(blocks.get(i).from(), blocks.get(i + 1).from()));
            }
        }
        if (lastKept < blocks.size() - 1) {
            foreign.add(new Span(blocks.get(lastKept).to(), blocks.getLast().to()));
        }
    }

    /// Reads a block; true for thinking that another provider did.
    private boolean isForeign(JsonParser p, String at) {
        String type = null;
        boolean foreignSignature = false;
        boolean foreignData = false;
        Source source = Source.NONE;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "type" -> {
                    if (token != VALUE_STRING) {
                        throw Fields.wrong(at + ".type", "a string");
                    }
                    type = p.getString();
                }
                case "source" -> {
                    if (token == START_OBJECT) {
                        source = source(p, at + ".source");
                    } else {
                        p.skipChildren();
                    }
                }
                case "content" -> {
                    if (token == START_ARRAY) {
                        content(p, at + ".content");
                    } else {
                        p.skipChildren();
                    }
                }
                case "cache_control" -> cacheControl(p);
                case "signature" ->
                        foreignSignature = token == VALUE_STRING && Seals.isMarked(p.getString());
                case "data" -> foreignData = token == VALUE_STRING && Seals.isMarked(p.getString());
                default -> p.skipChildren();
            }
        }
        if (type == null) {
            throw Fields.missing(at + ".type");
        }
        count(type, source);
        return (foreignSignature && type.equals("thinking"))
                || (foreignData && type.equals("redacted_thinking"));
    }

    private void count(String type, Source source) {
        switch (type) {
            case "image" -> {
                images++;
                mediaBytes += source.inlineBytes;
                unseen |= source.stored;
            }
            case "document" -> {
                // A document of text is text, wherever it stands.
                if (!source.text) {
                    documents++;
                    mediaBytes += source.inlineBytes;
                }
                unseen |= source.stored;
            }
            case "text",
                    "thinking",
                    "redacted_thinking",
                    "tool_use",
                    "tool_result",
                    "search_result",
                    "server_tool_use",
                    "web_search_tool_result",
                    "web_search_result" -> {}
            default -> unseen = true;
        }
    }

    private record Source(long inlineBytes, boolean text, boolean stored) {
        static final Source NONE = new Source(0, false, false);
    }

    private Source source(JsonParser p, String at) {
        String type = "";
        long bytes = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "type" -> type = token == VALUE_STRING ? p.getString() : "";
                case "data" -> {
                    if (token != VALUE_STRING) {
                        throw Fields.wrong(at + ".data", "a string");
                    }
                    Span span = Fields.span(p);
                    bytes = span.length() - 2L;
                }
                case "content" -> content(p, at + ".content");
                default -> p.skipChildren();
            }
        }
        boolean text = type.equals("text") || type.equals("content");
        return new Source(text ? 0 : bytes, text, type.equals("file"));
    }

    void cacheControl(JsonParser p) {
        if (p.currentToken() != START_OBJECT) {
            p.skipChildren();
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            String value = token == VALUE_STRING ? p.getString() : null;
            hourCache |= name.equals("ttl") && isHour(value);
            p.skipChildren();
        }
    }

    /// A time to live that is not known is taken for the dearest.
    private static boolean isHour(@Nullable String ttl) {
        return ttl != null && !ttl.equals("5m");
    }
}
