package dev.sluice.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Changes at single points of a document, everything between them byte for byte as it was: key
/// order, white space, number formats and unknown fields survive, and with them prompt caches.
public final class PointEdits {

    private record Edit(Span span, String text) {}

    private final byte[] original;
    private final List<Edit> edits = new ArrayList<>(4);

    public PointEdits(byte[] original) {
        this.original = original;
    }

    /// Puts `json` in the place of a value.
    public PointEdits replace(Span value, String json) {
        edits.add(new Edit(value, json));
        return this;
    }

    /// Inserts a member as the first of an object.
    ///
    /// @param afterBrace the offset just behind the object's `{`
    /// @param empty true when the object has no member, so that no comma follows
    public PointEdits insertFirst(int afterBrace, boolean empty, String name, String json) {
        String member = quote(name) + ":" + json + (empty ? "" : ",");
        edits.add(new Edit(new Span(afterBrace, afterBrace), member));
        return this;
    }

    /// The document with the edits made; the original is left alone.
    ///
    /// @throws IllegalStateException when edits overlap
    public byte[] apply() {
        if (edits.isEmpty()) {
            return original;
        }
        // A stable sort: insertions at one point stay in the order they were asked for.
        List<Edit> inOrder = new ArrayList<>(edits);
        inOrder.sort(Comparator.comparingInt(edit -> edit.span.from()));
        List<byte[]> texts = new ArrayList<>(inOrder.size());
        int size = original.length;
        for (Edit edit : inOrder) {
            byte[] text = edit.text.getBytes(StandardCharsets.UTF_8);
            texts.add(text);
            size += text.length - edit.span.length();
        }
        byte[] result = new byte[size];
        int read = 0;
        int written = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            Span span = inOrder.get(i).span;
            if (span.from() < read) {
                throw new IllegalStateException("edits overlap at byte " + span.from());
            }
            System.arraycopy(original, read, result, written, span.from() - read);
            written += span.from() - read;
            byte[] text = texts.get(i);
            System.arraycopy(text, 0, result, written, text.length);
            written += text.length;
            read = span.to();
        }
        System.arraycopy(original, read, result, written, original.length - read);
        return result;
    }

    /// A string as JSON, quotes included.
    public static String quote(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20 || Character.isSurrogate(c)) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
