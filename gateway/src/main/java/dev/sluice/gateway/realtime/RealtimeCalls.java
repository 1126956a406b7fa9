package dev.sluice.gateway.realtime;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.calls.Admission;
import dev.sluice.gateway.calls.Attempt;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.calls.Closing;
import dev.sluice.gateway.calls.Exchange;
import dev.sluice.gateway.calls.OpenExchanges;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.gateway.requests.Result;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.realtime.CallSize;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The money of one session. Each response is a call of its own and goes through the same throat as
/// every other: the key is looked at, the policy decides, money is held, the attempt is in the
/// journal before the provider hears of it, and it is closed once.
public final class RealtimeCalls {

    private static final long PROGRESS_NANOS = 1_000_000_000;

    /// A quarter of what a response goes on with is better than its end.
    private static final int LEAST_SHARE = 4;

    /// What the calls of all sessions of one event loop are made with.
    public record Parts(
            SnapshotSource snapshots,
            Admission admission,
            Closing closing,
            OpenExchanges open,
            Ids ids,
            InstantSource clock,
            LongSupplier nanoTime,
            RealtimeLimits limits) {}

    /// What is to begin.
    ///
    /// @param facts with the output that is held at first as its limit
    /// @param input what it is taken to read
    /// @param limit of its output, as client or session set it
    /// @param size to count its pieces with
    record Asked(
            CallFacts facts,
            Usage input,
            RealtimeCall.Cause cause,
            @Nullable String eventId,
            OptionalLong limit,
            CallSize size) {}

    private final Parts parts;
    private final HttpServerRequest request;
    private final Context context;
    private final PlannedTarget target;
    private final String sessionId;
    private final Instant opened;

    /// @param opened when the session was asked for
    RealtimeCalls(
            Parts parts,
            HttpServerRequest request,
            Context context,
            PlannedTarget target,
            String sessionId,
            Instant opened) {
        this.parts = parts;
        this.request = request;
        this.context = context;
        this.target = target;
        this.sessionId = sessionId;
        this.opened = opened;
    }

    private Exchange exchange() {
        return new Exchange(
                parts.ids().next("req"),
                Endpoint.REALTIME,
                request,
                context,
                parts.clock().instant(),
                now(),
                parts.snapshots().current());
    }

    /// Why the key that opened the session may not go on with it; null while it may.
    @Nullable Fault noLongerGood() {
        try {
            var unused = parts.admission().authenticateSession(exchange(), opened);
            return null;
        } catch (FaultException e) {
            return e.fault();
        }
    }

    /// Lets a response begin: `begun` hears of it when its hold is granted and in the journal.
    void begin(Asked asked, Consumer<RealtimeCall> begun, Consumer<Fault> refused) {
        Exchange exchange = exchange();
        parts.open().add(exchange);
        try {
            var unused = parts.admission().authenticateSession(exchange, opened);
            parts.admission().decide(exchange, asked.facts());
            exchange.planned(toThisUpstream(exchange.plan()));
        } catch (FaultException e) {
            refuse(exchange, e.fault(), refused);
            return;
        }
        exchange.note(target.note("session " + sessionId));
        parts.admission()
                .hold(
                        exchange,
                        () -> granted(exchange, asked, begun, refused),
                        fault -> refuse(exchange, fault, refused));
    }

