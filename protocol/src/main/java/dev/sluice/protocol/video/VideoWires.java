package dev.sluice.protocol.video;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The ways that providers' jobs are spoken of, and which of them is an upstream's.
public final class VideoWires {

    /// The one whose shape is that of clients comes last: it is what others are taken for.
    private static final List<VideoWire> ALL =
            List.of(new ContentTasks(), new VertexVideos(), new GeminiVideos(), new OpenAiVideos());

    private VideoWires() {}

    /// The way of an upstream.
    ///
    /// @param spoken the dialects it speaks
    /// @param declared whether its provider's entry says where a dialect has videos
    public static Optional<VideoWire> of(Collection<String> spoken, Predicate<String> declared) {
        return ALL.stream()
                .filter(wire -> spoken.contains(wire.dialect()))
                .filter(wire -> wire instanceof OpenAiVideos || declared.test(wire.dialect()))
                .findFirst();
    }

    /// Whether an upstream that speaks these may make videos.
    public static boolean reaches(Collection<String> spoken) {
        return ALL.stream().anyMatch(wire -> spoken.contains(wire.dialect()));
    }

    public static Optional<VideoWire> ofDialect(String dialect) {
        return ALL.stream().filter(wire -> wire.dialect().equals(dialect)).findFirst();
    }
}
