package dev.sluice.simulator.exchange;

import dev.sluice.simulator.script.Directives;

/// A failure as decided, before a dialect words it.
///
/// @param code empty for the usual one of this status
/// @param message empty for the usual one
public record Failure(
        int status,
        String code,
        String message,
        Directives directives,
        String requestId,
        Route route) {

    /// The message, or another where none was given.
    public String messageOr(String usual) {
        return message.isEmpty() ? usual : message;
    }
}
