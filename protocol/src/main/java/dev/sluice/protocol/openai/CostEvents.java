package dev.sluice.protocol.openai;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The events of a chat stream whose client wants to read its cost. What a call costs is known when
/// it is over: the chunk that has the usage is kept back until then and is the last before the
/// closing mark. Not thread safe; one per stream.
public final class CostEvents {

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);

    private final SseParser parser =
            new SseParser(Integer.MAX_VALUE, "limits.event_bytes", this::frame);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream closing = new ByteArrayOutputStream();
    private byte @Nullable [] first;
    private byte @Nullable [] usage;

    /// What of these events goes to the client now.
    public byte[] next(byte[] events) {
        parser.push(events, 0, events.length);
        byte[] shown = out.toByteArray();
        out.reset();
        return shown;
    }

    /// The last events, with the cost before the closing mark.
    ///
    /// @param cost US dollars in plain digits; null where it is not known, or the stream broke
    /// @param used stands for the usage of a provider that reports none
    public byte[] last(byte[] events, @Nullable String cost, Usage used) {
        out.writeBytes(next(events));
        if (cost != null) {
            write(
                    usage == null
                            ? UsageCost.chunk(first, cost, used)
                            : UsageCost.in(usage, cost, used));
        } else if (usage != null) {
            write(usage);
        }
        out.writeBytes(closing.toByteArray());
        return out.toByteArray();
    }

    private void write(byte[] chunk) {
        out.writeBytes(DATA);
        out.writeBytes(chunk);
        out.writeBytes(END);
    }

    private void frame(SseFrame frame) {
        if (frame.dataStartsWith("[DONE]")) {
            closing.writeBytes(frame.raw());
            return;
        }
        boolean data = frame.hasData() && frame.dataLength() > 0;
        if (data
                && UsageCost.isUsageAlone(
                        frame.dataArray(), frame.dataOffset(), frame.dataLength())) {
            usage = copy(frame);
            return;
        }
        if (data && first == null) {
            first = copy(frame);
        }
        out.writeBytes(frame.raw());
    }

    private static byte[] copy(SseFrame frame) {
        return Arrays.copyOfRange(
                frame.dataArray(), frame.dataOffset(), frame.dataOffset() + frame.dataLength());
    }
}
