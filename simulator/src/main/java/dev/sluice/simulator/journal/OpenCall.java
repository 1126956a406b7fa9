package dev.sluice.simulator.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pen of one call: whoever answers it writes down what happened. Safe from any thread; ends
/// once, the first ending stands.
public final class OpenCall {

    /// What is known when the request has been read.
    public record Opening(
            String account,
            String method,
            String path,
            String requestSha256,
            long requestBytes,
            @Nullable String requestBody,
            Map<String, List<String>> headers) {}

    private final Journal journal;
    private final long sequence;
    private final Instant at;
    private final Opening opening;
    private String model = "";
    private boolean stream;
    private String directives = "";
    private int status;
    private long events;
    private long bytes;
    private TrueUsage planned = TrueUsage.NONE;
    private TrueUsage produced = TrueUsage.NONE;
    private @Nullable String reported;
    private Outcome outcome = Outcome.OPEN;
    private Stage stage = Stage.BEFORE_HEADERS;
    private @Nullable Instant endedAt;

    OpenCall(Journal journal, long sequence, Instant at, Opening opening) {
        this.journal = journal;
        this.sequence = sequence;
        this.at = at;
        this.opening = opening;
    }

    public long sequence() {
        return sequence;
    }

    /// The id sent as `x-request-id`: unique per simulator, not deterministic across runs.
    public String requestId() {
        return "req_sim%08d".formatted(sequence);
    }

    public void understood(String model, boolean stream, String directives) {
        synchronized (journal) {
            this.model = model;
            this.stream = stream;
            this.directives = directives;
        }
    }

    /// The answer is decided: the input is used, whatever happens next.
    public void decided(int status, TrueUsage planned) {
        synchronized (journal) {
            this.status = status;
            this.planned = planned;
            this.produced = planned.withCompletion(0, 0, 0);
            journal.changed();
        }
    }

    public void headersSent() {
        synchronized (journal) {
            stage = Stage.BEFORE_BODY;
            journal.changed();
        }
    }

    public void bytesSent(long count) {
        synchronized (journal) {
            bytes += count;
            stage = Stage.IN_BODY;
            journal.changed();
        }
    }

    public void eventSent(@Nullable TrueUsage soFar, @Nullable String usageOnTheWire) {
        synchronized (journal) {
            events++;
            if (soFar != null) {
                produced = soFar;
            }
            if (usageOnTheWire != null) {
                reported = usageOnTheWire;
            }
            journal.changed();
        }
    }

    public void end(Outcome how, Instant when) {
        synchronized (journal) {
            if (outcome != Outcome.OPEN) {
                return;
            }
            outcome = how;
            endedAt = when;
            if (how == Outcome.FINISHED) {
                stage = Stage.DONE;
            }
            journal.ended(this);
        }
    }

    /// Read under the journal's lock.
    boolean open() {
        return outcome == Outcome.OPEN;
    }

    /// Read under the journal's lock.
    Call snapshot() {
        return new Call(
                sequence,
                at,
                opening.account(),
                opening.method(),
                opening.path(),
                model,
                stream,
                opening.requestSha256(),
                opening.requestBytes(),
                opening.requestBody(),
                opening.headers(),
                directives,
                requestId(),
                status,
                events,
                bytes,
                planned,
                produced,
                reported,
                outcome,
                stage,
                endedAt);
    }
}
