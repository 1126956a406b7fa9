package dev.sluice.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the counts of one `usage`, and remembers the last that cannot be true: negative, no
/// integer, or above [#MAX]. One such count makes the whole usage incredible.
public final class CountReader {

    /// No call has so many tokens, and prices times counts have to fit.
    static final long MAX = 1_000_000_000L;

    private @Nullable String flaw;

    /// The count the parser is at; leaves the parser at its last token.
    ///
    /// @param absent what stands for null and for what is no count
    public long read(JsonParser p, String name, long absent) {
        JsonToken token = p.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return absent;
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            p.skipChildren();
            flaw = name + " is not an integer";
            return absent;
        }
        if (p.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || p.getLongValue() > MAX
                || p.getLongValue() < 0) {
            flaw = name + " is out of bounds";
            return absent;
        }
        return p.getLongValue();
    }

    /// What is wrong with a count, or null.
    public @Nullable String flaw() {
        return flaw;
    }

    /// Keeps what a later `usage` found wrong.
    public void replaceBy(CountReader later) {
        flaw = later.flaw != null ? later.flaw : flaw;
    }
}
