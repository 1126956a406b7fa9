package dev.sluice.protocol;

import dev.sluice.protocol.json.Trees;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Documents of which one text is too long to be in memory.
public final class JsonPieces {

    private JsonPieces() {}

    /// The document with more at the end of one of its texts. No other text can be taken for it:
    /// the quotes in texts are escaped.
    ///
    /// @param member a member of this name
    /// @param text that has this text, and is the first to
    /// @param more what follows the text; nothing in it needs to be escaped
    public static Pieces ending(ObjectNode body, String member, String text, Pieces more) {
        byte[] document = Trees.bytes(body);
        byte[] alone = Trees.bytes(Trees.object().put(member, text));
        // without the braces
        byte[] place = Arrays.copyOfRange(alone, 1, alone.length - 1);
        int at = indexOf(document, place);
        if (at < 0) {
            throw new IllegalStateException("no " + member + " in the document");
        }
        // before the closing quote
        int end = at + place.length - 1;
        return Pieces.joined(
                List.of(
                        Pieces.of(Arrays.copyOf(document, end)),
                        more,
                        Pieces.of(Arrays.copyOfRange(document, end, document.length))));
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
