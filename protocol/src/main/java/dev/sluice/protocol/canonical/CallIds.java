package dev.sluice.protocol.canonical;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Ids of calls for a dialect that takes shorter ones: the same for a call and its result, and on
/// every turn.
public final class CallIds {

    private CallIds() {}

    /// The id itself, or a digest of one that is too long.
    ///
    /// @param longest characters an id may have, at least 40
    public static String within(String id, int longest) {
        return id.length() <= longest
                ? id
                : "call_"
                        + UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                                .toString()
                                .replace("-", "");
    }

    /// An id for a call whose provider gives none: unlike those of other answers and calls.
    ///
    /// @param answerId the id of the answer, or empty
    public static String minted(String answerId, int call) {
        return "call_" + answerId.replaceAll("[^A-Za-z0-9_-]", "") + "_" + call;
    }
}
