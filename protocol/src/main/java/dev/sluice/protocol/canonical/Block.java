package dev.sluice.protocol.canonical;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One piece of what somebody said.
public sealed interface Block {

    record Text(String text) implements Block {}

    /// A picture.
    ///
    /// @param detail how closely the model should look, in OpenAI's words, or null
    record Image(Media media, @Nullable String detail) implements Block {}

    /// A file with text and pictures, such as a PDF.
    ///
    /// @param name the file's name or title, or null
    record Document(Media media, @Nullable String name) implements Block {}

    /// A sound.
    ///
    /// @param format `wav`, `mp3`
    record Audio(String base64, String format) implements Block {}

    /// The model wants a tool to be run by the client.
    ///
    /// @param arguments JSON text as the model wrote it; it may be empty, or no JSON at all
    record ToolCall(String id, String name, String arguments) implements Block {}

    /// What the tool gave.
    record ToolResult(String callId, List<Block> content, boolean failed) implements Block {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /// Reasoning that may be read.
    ///
    /// @param signature the provider's seal, without which it does not take the block back; null
    ///     where it gave none
    record Thinking(String text, @Nullable String signature) implements Block {}

    /// Reasoning that only its provider can read.
    record SealedThinking(String data) implements Block {}

    /// The words for why there is no answer, or no more of it.
    record Refusal(String text) implements Block {}
}
