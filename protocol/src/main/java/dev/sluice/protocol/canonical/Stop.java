package dev.sluice.protocol.canonical;

/// Why an answer ended.
public enum Stop {
    /// The model had said all.
    END,
    /// The output limit or the context window.
    LIMIT,
    /// One of the client's stop sequences.
    SEQUENCE,
    /// It waits for the results of tools.
    TOOLS,
    /// The model would not, and said so.
    REFUSED,
    /// A filter of the provider let the prompt or the answer go no further.
    FILTERED,
    /// The provider paused a long turn; the client sends it again to go on.
    PAUSED
}
