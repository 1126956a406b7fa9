package dev.sluice.simulator.plan;

import java.util.List;

/// Whether tools may or must be called.
///
/// @param names the only ones that may be; empty for all of them
public record ToolChoice(Mode mode, List<String> names) {

    public enum Mode {
        NONE,
        AUTO,
        FORCED
    }

    public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, List.of());

    boolean allows(Tool tool) {
        return names.isEmpty() || names.contains(tool.name());
    }
}
