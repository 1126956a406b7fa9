package dev.sluice.simulator.exchange;

/// How the events of a stream are held apart.
public enum Framing {
    /// Server-sent events, lines end in LF.
    SSE,
    /// Server-sent events, lines end in CR LF.
    SSE_CRLF,
    /// The elements of one JSON array; `]` is its last frame.
    JSON_ARRAY
}
