package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.requests.Result;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.ConversationSize;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import dev.sluice.protocol.realtime.RealtimeUsage;
import dev.sluice.protocol.realtime.ResponseSize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The responses of one session: those there is money for and that have not begun, and those that
/// are being made.
final class RealtimeResponses {

    private final RealtimeCalls calls;
    private final RealtimeLimits limits;
    private final String model;
    private final ConversationSize size = new ConversationSize();
    private final Deque<RealtimeCall> waiting = new ArrayDeque<>();
    private final Map<String, RealtimeCall> made = new LinkedHashMap<>();

    /// @param model the public name
    RealtimeResponses(RealtimeCalls calls, RealtimeLimits limits, String model) {
        this.calls = calls;
        this.limits = limits;
        this.model = model;
    }

    /// What the provider has to read for the next one.
    ConversationSize size() {
        return size;
    }

    /// Whether as many have not begun as may.
    boolean isFull() {
        return waiting.size() >= limits.realtimeWaiting();
    }

    /// Whether none is held for.
    boolean isEmpty() {
        return waiting.isEmpty() && made.isEmpty();
    }

    /// Whether none is being made or was asked for.
    boolean isQuiet() {
        return made.isEmpty() && waiting.stream().noneMatch(RealtimeResponses::wasAsked);
    }

    /// Those that are being made.
    Set<String> ids() {
        return Set.copyOf(made.keySet());
    }

    private static boolean wasAsked(RealtimeCall call) {
        return call.cause == RealtimeCall.Cause.ASKED;
    }

    /// Holds for one more.
    ///
    /// @param settings as they are for it
    /// @param besides bytes of what only it reads
    /// @param eventId of the client's event that asks for it, or null
    void begin(
            RealtimeSettings settings,
            long besides,
            RealtimeCall.Cause cause,
            @Nullable String eventId,
            Consumer<RealtimeCall> begun,
            Consumer<Fault> refused) {
        long step = limits.realtimeHoldTokens();
        OptionalLong first = OptionalLong.of(Math.min(step, settings.outputLimit().orElse(step)));
        calls.begin(
                new RealtimeCalls.Asked(
                        size.facts(model, settings, besides, first),
                        size.estimate(),
                        cause,
                        eventId,
                        settings.outputLimit(),
                        new ResponseSize(settings.outputBytesPerSecond())),
                begun,
                refused);
    }

    /// Keeps one that is to begin.
    void await(RealtimeCall call, long nowNanos) {
        call.waitsSinceNanos = nowNanos;
        waiting.add(call);
    }

    /// The session ended while it was held for.
    void release(RealtimeCall call) {
        calls.unused(call, null);
    }

    /// The one that begins now: what was asked for comes first; null when none is held for.
    @Nullable RealtimeCall next() {
        for (RealtimeCall call : waiting) {
            if (wasAsked(call)) {
                waiting.remove(call);
                return call;
            }
        }
        return waiting.poll();
    }

    /// One has begun; `answer` hears whether that may be shown.
    void bind(RealtimeCall call, String id, Consumer<Boolean> answer) {
        made.put(id, call);
        calls.bound(call, id, answer);
    }

    /// Counts an event that may be a piece of one. What is not held for yet waits until it is.
    void piece(RealtimeEvent event, Runnable show, Consumer<Fault> refused) {
        String id = event.responseId();
        RealtimeCall call = id == null ? null : made.get(id);
        if (call == null || !call.add(event)) {
            show.run();
            return;
        }
        calls.progress(call);
        long lacking = call.lacking(limits.realtimeHoldTokens());
        if (lacking == 0) {
            show.run();
        } else {
            calls.extend(call, lacking, show, refused);
        }
    }

    /// One has ended: `last` runs when it is settled and that cannot be lost any more.
    ///
    /// @param response as the provider tells its end
    /// @param why it was stopped, or null
    void end(JsonNode response, @Nullable Fault why, Runnable last) {
        RealtimeCall call = made.remove(Trees.stringOrEmpty(response, "id"));
        if (call == null) {
            last.run();
            return;
        }
        String status = Trees.stringOrEmpty(response, "status");
        Fault fault = why;
        if (fault == null && status.equals("failed")) {
            fault = Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream failed to make the response.");
        }
        Result result = result(call, response, status);
        size.answered(result.usage());
        calls.answered(call, result, fault, last);
    }

    /// What the provider reported; where it reported nothing credible, what passed here. A response
    /// that failed before it said anything costs nothing.
    private static Result result(RealtimeCall call, JsonNode response, String status) {
        Usage usage;
        boolean estimated = false;
        if (RealtimeUsage.read(response.path("usage")) instanceof UsageReport.Reported said) {
            usage = said.usage();
        } else if (status.equals("failed") && !call.hasProduced()) {
            usage = Usage.NONE;
        } else {
            usage = call.soFar().usage();
            estimated = true;
        }
        return new Result(
                usage,
                estimated,
                status.isEmpty() ? null : status,
                null,
                call.attempt.target.upstreamModel(),
                Trees.string(response, "id"),
                Result.NOTHING.context());
    }

    /// An event of the client was refused: a response that it asked for will not come.
    ///
    /// @param eventId of that event; null where it has none
    void forget(@Nullable String eventId) {
        for (RealtimeCall call : waiting) {
            if (wasAsked(call) && Objects.equals(call.eventId, eventId)) {
                waiting.remove(call);
                calls.unused(
                        call,
                        Fault.of(
                                FaultCode.UPSTREAM_REJECTED,
                                "The upstream refused to make the response."));
                return;
            }
        }
    }

    /// Gives back what is held for responses that do not begin.
    ///
    /// @param spokeNanos when somebody last did
    /// @param patienceNanos how long one that was asked for may take to begin
    void giveBack(long nowNanos, long spokeNanos, long patienceNanos) {
        long unused = limits.realtimeUnused().toNanos();
        for (RealtimeCall call : List.copyOf(waiting)) {
            if (wasAsked(call) && nowNanos - call.waitsSinceNanos > patienceNanos) {
                waiting.remove(call);
                calls.cut(
                        call,
                        Fault.of(
                                FaultCode.UPSTREAM_TIMEOUT,
                                "The upstream did not begin the response in time."));
            } else if (!wasAsked(call) && nowNanos - spokeNanos > unused) {
                waiting.remove(call);
                calls.unused(call, null);
            }
        }
    }

    /// The session is over: what was made, or may have been, is settled by what is known of it.
    void cutAll(Fault why) {
        made.values().forEach(call -> calls.cut(call, why));
        for (RealtimeCall call : waiting) {
            if (wasAsked(call)) {
                calls.cut(call, why);
            } else {
                calls.unused(call, null);
            }
        }
        made.clear();
        waiting.clear();
    }
}
