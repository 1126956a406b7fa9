package dev.sluice.protocol.openai;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.TopLevel;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// `usage: {include: true}` in a request: the client wants to read in `usage` what the call costs.
/// Sluice answers it itself; no provider is asked it.
final class CostQuestion {

    static final String MEMBER = "usage";
    static final String INCLUDE = "include";

    private CostQuestion() {}

    /// Reads the member's value and leaves the parser at its last token.
    ///
    /// @return the answer wanted, or null where the member is something else of the provider's
    static @Nullable Boolean read(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return null;
        }
        Boolean asked = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals(INCLUDE)) {
                asked = Fields.flag(p, MEMBER + "." + INCLUDE);
            } else {
                p.skipChildren();
            }
        }
        return asked;
    }

    /// The request without the question.
    static byte[] without(byte[] body) {
        return TopLevel.of(body).without(MEMBER).bytes();
    }
}
