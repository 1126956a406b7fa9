package dev.sluice.protocol.canonical;

import dev.sluice.protocol.json.Trees;
import tools.jackson.databind.node.ObjectNode;

/// A call's arguments between dialects that send JSON text and those that send an object.
public final class Arguments {

    /// What holds a text that is no JSON object, so that nothing of it is lost.
    static final String UNREADABLE = "unreadable_arguments";

    private Arguments() {}

    /// Text as an object: none is an empty object, and a model's broken JSON is no reason to fail.
    public static ObjectNode object(String text) {
        if (text.isBlank()) {
            return Trees.object();
        }
        ObjectNode object = Trees.objectOrNull(text);
        return object != null ? object : Trees.object().put(UNREADABLE, text);
    }

    /// Text that is never empty, for clients that parse it unseen.
    public static String text(String text) {
        return text.isBlank() ? "{}" : text;
    }
}
