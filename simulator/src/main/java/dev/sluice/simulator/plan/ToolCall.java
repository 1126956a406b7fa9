package dev.sluice.simulator.plan;

import dev.sluice.simulator.answer.Tokens;

/// A call the model makes.
///
/// @param key what its id ends in; every dialect has a beginning of its own
/// @param arguments as JSON text, or any text for a free-text tool; cut where the limit cut it
public record ToolCall(String key, String name, String arguments, boolean freeText) {

    long tokens() {
        return Tokens.count(name) + Tokens.count(arguments);
    }
}
