package dev.sluice.gateway.requests;

import dev.sluice.catalog.Quirk;
import dev.sluice.policy.Reach;
import dev.sluice.protocol.json.TopLevel;
import org.jspecify.annotations.Nullable;

/// Makes a body what a provider wants that departs from its dialect. One that does not is sent the
/// bytes as they are, and costs nothing here.
final class BodyQuirks {

    private BodyQuirks() {}

    /// @param spoken how the provider speaks the dialect of the body; null when it says nothing of
    ///     it
    static byte[] applied(byte[] body, Reach.@Nullable Spoken spoken) {
        if (spoken == null || (spoken.bodyQuirks().isEmpty() && spoken.body().isEmpty())) {
            return body;
        }
        TopLevel members = TopLevel.of(body);
        for (Quirk quirk : spoken.bodyQuirks()) {
            apply(quirk, members);
        }
        spoken.body().forEach(members::with);
        return members.bytes();
    }

    private static void apply(Quirk quirk, TopLevel members) {
        switch (quirk) {
            case MAX_TOKENS_ONLY -> members.renamed("max_completion_tokens", "max_tokens");
            case NO_STREAM_OPTIONS -> members.without("stream_options");
            case MODEL_IN_PATH -> members.without("model");
            case STREAM_IN_PATH -> members.without("stream");
            case MAX_COMPLETION_TOKENS -> {
                // said when the limit is written, not here
            }
        }
    }
}