    private CallPlan toThisUpstream(CallPlan plan) {
        for (PlannedTarget planned : plan.targets()) {
            if (planned.upstream().id().equals(target.upstream().id())
                    && planned.upstreamModel().equals(target.upstreamModel())) {
                return plan.withTargets(List.of(planned));
            }
        }
        throw Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream of this session takes no more calls to its model. Open"
                                + " another session.")
                .asException();
    }

    private void granted(
            Exchange exchange, Asked asked, Consumer<RealtimeCall> begun, Consumer<Fault> refused) {
        Attempt attempt =
                new Attempt(
                        parts.ids().next("att"),
                        exchange.plan().targets().getFirst(),
                        parts.clock().instant(),
                        now());
        RealtimeCall call =
                new RealtimeCall(
                        exchange,
                        attempt,
                        asked.input(),
                        asked.cause(),
                        asked.eventId(),
                        asked.limit(),
                        asked.size(),
                        now());
        exchange.attempting();
        parts.closing()
                .attempting(
                        exchange,
                        attempt,
                        asked.input(),
                        written -> {
                            if (written) {
                                begun.accept(call);
                            } else {
                                parts.closing().failed(exchange, CallShapes.CANNOT_WRITE);
                                refused.accept(CallShapes.CANNOT_WRITE);
                            }
                        });
    }

    private void refuse(Exchange exchange, Fault fault, Consumer<Fault> refused) {
        parts.closing().refused(exchange, fault);
        refused.accept(fault);
    }

    /// The response has an id; `answer` hears whether its first event may be shown.
    void bound(RealtimeCall call, String responseId, Consumer<Boolean> answer) {
        call.attempt.answered(200, responseId);
        call.exchange.relaying();
        parts.closing().relaying(call.exchange, answer);
    }

    /// Notes what a response comes to, when that is due.
    void progress(RealtimeCall call) {
        Exchange exchange = call.exchange;
        exchange.firstByte(now());
        if (call.isProgressDue(now(), PROGRESS_NANOS)) {
            parts.closing().progress(exchange, call.attempt, call.soFar());
        }
    }

    /// Asks for more for a response that nears the end of what it holds.
    ///
    /// @param tokens of output, in addition
    void extend(RealtimeCall call, long tokens, Runnable granted, Consumer<Fault> refused) {
        CallPlan more = call.plan().further(tokens, Math.max(1, tokens / LEAST_SHARE));
        extend(call, more, granted, refused);
    }

    /// Asks once more for what the call asked for at first.
    void again(RealtimeCall call, Runnable granted, Consumer<Fault> refused) {
        extend(call, call.plan().again(), granted, refused);
    }

    private void extend(
            RealtimeCall call, CallPlan more, Runnable granted, Consumer<Fault> refused) {
        parts.admission()
                .extend(
                        call.exchange,
                        more,
                        () ->
                                parts.closing()
                                        .attempting(
                                                call.exchange,
                                                call.attempt,
                                                call.soFar(),
                                                written -> {
                                                    if (written) {
                                                        granted.run();
                                                    } else {
                                                        refused.accept(CallShapes.CANNOT_WRITE);
                                                    }
                                                }),
                        refused);
    }

    /// Ends a call whose response ended.
    ///
    /// @param fault what went wrong with it, or null
    /// @param last runs when that cannot be lost any more
    void answered(RealtimeCall call, Result result, @Nullable Fault fault, Runnable last) {
        String code = fault == null ? null : fault.code().wireName();
        call.exchange.tried(call.attempt.acceptedRow(result, code, now()));
        parts.closing()
                .settle(
                        call.exchange,
                        result,
                        call.attempt.target,
                        fault != null && fault.code() == FaultCode.CLIENT_CLOSED
                                ? fault.status()
                                : 200,
                        fault,
                        last);
    }

    /// Ends a call that the provider was asked for, and did not begin: what went wrong is known, or
    /// it has read the input.
    void cut(RealtimeCall call, Fault fault) {
        answered(call, call.soFar(), fault, () -> {});
    }

    /// Ends a call that came to nothing: no response followed.
    void unused(RealtimeCall call, @Nullable Fault fault) {
        if (fault == null) {
            parts.closing().settle(call.exchange, Result.NOTHING, null, 200, null, () -> {});
            return;
        }
        call.exchange.tried(call.attempt.failedRow(fault, Usage.NONE, now()));
        parts.closing().failed(call.exchange, fault);
    }

    private long now() {
        return parts.nanoTime().getAsLong();
    }
}
