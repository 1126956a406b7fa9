package dev.sluice.protocol;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.protocol.framing.SseFrame;
import org.jspecify.annotations.Nullable;

/// What the readers of all dialects keep of a stream: how far it is, and why it failed.
public abstract class StreamFollower implements StreamReader {

    protected boolean semantic;
    protected boolean done;
    protected long deltas;
    protected int malformedFrames;
    protected @Nullable Fault fault;
    protected UpstreamFaults.Retry retry = UpstreamFaults.Retry.NEVER;

    @Override
    public final boolean semantic() {
        return semantic;
    }

    @Override
    public final boolean done() {
        return done;
    }

    @Override
    public final long deltas() {
        return deltas;
    }

    /// The frame was no event of the dialect.
    protected final Step malformed() {
        malformedFrames++;
        return unusable("The upstream sent a malformed stream event.");
    }

    protected final Step unusable(String why) {
        fault = Fault.of(FaultCode.UPSTREAM_ERROR, why);
        retry = UpstreamFaults.Retry.SAME_TARGET;
        return Step.FAIL;
    }

    /// The frame is how the upstream says that it failed.
    protected final Step failed(SseFrame frame) {
        return failed(
                UpstreamFaults.inStream(frame.dataArray(), frame.dataOffset(), frame.dataLength()));
    }

    protected final Step failed(UpstreamFaults.Classified told) {
        fault = told.fault();
        retry = told.retry();
        return Step.FAIL;
    }
}
