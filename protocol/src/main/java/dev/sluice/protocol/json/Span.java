package dev.sluice.protocol.json;

/// A stretch of a document's bytes: from the first byte of a value to just behind its last.
public record Span(int from, int to) {

    public Span {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("not a span: " + from + ".." + to);
        }
    }

    public int length() {
        return to - from;
    }
}
