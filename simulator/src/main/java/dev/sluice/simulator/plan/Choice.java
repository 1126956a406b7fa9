package dev.sluice.simulator.plan;

import dev.sluice.simulator.answer.Tokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One answer. Its tokens are those of reasoning, text and tool calls together.
///
/// @param refusal the text is a refusal
/// @param stop the stop sequence that ended the text; null for another end
/// @param cited the text cites what a search found
public record Choice(
        int index,
        long reasoning,
        String reasoningText,
        String text,
        boolean refusal,
        List<ToolCall> toolCalls,
        Finish finish,
        @Nullable String stop,
        boolean cited) {

    /// Why it ended.
    public enum Finish {
        DONE,
        STOP_SEQUENCE,
        LENGTH,
        TOOL_CALLS
    }

    long tokens() {
        long said = toolCalls.stream().mapToLong(ToolCall::tokens).sum();
        return reasoning + Tokens.count(text) + said;
    }
}
