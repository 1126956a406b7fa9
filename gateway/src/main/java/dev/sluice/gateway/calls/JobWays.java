package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.jobs.JobPlaces;
import dev.sluice.gateway.jobs.ProviderAsk;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.job.JobRequest;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.job.JobWire;
import dev.sluice.protocol.tuning.TuningFile;
import dev.sluice.protocol.tuning.TuningRequest;
import dev.sluice.protocol.tuning.TuningWire;
import dev.sluice.protocol.video.VideoRequest;
import dev.sluice.protocol.video.VideoWire;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// How each target of a call is asked to begin a job. What trains a model is asked of one target
/// alone, which is given the files first.
final class JobWays {

    private static final int MOST_UPLOAD_SECONDS = 40;
    private static final String FILES = "/files";

    private final JobRequest request;
    private final @Nullable Job remixed;
    private final Map<PlannedTarget, Way> ways = new LinkedHashMap<>();

    /// @param remixed the job that another version is made of, or null
    JobWays(JobRequest request, @Nullable Job remixed) {
        this.request = request;
        this.remixed = remixed;
    }

    /// One target's way.
    record Way(JobWire wire, @Nullable JobSend send, List<String> dropped) {

        JobSend sent() {
            return Objects.requireNonNull(send);
        }
    }

    Way to(PlannedTarget target) {
        return Objects.requireNonNull(ways.get(target));
    }

    /// The plan without the targets that cannot be asked this.
    CallPlan carriable(CallPlan plan) {
        List<PlannedTarget> left = new ArrayList<>();
        Fault why = null;
        for (PlannedTarget target : plan.targets()) {
            try {
                ways.put(target, wayTo(target));
                left.add(target);
            } catch (FaultException e) {
                why = why == null ? e.fault() : why;
            }
        }
        if (left.isEmpty()) {
            throw Objects.requireNonNull(why).asException();
        }
        return plan.withTargets(needsFiles() ? left.subList(0, 1) : left);
    }

    private Way wayTo(PlannedTarget target) {
        if (request instanceof VideoRequest video) {
            return wayTo(target, video);
        }
        return new Way(TuningWire.INSTANCE, null, request.dropped());
    }

    private Way wayTo(PlannedTarget target, VideoRequest video) {
        VideoWire wire =
                JobPlaces.wire(target.upstream())
                        .orElseThrow(() ->
                                Fault.invalid("This model makes no videos.", "model")
                                        .asException());
        String path = JobPlaces.path(target.upstream(), wire, target.upstreamModel());
        Job of = remixed;
        if (of == null) {
            return new Way(
                    wire, wire.submit(video, path, target.upstreamModel()), wire.dropped(video));
        }
        Job.Place place = of.place();
        String job = of.providerJobId();
        if (place == null || job == null || !place.upstreamId().equals(target.upstream().id())) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "The provider account that made this video is no target of its model"
                                    + " any more.")
                    .asException();
        }
        return new Way(wire, wire.remix(video, path, job), wire.dropped(video));
    }

    /// Whether a provider has to be given files before it is asked.
    boolean needsFiles() {
        return request instanceof TuningRequest;
    }

    /// Gives its provider what it needs; blocks. A job is not begun by this.
    ///
    /// @throws FaultException where the provider does not take it
    void giveFiles(PlannedTarget target, ProviderAsk providers, Instant now) {
        TuningRequest tuning = (TuningRequest) request;
        Map<String, String> given = new HashMap<>();
        String path = target.upstream().reach().below(FILES);
        for (TuningFile file : tuning.files()) {
            given.put(file.id(), given(target, file.upload(path), providers, now));
        }
        String jobs =
                JobPlaces.path(target.upstream(), TuningWire.INSTANCE, target.upstreamModel());
        ways.put(
                target,
                new Way(
                        TuningWire.INSTANCE,
                        tuning.submit(jobs, target.upstreamModel(), given),
                        request.dropped()));
    }

    private static String given(
            PlannedTarget target, JobSend upload, ProviderAsk providers, Instant now) {
        try {
            ProviderAsk.Reply reply =
                    providers
                            .send(target.upstream(), "POST", upload)
                            .get(MOST_UPLOAD_SECONDS, TimeUnit.SECONDS)
                            .orRefusal(now);
            return TuningFile.providerId(reply.body());
        } catch (ExecutionException | TimeoutException e) {
            throw notGiven();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw notGiven();
        }
    }

    private static FaultException notGiven() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The provider could not be given the files of the job.")
                .asException();
    }
}
