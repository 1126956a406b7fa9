package dev.sluice.simulator.plan;

import dev.sluice.simulator.answer.Seed;
import java.util.List;

/// What every dialect asks of a model, whatever it calls it.
///
/// @param seed made of everything that decides what is said, and of nothing else: a stream says
///     what a plain answer says, a limited answer begins like a full one
/// @param lastUserText the last thing the user said
/// @param toolRounds how often tools have answered since the user spoke last
/// @param parallel whether several tools may be called at once
/// @param choices how many answers
/// @param maxTokens most tokens of each, reasoning included; [#NO_LIMIT] for no limit
/// @param thinking tokens to think; [#AS_THE_MODEL_DOES] where nothing was said
public record Question(
        Seed seed,
        String lastUserText,
        int toolRounds,
        List<Tool> tools,
        ToolChoice toolChoice,
        boolean parallel,
        int choices,
        long maxTokens,
        List<String> stops,
        long thinking,
        Form form) {

    public static final long NO_LIMIT = Long.MAX_VALUE;
    public static final long AS_THE_MODEL_DOES = -1;

    /// How long the simulated models think at an effort, by the name most dialects give it.
    public static long thinkingOf(String effort) {
        return switch (effort) {
            case "" -> AS_THE_MODEL_DOES;
            case "none" -> 0;
            case "minimal" -> 16;
            case "low" -> 64;
            case "medium" -> 128;
            case "high" -> 256;
            default -> 512;
        };
    }
}
