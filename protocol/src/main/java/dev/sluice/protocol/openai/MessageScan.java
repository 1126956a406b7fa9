package dev.sluice.protocol.openai;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_NULL;
import static tools.jackson.core.JsonToken.VALUE_STRING;

import dev.sluice.protocol.Fields;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Looks through `messages` for what is not text: media parts, and parts Sluice cannot see.
///
/// Inline media is subtracted from the text only where a media part of a known type holds it, so
/// that base64 in a text stays text.
public final class MessageScan {

    private static final byte[] DATA_URI = {'d', 'a', 't', 'a', ':'};

    private enum Kind {
        TEXT,
        IMAGE,
        AUDIO,
        VIDEO,
        FILE,
        UNKNOWN
    }

    private final byte[] body;
    private long mediaBytes;
    private int images;
    private int audio;
    private int videos;
    private int files;
    private boolean unseen;

    /// Of the part being read: inline bytes, and whether it points at something stored elsewhere.
    private long partBytes;

    private boolean partStored;

    public MessageScan(byte[] body) {
        this.body = body;
    }

    /// Bytes of inline media, never more than the media parts' own strings.
    public long mediaBytes() {
        return mediaBytes;
    }

    public int images() {
        return images;
    }

    public int audio() {
        return audio;
    }

    int videos() {
        return videos;
    }

    public int otherMedia() {
        return audio + videos + files;
    }

    public boolean unseen() {
        return unseen;
    }

    void read(JsonParser p) {
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong("messages", "an array of at least one message");
        }
        int count = 0;
        while (p.nextToken() != END_ARRAY) {
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong("messages[" + count + "]", "an object");
            }
            message(p, count);
            count++;
        }
        if (count == 0) {
            throw Fields.wrong("messages", "an array of at least one message");
        }
    }

    private void message(JsonParser p, int index) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "role" -> {
                    if (token != VALUE_STRING) {
                        throw Fields.wrong("messages[" + index + "].role", "a string");
                    }
                }
                case "content" -> content(p, "messages[" + index + "].content");
                // An earlier spoken answer, kept by the provider and named by its id.
                case "audio" -> unseen |= token != VALUE_NULL;
                default -> {}
            }
            p.skipChildren();
        }
    }

    /// A string, parts or null; leaves the parser at its last token.
    public void content(JsonParser p, String path) {
        if (p.currentToken() == VALUE_STRING || p.currentToken() == VALUE_NULL) {
            return;
        }
        if (p.currentToken() != START_ARRAY) {
            throw Fields.wrong(path, "a string, an array of parts or null");
        }
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            if (p.currentToken() == VALUE_STRING) {
                continue;
            }
            String at = path + "[" + i + "]";
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at, "an object");
            }
            part(p, at);
        }
    }

    private void part(JsonParser p, String at) {
        String type = null;
        partBytes = 0;
        partStored = false;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "type" -> {
                    if (token != VALUE_STRING) {
                        throw Fields.wrong(at + ".type", "a string");
                    }
                    type = p.getString();
                }
                case "image_url", "video_url", "input_audio", "file" -> media(p, at + "." + name);
                case "file_id", "file_data" -> mediaMember(p, name, at);
                default -> p.skipChildren();
            }
        }
        if (type == null) {
            throw Fields.missing(at + ".type");
        }
        count(kind(type));
    }

    private void count(Kind kind) {
        switch (kind) {
            case TEXT -> {
                return;
            }
            case IMAGE -> images++;
            case AUDIO -> audio++;
            case VIDEO -> videos++;
            case FILE -> files++;
            case UNKNOWN -> {
                unseen = true;
                return;
            }
        }
        mediaBytes += partBytes;
        unseen |= partStored;
    }

    private static Kind kind(String type) {
        return switch (type) {
            case "text", "input_text", "output_text", "refusal", "thinking", "reasoning_text" ->
                    Kind.TEXT;
            case "image_url", "input_image" -> Kind.IMAGE;
            case "input_audio" -> Kind.AUDIO;
            case "video_url", "input_video" -> Kind.VIDEO;
            case "file", "input_file" -> Kind.FILE;
            default -> Kind.UNKNOWN;
        };
    }

    /// A media member: `{url}`, `{data}`, `{file_data}`, `{file_id}`, or the URL itself.
    private void media(JsonParser p, String at) {
        if (p.currentToken() == VALUE_STRING) {
            inline(p, true);
            return;
        }
        if (!Fields.opens(p, START_OBJECT, at)) {
            return;
        }
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            mediaMember(p, name, at);
        }
    }

    private void mediaMember(JsonParser p, String name, String at) {
        switch (name) {
            case "url" -> {
                string(p, at + ".url");
                inline(p, true);
            }
            case "data", "file_data" -> {
                if (string(p, at + "." + name)) {
                    inline(p, false);
                }
            }
            case "file_id" -> partStored |= string(p, at + "." + name);
            default -> p.skipChildren();
        }
    }

    private static boolean string(JsonParser p, String param) {
        if (p.currentToken() != VALUE_STRING && p.currentToken() != VALUE_NULL) {
            throw Fields.wrong(param, "a string");
        }
        return p.currentToken() == VALUE_STRING;
    }

    /// Adds the string's bytes when it is media itself, not where media is.
    private void inline(JsonParser p, boolean onlyDataUri) {
        if (p.currentToken() != VALUE_STRING) {
            return;
        }
        int from = (int) p.currentTokenLocation().getByteOffset() + 1;
        if (!onlyDataUri || startsWith(from)) {
            // Base64 needs no escape: the string ends at the next quote.
            int to = from;
            while (to < body.length && body[to] != '"') {
                to++;
            }
            partBytes += to - from;
        }
    }

    private boolean startsWith(int from) {
        if (from + DATA_URI.length > body.length) {
            return false;
        }
        for (int i = 0; i < DATA_URI.length; i++) {
            if (body[from + i] != DATA_URI[i]) {
                return false;
            }
        }
        return true;
    }
}
