package dev.sluice.protocol.canonical;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A complete answer.
///
/// @param id the provider's id, or null
/// @param model the model the provider says it served, or null
/// @param stopSequence which sequence ended it, where the provider says so, or null
public record Reply(
        @Nullable String id,
        @Nullable String model,
        List<Block> blocks,
        Stop stop,
        @Nullable String stopSequence) {

    public Reply {
        blocks = List.copyOf(blocks);
    }

    /// The words for why there is no answer, or no more of it; empty where there are none.
    public String refusal() {
        StringBuilder words = new StringBuilder();
        for (Block block : blocks) {
            if (block instanceof Block.Refusal(String text)) {
                words.append(text);
            }
        }
        return words.toString();
    }
}
