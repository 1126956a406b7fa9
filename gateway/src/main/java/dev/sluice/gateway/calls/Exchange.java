package dev.sluice.gateway.calls;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.requests.Result;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The state of one call to a model, from its first header to its last byte. State only: the stages
/// act on it. Touched by its own event loop alone.
///
/// What a stage sets is there for all later ones; to ask for it before is a programmer's error.
public final class Exchange {

    /// How far the exchange has come; it only moves forward.
    private enum Phase {
        /// Headers are here, the body is being read.
        ACCEPTING,
        /// Authenticated, decoded, decided; waiting for its hold.
        HOLDING,
        /// At an upstream, nothing sent to the client yet.
        ATTEMPTING,
        /// The client has its first byte: no failover and no change of status any more.
        RELAYING,
        /// Closed; the last bytes may still be on their way.
        CLOSED
    }

    public final String requestId;
    final Endpoint endpoint;
    public final HttpServerRequest request;
    public final HttpServerResponse response;
    public final Context context;
    final Instant arrivedAt;
    final Snapshot snapshot;

    private final long arrivedNanos;
    private final List<CallRecord.Attempt> attempts = new ArrayList<>();
    private final List<Map<String, String>> decisions = new ArrayList<>();

    private Phase phase = Phase.ACCEPTING;
    private MultiMap headers;
    private @Nullable KeyEntry key;
    private @Nullable Attribution attribution;
    private @Nullable CallFacts facts;
    private @Nullable CallPlan plan;
    private HoldResult.@Nullable Held held;
    private @Nullable JobCall job;
    private @Nullable Long heldMillis;
    private @Nullable Long firstByteMillis;
    private long bodyBytes;

    private Runnable cancelUpstream = () -> {};
    private Runnable clientLeft = () -> {};
    private Consumer<Fault> cutShort = _ -> {};
    private Runnable giveBack = () -> {};

    public Exchange(
            String requestId,
            Endpoint endpoint,
            HttpServerRequest request,
            Context context,
            Instant arrivedAt,
            long arrivedNanos,
            Snapshot snapshot) {
        this.requestId = requestId;
        this.endpoint = endpoint;
        this.request = request;
        this.response = request.response();
        this.headers = request.headers();
        this.context = context;
        this.arrivedAt = arrivedAt;
        this.arrivedNanos = arrivedNanos;
        this.snapshot = snapshot;
    }

    /// Whose call it is. It is put down to `by` from here on, also when its body is refused.
    void authenticated(KeyEntry caller, Attribution by) {
        key = caller;
        attribution = by;
    }

    /// What says more of the call: the request's own headers, and what goes before them.
    MultiMap headers() {
        return headers;
    }

    /// These go before the request's own.
    void readsFirst(Map<String, String> others) {
        headers = MultiMap.caseInsensitiveMultiMap().setAll(request.headers()).setAll(others);
    }

    public KeyEntry key() {
        return Objects.requireNonNull(key);
    }

    void bodyBytes(long length) {
        bodyBytes = length;
    }

    /// How long its body is, with all that it refers to.
    long bodyBytes() {
        return bodyBytes;
    }

    /// What it asks for, and to whom that is put down.
    void asks(CallFacts asked, Attribution by) {
        facts = asked;
        attribution = by;
    }

    CallFacts facts() {
        return Objects.requireNonNull(facts);
    }

    Attribution attribution() {
        return Objects.requireNonNull(attribution);
    }

    /// Why a target was taken or skipped, or what else its record should say.
    public void note(Map<String, String> decision) {
        decisions.add(decision);
    }

    void note(List<Map<String, String>> notes) {
        decisions.addAll(notes);
    }

    /// What is to be held and tried for it; the newest counts.
    public void planned(CallPlan next) {
        plan = next;
    }

    public CallPlan plan() {
        return Objects.requireNonNull(plan);
    }

    /// The call begins a job, and ends only for its client when it is answered.
    void begins(JobCall begun) {
        job = begun;
    }

    /// The job it begins; null for every call that ends with its answer.
    @Nullable JobCall job() {
        return job;
    }

    void holding() {
        phase = Phase.HOLDING;
    }

    /// The hold's answer is here, whichever it is.
    void holdAnswered(long nowNanos) {
        heldMillis = millisAt(nowNanos);
    }

    void granted(HoldResult.Held hold) {
        held = hold;
    }

    /// What was granted in addition is held with the rest.
    void grantedMore(long outputTokens, Money amount) {
        HoldResult.Held before = held();
        held =
                new HoldResult.Held(
                        before.outputTokens() + outputTokens, before.amount().plus(amount));
    }

    boolean isHeld() {
        return held != null;
    }

    public HoldResult.Held held() {
        return Objects.requireNonNull(held);
    }

    public void attempting() {
        phase = Phase.ATTEMPTING;
    }

    /// An upstream works on it until `cancel` runs.
    void atUpstream(Runnable cancel) {
        cancelUpstream = cancel;
    }

    /// Nothing goes on at an upstream that would have to be stopped.
    void leftUpstream() {
        cancelUpstream = () -> {};
    }

