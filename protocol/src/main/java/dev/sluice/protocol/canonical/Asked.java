package dev.sluice.protocol.canonical;

import tools.jackson.databind.node.ObjectNode;

/// What the writer of an answer has to know of the question.
///
/// @param model the public name that was asked for; shown when the provider names none
/// @param usageRequested whether the client wants usage on its stream
/// @param atSeconds when the call came in, in seconds since the epoch
/// @param inputTokens about how long the prompt is, for what must be said before it is known
/// @param repeated what of the question its answer repeats, see [ClientHalf#repeated]
public record Asked(
        String model,
        boolean usageRequested,
        long atSeconds,
        long inputTokens,
        ObjectNode repeated) {}
