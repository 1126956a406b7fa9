package dev.sluice.gateway.jobs;

import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.video.VideoWire;
import dev.sluice.protocol.video.VideoWires;
import dev.sluice.protocol.video.Videos;
import java.util.Optional;

/// How an upstream's video jobs are reached.
public final class JobPlaces {

    private JobPlaces() {}

    /// How they are spoken of there; empty where they are not.
    public static Optional<VideoWire> wire(Upstream upstream) {
        Reach reach = upstream.reach();
        return VideoWires.of(
                upstream.dialects(), dialect -> reach.path(dialect, Videos.FAMILY) != null);
    }

    /// Where jobs for a model are sent, from the host's root.
    public static String path(Upstream upstream, VideoWire wire, String model) {
        Reach.Path declared = upstream.reach().path(wire.dialect(), Videos.FAMILY);
        return declared == null
                ? upstream.reach().below(wire.path(model))
                : declared.of(model, false);
    }
}
