package dev.sluice.protocol.responses;

import dev.sluice.protocol.json.Trees;
import tools.jackson.databind.node.ObjectNode;

/// Calls of tools that take any text, as calls with arguments.
final class FreeText {

    static final String ARGUMENT = "input";

    private FreeText() {}

    static String arguments(String text) {
        return Trees.text(Trees.object().put(ARGUMENT, text));
    }

    /// The text of a call's arguments; all of them where a model did not keep to the one.
    static String text(String arguments) {
        ObjectNode object = Trees.objectOrNull(arguments);
        String text = object == null ? null : Trees.string(object, ARGUMENT);
        return text == null ? arguments : text;
    }
}
