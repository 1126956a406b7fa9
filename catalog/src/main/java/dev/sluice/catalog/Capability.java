package dev.sluice.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a provider offers at all, whichever of its models has it.
public enum Capability {
    TEXT("answers a conversation in text"),
    STREAM("answers piece by piece"),
    TOOLS("calls functions of the caller"),
    STRUCTURED_OUTPUT("answers in a given JSON schema"),
    REASONING("says what it thought, or how much"),
    PROMPT_CACHE("reads repeated input from a cache and says how much"),
    IMAGE_INPUT("reads images"),
    AUDIO_INPUT("hears audio"),
    FILE_INPUT("reads documents"),
    WEB_SEARCH("searches the web for the model"),
    EMBEDDINGS("turns text into vectors"),
    IMAGES("makes images"),
    SPEECH("reads text out"),
    TRANSCRIPTION("writes down speech"),
    MODERATION("judges content"),
    RERANK("orders documents by a question"),
    VIDEO("makes videos"),
    BATCH("works through files of calls"),
    REALTIME("talks over one open connection");

    private final String words;

    Capability(String words) {
        this.words = words;
    }

    /// As provider files write it.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What it means.
    public String words() {
        return words;
    }

    static Optional<Capability> of(String wireName) {
        return Arrays.stream(values()).filter(c -> c.wireName().equals(wireName)).findFirst();
    }
}
