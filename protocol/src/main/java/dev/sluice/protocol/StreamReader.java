package dev.sluice.protocol;

import dev.sluice.protocol.framing.SseFrame;
import java.util.List;

/// Follows one stream of a provider and says what to do with each frame. Not thread safe; one per
/// attempt.
public interface StreamReader {

    /// What the relay does with a frame.
    enum Step {
        /// Hand [StreamReader#shown] to the client: the frame's own bytes, unless translated.
        FORWARD,
        /// Keep it from the client, who did not ask for it.
        DROP,
        /// The upstream reports an error or sends what cannot be read: [StreamReport#fault] says
        /// which. The frame must not be forwarded; before the first byte another target may be
        /// tried, after it the dialect's error event ends the stream.
        FAIL
    }

    Step read(SseFrame frame);

    /// What the client gets for the frame that was read last, with [Step#FORWARD].
    default byte[] shown(SseFrame frame) {
        return frame.raw();
    }

    /// What the client still has to get when the upstream's stream is complete and ended without
    /// its closing mark.
    default byte[] ending() {
        return new byte[0];
    }

    /// True once the stream carried something a reader of it could see: text, reasoning, a tool
    /// call, a finish. Comments and role-only beginnings are not.
    boolean semantic();

    /// True once the dialect's closing mark was read; nothing that matters follows it.
    boolean done();

    /// Bytes of content so far; what a running estimate is made from.
    long contentBytes();

    /// Events with content so far; at least one token each.
    long deltas();

    /// What of the answer so far the client is not shown, as paths in the provider's dialect; empty
    /// unless the stream is translated.
    default List<String> dropped() {
        return List.of();
    }

    /// What is known now; final once the stream has ended.
    StreamReport report();
}
