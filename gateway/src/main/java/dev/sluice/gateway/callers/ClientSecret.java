package dev.sluice.gateway.callers;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a credential says that a key's owner gave to a client of theirs: whose rights it carries,
/// until when sessions may be opened with it, and how they are set.
///
/// @param keyDigest of the key it was made with
/// @param notAfter sessions that were opened before go on
/// @param beta whether its session is in the beta's words
/// @param transcribes whether it is for sessions that transcribe
/// @param model the public name that alone may be asked for; null for any
/// @param headers what the request that made it says of its calls
/// @param session how the sessions are set, as JSON; null where that is left to them
public record ClientSecret(
        String keyDigest,
        Instant notAfter,
        boolean beta,
        boolean transcribes,
        @Nullable String model,
        Map<String, String> headers,
        @Nullable String session) {

    public ClientSecret {
        headers = Map.copyOf(headers);
    }
}
