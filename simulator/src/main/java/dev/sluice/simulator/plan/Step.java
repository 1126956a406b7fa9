package dev.sluice.simulator.plan;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One event of a stream and what the model has done for it.
///
/// @param event its name; null where the dialect names none
/// @param tokens the output tokens this step makes visible or uses up, reasoning included
/// @param reported the usage it states, as JSON; null for none
public record Step(
        @Nullable String event,
        ObjectNode data,
        long tokens,
        long reasoning,
        @Nullable String reported) {

    /// A step without any output.
    public static Step silent(@Nullable String event, ObjectNode data) {
        return new Step(event, data, 0, 0, null);
    }
}
