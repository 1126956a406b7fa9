package dev.sluice.protocol.canonical;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What is asked of a model. The model's name, the output limit and streaming are edited into the
/// written request afterwards, as into any other.
///
/// @param turns in order; instructions are turns of [Role#SYSTEM] where they stand
/// @param parallelTools false when the model must not call two tools at once; null is unsaid
/// @param outputLimit tokens the answer may have, reasoning included; empty is unsaid
/// @param stops sequences that end the answer
/// @param endUser the client's name for the person it asks for, or null
public record Conversation(
        List<Turn> turns,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable Boolean parallelTools,
        Sampling sampling,
        OptionalLong outputLimit,
        List<String> stops,
        @Nullable Reasoning reasoning,
        @Nullable Format format,
        @Nullable String endUser,
        boolean stream) {

    public Conversation {
        turns = List.copyOf(turns);
        tools = List.copyOf(tools);
        stops = List.copyOf(stops);
    }

    /// Who speaks. Results of tools are the user's.
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    /// What one of them says at a time.
    ///
    /// @param path where the client's request has it, for reports
    public record Turn(Role role, List<Block> blocks, String path) {
        public Turn {
            blocks = List.copyOf(blocks);
        }
    }

    /// A tool the client runs.
    ///
    /// @param schema JSON Schema of its arguments; null when it takes none
    public record Tool(
            String name,
            @Nullable String description,
            @Nullable JsonNode schema,
            @Nullable Boolean strict) {}

    /// Which tools the model must or may call.
    public sealed interface ToolChoice {
        record Auto() implements ToolChoice {}

        record Required() implements ToolChoice {}

        record None() implements ToolChoice {}

        record Named(String name) implements ToolChoice {}
    }

    /// Numbers as the client wrote them; null is unsaid.
    public record Sampling(
            @Nullable JsonNode temperature,
            @Nullable JsonNode topP,
            @Nullable JsonNode topK,
            @Nullable JsonNode seed,
            @Nullable JsonNode presencePenalty,
            @Nullable JsonNode frequencyPenalty) {

        /// Reports what a dialect has no words for.
        public void dropRest(Losses losses) {
            if (seed != null) {
                losses.drop("seed");
            }
            if (presencePenalty != null) {
                losses.drop("presence_penalty");
            }
            if (frequencyPenalty != null) {
                losses.drop("frequency_penalty");
            }
        }
    }

    /// How much the model should think before it answers.
    public sealed interface Reasoning {
        record Off() implements Reasoning {}

        /// Relative to what the model can.
        ///
        /// @param level `minimal`, `low`, `medium`, `high`, `xhigh` or `max`
        record Effort(String level) implements Reasoning {}

        /// At most so many tokens.
        record Budget(long tokens) implements Reasoning {}
    }

    /// What form the answer must have; absent is text.
    public sealed interface Format {
        record AnyJson() implements Format {}

        /// JSON of this schema.
        ///
        /// @param name a name for the schema, or null
        record Schema(JsonNode schema, @Nullable String name, @Nullable Boolean strict)
                implements Format {}
    }
}
