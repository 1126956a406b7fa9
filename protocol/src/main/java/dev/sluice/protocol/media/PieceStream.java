package dev.sluice.protocol.media;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.StreamFollower;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Follows a stream of typed events, some of which complete a piece of the answer: a picture, a
/// text that was heard, all of what is said.
final class PieceStream extends StreamFollower {

    private static final Set<String> WANTED = Set.of("type", "usage", "size", "quality", "delta");
    private static final String DONE = "[DONE]";

    /// What the answers come to.
    interface Meter {
        /// Reads the usage of an event that completes a piece.
        ///
        /// @param pieces complete by now
        UsageReport reported(@Nullable JsonNode usage, int pieces);
    }

    private final Set<String> completing;
    private final int pieces;
    private final Meter meter;
    private int complete;
    private long contentBytes;
    private UsageReport usage;
    private Map<String, String> served = Map.of();

    /// @param completing types of the events that complete a piece
    /// @param pieces how many there will be
    PieceStream(Set<String> completing, int pieces, Meter meter) {
        this.completing = completing;
        this.pieces = pieces;
        this.meter = meter;
        this.usage = meter.reported(null, 0);
    }

    @Override
    public Step read(SseFrame frame) {
        if (!frame.hasData()) {
            return Step.FORWARD;
        }
        if (frame.dataStartsWith(DONE)) {
            done = true;
            return Step.FORWARD;
        }
        JsonAnswer event;
        try {
            event =
                    JsonAnswer.read(
                            frame.dataArray(), frame.dataOffset(), frame.dataLength(), WANTED);
        } catch (FaultException _) {
            malformedFrames++;
            return failed(frame);
        }
        String type = event.text("type");
        if ("error".equals(type)) {
            return failed(frame);
        }
        semantic = true;
        String delta = event.text("delta");
        if (delta != null && "transcript.text.delta".equals(type)) {
            contentBytes += delta.getBytes(StandardCharsets.UTF_8).length;
            deltas++;
        }
        if (type != null && completing.contains(type)) {
            complete++;
            usage = meter.reported(event.member("usage"), complete);
            served = event.texts("size", "quality");
            done = complete >= pieces;
        }
        return Step.FORWARD;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public StreamReport report() {
        return new StreamReport(
                usage,
                null,
                done,
                complete > 0,
                semantic,
                contentBytes,
                deltas,
                malformedFrames,
                fault,
                retry,
                null,
                null,
                null,
                0,
                served);
    }
}
