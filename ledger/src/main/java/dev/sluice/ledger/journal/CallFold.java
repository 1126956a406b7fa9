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
import org.jspecify.annotations.Nullable;

/// Folds the records of a journal, oldest first, into the calls to post. Pure.
///
/// Segments must be put away oldest first: then a call's final is never gone before its attempt,
/// and a `relayed` alone is what is left of a call that was confirmed.
public final class CallFold {

    private static final int INTERNAL_ERROR = 500;

    private static final class Seen {
        final long epoch;
        Settlement.@Nullable Open hold;
        @Nullable CallRecord latest;
        boolean relayed;
        boolean ended;

        Seen(long epoch) {
            this.epoch = epoch;
        }
    }

    private final Map<String, Seen> calls = new LinkedHashMap<>();

    public void add(long epoch, JournalRecord next) {
        Seen seen = calls.computeIfAbsent(next.requestId(), _ -> new Seen(epoch));
        if (seen.ended) {
            // two threads may append: what comes after the end knows less than the end
            return;
        }
        switch (next) {
            case JournalRecord.Attempted attempted -> {
                seen.hold = attempted.hold();
                seen.latest = attempted.ifRelayed();
                // another target is only asked while nothing was relayed
                seen.relayed = false;
            }
            case JournalRecord.Relayed _ -> seen.relayed = true;
            case JournalRecord.Progress progress -> {
                seen.relayed = true;
                seen.latest = progress.soFar();
            }
            case JournalRecord.Final last -> {
                seen.ended = true;
                seen.latest = last.call();
                if (last.hold() != null) {
                    seen.hold = last.hold();
                }
            }
        }
    }

    /// The calls in the order of their first records.
    public List<RecoveredCall> calls() {
        List<RecoveredCall> recovered = new ArrayList<>(calls.size());
        for (Seen seen : calls.values()) {
            CallRecord latest = seen.latest;
            if (latest == null) {
                continue;
            }
            if (seen.ended) {
                recovered.add(of(seen, latest, RecoveredCall.Known.EXACT));
            } else if (seen.relayed) {
                recovered.add(of(seen, estimated(latest), RecoveredCall.Known.ESTIMATED));
            } else {
                recovered.add(of(seen, abandoned(latest), RecoveredCall.Known.ABANDONED));
            }
        }
        return recovered;
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
