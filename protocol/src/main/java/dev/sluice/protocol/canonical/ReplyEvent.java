package dev.sluice.protocol.canonical;

import org.jspecify.annotations.Nullable;

/// One step of a streamed answer. Text of one kind may come in any number of pieces, also empty
/// ones; [Stopped] comes at most once, and nothing but [Pulse] after it.
public sealed interface ReplyEvent {

    /// First of all; once.
    record Started(@Nullable String id, @Nullable String model) implements ReplyEvent {}

    record Text(String piece) implements ReplyEvent {}

    record Thinking(String piece) implements ReplyEvent {}

    /// Seals the thinking before it.
    record ThinkingSigned(String signature) implements ReplyEvent {}

    record SealedThinking(String data) implements ReplyEvent {}

    record Refusal(String piece) implements ReplyEvent {}

    /// A call begins.
    ///
    /// @param call counts the answer's calls from 0
    record ToolCall(int call, String id, String name) implements ReplyEvent {}

    /// A piece of the JSON text of a call's arguments. Calls may take turns.
    record Arguments(int call, String piece) implements ReplyEvent {}

    record Stopped(Stop stop, @Nullable String sequence) implements ReplyEvent {}

    /// The provider is still there.
    record Pulse() implements ReplyEvent {}
}
