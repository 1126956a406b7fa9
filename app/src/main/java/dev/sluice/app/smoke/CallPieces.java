package dev.sluice.app.smoke;

import org.jspecify.annotations.Nullable;

/// Puts the first call of a tool together from the pieces a stream brings.
final class CallPieces {

    private @Nullable String name;
    private final StringBuilder arguments = new StringBuilder();

    /// A piece that may say the name.
    void named(String piece) {
        if (!piece.isEmpty() && name == null) {
            name = piece;
        }
    }

    void arguments(String piece) {
        arguments.append(piece);
    }

    @Nullable ToolCall call() {
        return name == null ? null : new ToolCall(name, SmokeJson.readOrNull(arguments.toString()));
    }
}