    /// Stops what goes on at an upstream; does nothing when nothing does.
    void cancelUpstream() {
        cancelUpstream.run();
    }

    /// An attempt has its verdict.
    public void tried(CallRecord.Attempt attempt) {
        attempts.add(attempt);
    }

    public void relaying() {
        phase = Phase.RELAYING;
    }

    /// As [#relaying()], with a way to end an answer of which the client has seen a part.
    void relaying(Consumer<Fault> cutShortBy) {
        phase = Phase.RELAYING;
        cutShort = cutShortBy;
    }

    /// The first byte goes to the client; only the first call counts.
    public void firstByte(long nowNanos) {
        if (firstByteMillis == null) {
            firstByteMillis = millisAt(nowNanos);
        }
    }

    /// Ends an answer the client has seen a part of; does nothing when there is none.
    void cutShort(Fault fault) {
        cutShort.accept(fault);
    }

    /// What to do when the client leaves; each stage that waits says its own.
    public void whenClientLeaves(Runnable then) {
        clientLeft = then;
    }

    public void clientLeft() {
        if (phase != Phase.CLOSED) {
            clientLeft.run();
        }
    }

    /// What it took of shared limits, in place of what it had taken before: given back once, when
    /// it is closed.
    public void owes(Runnable debt) {
        giveBack = debt;
    }

    /// As [#owes], in addition.
    void owesToo(Runnable debt) {
        Runnable before = giveBack;
        giveBack =
                () -> {
                    before.run();
                    debt.run();
                };
    }

    boolean isAccepting() {
        return phase == Phase.ACCEPTING;
    }

    boolean isAttempting() {
        return phase == Phase.ATTEMPTING;
    }

    boolean isRelaying() {
        return phase == Phase.RELAYING;
    }

    public boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /// Closes it: what goes on at an upstream is stopped, and what it owes is given back. False
    /// when it was closed before.
    boolean close() {
        if (phase == Phase.CLOSED) {
            return false;
        }
        phase = Phase.CLOSED;
        cancelUpstream.run();
        giveBack.run();
        clientLeft = () -> {};
        return true;
    }

    /// Closes it for something that goes on without it, and gives back what it owes by running what
    /// is returned.
    public Runnable handOver() {
        phase = Phase.CLOSED;
        clientLeft = () -> {};
        return giveBack;
    }

    /// `upstream/model;attempts=N` of the last attempt; the attempt under way counts.
    String route() {
        boolean underWay =
                phase == Phase.RELAYING && (attempts.isEmpty() || !attempts.getLast().accepted());
        int tried = attempts.size() + (underWay ? 1 : 0);
        List<PlannedTarget> targets = plan().targets();
        PlannedTarget target = targets.get(Math.clamp(tried - 1L, 0, targets.size() - 1));
        return target.upstream().name()
                + "/"
                + target.upstreamModel()
                + ";attempts="
                + Math.max(1, tried);
    }

    /// The wall clock at a reading of the monotonic one.
    Instant instantAt(long nanos) {
        return arrivedAt.plusNanos(nanos - arrivedNanos);
    }

    private long millisAt(long nanos) {
        return (nanos - arrivedNanos) / 1_000_000;
    }

    /// The call as it is now.
    ///
    /// @param target whose answer the result is; null for nobody's
    /// @param underWay an attempt that goes on; null for none
    CallRecord record(
            Result result,
            @Nullable PlannedTarget target,
            CallRecord.Outcome outcome,
            CallRecord.@Nullable Attempt underWay,
            long nowNanos) {
        List<CallRecord.Attempt> tries = attempts;
        if (underWay != null) {
            tries = new ArrayList<>(attempts);
            tries.add(underWay);
        }
        return record(held, result, target, outcome, tries, nowNanos);
    }

    /// The call before anybody was asked, with what is held for it from now on.
    CallRecord record(HoldResult.Held hold, CallRecord.Outcome outcome, long nowNanos) {
        return record(hold, Result.NOTHING, null, outcome, List.of(), nowNanos);
    }

    private CallRecord record(
            HoldResult.@Nullable Held hold,
            Result result,
            @Nullable PlannedTarget target,
            CallRecord.Outcome outcome,
            List<CallRecord.Attempt> tries,
            long nowNanos) {
        List<CostLine> lines =
                target == null || plan == null
                        ? List.of()
                        : Charges.lines(target, result.usage(), result.context(), plan.multiply());
        return new CallRecord(
                requestId,
                attribution,
                endpoint.family(),
                facts != null && facts.stream(),
                facts == null ? null : facts.model(),
                target == null ? null : target.upstreamModel(),
                hold == null ? null : new CallRecord.Granted(hold.outputTokens(), hold.amount()),
                result.usage(),
                result.estimated(),
                lines,
                target == null ? null : target.priceVersion(),
                outcome,
                new CallRecord.Timings(arrivedAt, instantAt(nowNanos), heldMillis, firstByteMillis),
                List.copyOf(tries),
                List.copyOf(decisions));
    }
}
