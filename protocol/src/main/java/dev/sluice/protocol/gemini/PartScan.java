package dev.sluice.protocol.gemini;

import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.Span;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;

/// Looks through parts for what is not text: media, and what Sluice cannot see.
final class PartScan {

    private long mediaBytes;
    private int images;
    private int otherMedia;
    private boolean unseen;

    /// Signatures of thinking that another provider did; see [Seal].
    private final List<Span> foreignSeals = new ArrayList<>();

    /// Bytes of inline media, never more than the media's own strings.
    long mediaBytes() {
        return mediaBytes;
    }

    int images() {
        return images;
    }

    int otherMedia() {
        return otherMedia;
    }

    boolean unseen() {
        return unseen;
    }

    void sawUnseen() {
        unseen = true;
    }

    /// What must not be sent to Gemini, which has not signed it.
    List<Span> foreignSeals() {
        return List.copyOf(foreignSeals);
    }

    void contents(JsonParser p) {
        if (Repeated.messages(p, "contents", this::content) == 0) {
            throw Fields.wrong("contents", "an array of at least one content");
        }
    }

    /// One content: who speaks, and the parts.
    void content(JsonParser p, String at) {
        if (!Fields.opens(p, START_OBJECT, at)) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("parts")) {
                Repeated.messages(p, at + ".parts", this::part);
            } else {
                p.skipChildren();
            }
        }
    }

    private void part(JsonParser p, String at) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (Spelling.camel(name)) {
                case "inlineData" -> inlineData(p, at + ".inlineData");
                case "text",
                        "thought",
                        "functionCall",
                        "functionResponse",
                        "executableCode",
                        "codeExecutionResult",
                        "mediaResolution",
                        "videoMetadata" ->
                        p.skipChildren();
                case "thoughtSignature" -> {
                    if (p.currentToken() == VALUE_STRING && Seal.isOwn(p.getString())) {
                        foreignSeals.add(Fields.span(p));
                    }
                    p.skipChildren();
                }
                // A file that the provider keeps, or what is not known yet.
                default -> {
                    unseen = true;
                    p.skipChildren();
                }
            }
        }
    }

    private void inlineData(JsonParser p, String at) {
        if (!Fields.opens(p, START_OBJECT, at)) {
            return;
        }
        String type = "";
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (Spelling.camel(name)) {
                case "mimeType" -> type = p.currentToken() == VALUE_STRING ? p.getString() : "";
                case "data" -> {
                    if (p.currentToken() != VALUE_STRING) {
                        throw Fields.wrong(at + ".data", "a string");
                    }
                    mediaBytes += Fields.span(p).length() - 2L;
                }
                default -> p.skipChildren();
            }
        }
        if (type.startsWith("image/")) {
            images++;
        } else {
            otherMedia++;
            // How long it plays, and with that what it counts, is not known from its bytes.
            unseen |= type.startsWith("video/");
        }
    }
}
