package dev.sluice.ledger.journal;

import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.CallRecord.Attempt;
import dev.sluice.ledger.call.CallRecord.Outcome;
import dev.sluice.ledger.call.CallRecord.Timings;
import dev.sluice.ledger.window.Settlement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Folds the records of a journal, oldest first, into the calls to post. Keeps only those that have
/// not ended: a backlog may be larger than memory.
///
/// Segments must be put away oldest first: then a call's final is never gone before its attempt.
final class CallFold {

    private static final int INTERNAL_ERROR = 500;

    private static final class Seen {
        final long epoch;
        final Settlement.Open hold;
        CallRecord latest;
        boolean relayed;

        Seen(long epoch, Settlement.Open hold, CallRecord latest) {
            this.epoch = epoch;
            this.hold = hold;
            this.latest = latest;
        }
    }

    private final Map<String, Seen> calls = new LinkedHashMap<>();

    private final Consumer<RecoveredCall> each;

    /// @param each hears of the calls to post
    public CallFold(Consumer<RecoveredCall> each) {
        this.each = each;
    }

    public void add(long epoch, JournalRecord next) {
        switch (next) {
            case JournalRecord.Attempted attempted -> {
                Seen seen = new Seen(epoch, attempted.hold(), attempted.ifRelayed());
                // another target is only asked while nothing was relayed; a call that holds more
                // than before goes on being relayed
                Seen before = calls.put(next.requestId(), seen);
                seen.relayed = before != null && before.relayed;
            }
            case JournalRecord.Relayed _ -> relayed(next.requestId(), null);
            case JournalRecord.Progress progress -> relayed(next.requestId(), progress.soFar());
            case JournalRecord.Final last -> {
                Seen seen = calls.remove(next.requestId());
                Settlement.Open hold =
                        last.hold() == null && seen != null ? seen.hold : last.hold();
                each.accept(new RecoveredCall(epoch, hold, last.call(), RecoveredCall.Known.EXACT));
            }
        }
    }

    // two threads may append: what comes after a call's end, or is left of a call whose segment was
    // put away, knows nothing that the books do not have
    private void relayed(String requestId, @Nullable CallRecord soFar) {
        Seen seen = calls.get(requestId);
        if (seen != null) {
            seen.relayed = true;
            seen.latest = soFar == null ? seen.latest : soFar;
        }
    }

    /// No more records: hands over the calls that did not end, in the order of their first ones.
    public void end() {
        for (Seen seen : calls.values()) {
            each.accept(
                    seen.relayed
                            ? of(seen, estimated(seen.latest), RecoveredCall.Known.ESTIMATED)
                            : of(seen, abandoned(seen.latest), RecoveredCall.Known.ABANDONED));
        }
    }

    private static RecoveredCall of(Seen seen, CallRecord call, RecoveredCall.Known known) {
        return new RecoveredCall(seen.epoch, seen.hold, call, known);
    }

    private static CallRecord estimated(CallRecord call) {
        Outcome was = call.outcome();
        return new CallRecord(
                call.requestId(),
                call.attribution(),
                call.endpoint(),
                call.stream(),
                call.modelAsked(),
                call.modelServed(),
                call.hold(),
                call.usage(),
                true,
                call.chargeLines(),
                call.priceVersion(),
                new Outcome(
                        was.statusCode(),
                        CallRecord.GATEWAY_RESTARTED,
                        was.finishReason(),
                        was.serviceTier(),
                        was.rule()),
                call.timings(),
                call.attempts(),
                call.decisions());
    }

    // no client got a byte: nothing is charged, and no attempt was accepted
    private static CallRecord abandoned(CallRecord call) {
        Timings timings = call.timings();
        List<Attempt> attempts = new ArrayList<>(call.attempts().size());
        for (Attempt attempt : call.attempts()) {
            attempts.add(attempt.accepted() ? cut(attempt) : attempt);
        }
        return new CallRecord(
                call.requestId(),
                call.attribution(),
                call.endpoint(),
                call.stream(),
                call.modelAsked(),
                null,
                call.hold(),
                Usage.NONE,
                true,
                List.of(),
                call.priceVersion(),
                new Outcome(INTERNAL_ERROR, CallRecord.GATEWAY_RESTARTED, null, null, null),
                new Timings(timings.admittedAt(), timings.endedAt(), timings.heldMillis(), null),
                attempts,
                call.decisions());
    }

    private static Attempt cut(Attempt attempt) {
        return new Attempt(
                attempt.id(),
                attempt.upstreamId(),
                attempt.upstream(),
                attempt.provider(),
                attempt.model(),
                attempt.status(),
                CallRecord.GATEWAY_RESTARTED,
                attempt.providerRequestId(),
                false,
                attempt.usage(),
                true,
                attempt.costLines(),
                attempt.priceVersion(),
                attempt.startedAt(),
                attempt.durationMillis());
    }
}
