package dev.sluice.catalog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A way in which a provider departs from the dialect it speaks. Each is one small function where
/// requests are written or answers are read; which provider has it stands in its file.
public enum Quirk {
    /// The output limit of the chat dialect is called `max_completion_tokens`.
    MAX_COMPLETION_TOKENS("wants the output limit as max_completion_tokens"),
    /// The output limit of the chat dialect is called `max_tokens`, and the newer name is an error.
    MAX_TOKENS_ONLY("knows the output limit as max_tokens alone"),
    /// Usage comes with the last chunk unasked; being asked for it is an error there.
    NO_STREAM_OPTIONS("refuses stream_options; sends usage with a stream unasked"),
    /// The address says which model is asked; the body must not.
    MODEL_IN_PATH("is told the model by the address; the body must not name it"),
    /// The address says whether the answer is streamed; the body must not.
    STREAM_IN_PATH("is told by the address whether to stream; the body must not say it");

    private final String words;

    Quirk(String words) {
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

    static Optional<Quirk> of(String wireName) {
        return Arrays.stream(values()).filter(q -> q.wireName().equals(wireName)).findFirst();
    }
}
