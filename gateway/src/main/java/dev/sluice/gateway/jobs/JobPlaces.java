package dev.sluice.gateway.jobs;

import dev.sluice.ledger.jobs.Job;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.job.JobWire;
import dev.sluice.protocol.tuning.TuningRequest;
import dev.sluice.protocol.tuning.TuningWire;
import dev.sluice.protocol.video.VideoWire;
import dev.sluice.protocol.video.VideoWires;
import dev.sluice.protocol.video.Videos;
import java.util.Optional;

/// How an upstream's jobs are reached.
public final class JobPlaces {

    private JobPlaces() {}

    /// How videos are spoken of there; empty where they are not.
    public static Optional<VideoWire> wire(Upstream upstream) {
        Reach reach = upstream.reach();
        return VideoWires.of(
                upstream.dialects(), dialect -> reach.path(dialect, Videos.FAMILY) != null);
    }

    /// How a job is spoken of.
    public static JobWire wire(Job job) {
        Job.Place place = job.place();
        if (isTuning(job)) {
            return TuningWire.INSTANCE;
        }
        String dialect = place == null ? TuningWire.INSTANCE.dialect() : place.wire();
        return VideoWires.ofDialect(dialect)
                .orElseThrow(() -> new IllegalStateException("no wire " + dialect));
    }

    /// Whether it trains a model.
    public static boolean isTuning(Job job) {
        return job.id().startsWith(TuningRequest.KIND + "_");
    }

    /// Whether it holds the items of a batch, and is nowhere.
    static boolean isBatch(Job job) {
        return job.id().startsWith(BatchItems.KIND + "_");
    }

    /// Where jobs for a model are sent, from the host's root.
    public static String path(Upstream upstream, JobWire wire, String model) {
        Reach.Path declared = upstream.reach().path(wire.dialect(), wire.family());
        return declared == null
                ? upstream.reach().below(wire.path(model))
                : declared.of(model, false);
    }
}
