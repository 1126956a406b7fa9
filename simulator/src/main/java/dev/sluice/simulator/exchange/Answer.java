package dev.sluice.simulator.exchange;

import dev.sluice.simulator.journal.TrueUsage;
import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// What is to be answered, before any failure is applied to it.
public sealed interface Answer {

    int status();

    /// What the whole answer uses.
    TrueUsage usage();

    /// One JSON document.
    ///
    /// @param reported the usage it states, as JSON; null for none
    record Plain(int status, String json, TrueUsage usage, @Nullable String reported)
            implements Answer {}

    /// Sound or text: anything that is no JSON. It states no usage.
    record Content(int status, String contentType, Buffer bytes, TrueUsage usage)
            implements Answer {}

    /// A stream of events.
    ///
    /// @param frames made one by one, so that endless ones cost no memory
    /// @param end the terminator after the last frame, null where the dialect has none
    /// @param error the error event for a failure in mid-stream
    record Streamed(
            int status,
            Framing framing,
            Iterator<Frame> frames,
            @Nullable Frame end,
            Frame error,
            TrueUsage usage)
            implements Answer {

        /// As most dialects frame it.
        public static Streamed sse(
                Iterator<Frame> frames, @Nullable Frame end, Frame error, TrueUsage usage) {
            return new Streamed(200, Framing.SSE, frames, end, error, usage);
        }

        public Streamed withStatus(int other) {
            return new Streamed(other, framing, frames, end, error, usage);
        }
    }
}
