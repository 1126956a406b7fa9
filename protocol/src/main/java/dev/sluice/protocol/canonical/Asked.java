package dev.sluice.protocol.canonical;

/// What the writer of an answer has to know of the question.
///
/// @param model the public name that was asked for; shown when the provider names none
/// @param usageRequested whether the client wants usage on its stream
/// @param atSeconds when the call came in, in seconds since the epoch
/// @param inputTokens about how long the prompt is, for what must be said before it is known
public record Asked(String model, boolean usageRequested, long atSeconds, long inputTokens) {}
