package dev.sluice.gateway.batches;

import dev.sluice.gateway.batches.OwnCalls.Heard;
import dev.sluice.protocol.batch.LineAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What to do about one line after each of its calls: keep what was answered, or ask again.
final class LineVerdict {

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    /// So often a line is asked for that was answered to a replica that may be about to keep it.
    private static final int MOST_REPLAYS = 5;

    /// What to do next.
    sealed interface Next {
        /// An answer, or an error that stays one.
        record Keep(Heard heard) implements Next {}

        /// There is no answer to be had.
        record GiveUp(String code, String message) implements Next {}

        record Again(Duration after) implements Next {}

        /// Others first: somebody else may be at it.
        record Later() implements Next {}
    }

    private final BatchLimits limits;
    private final RandomGenerator random;
    private int calls;
    private int failures;
    private int replays;
    private @Nullable Instant unsureSince;

    /// @param random spreads calls that are repeated
    LineVerdict(BatchLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
    }

    /// @param heard null when no answer came
    Next after(@Nullable Heard heard, Instant now) {
        calls++;
        if (heard == null) {
            return again(Optional.empty());
        }
        if (heard.status() < 300) {
            return new Next.Keep(heard);
        }
        return heard.status() == 409 ? conflict(heard, now) : refused(heard);
    }

    private Next refused(Heard heard) {
        boolean told = heard.header("x-should-retry").filter("false"::equals).isEmpty();
        boolean helps =
                switch (heard.status()) {
                    case 429, 503 -> true;
                    case 408, 500, 502, 504 -> ++failures < limits.batchLineTries();
                    default -> false;
                };
        return told && helps ? again(heard.header("retry-after")) : new Next.Keep(heard);
    }

    /// The line has been asked before, by a replica that could not keep what came of it.
    private Next conflict(Heard heard, Instant now) {
        return switch (LineAnswer.code(heard.body())) {
            case "idempotency_in_progress" -> unsure(now);
            case "idempotency_replay" ->
                    ++replays < MOST_REPLAYS
                            ? again(Optional.empty())
                            : new Next.GiveUp(
                                    "answer_lost",
                                    "The line was answered, but the replica that asked it ended"
                                            + " before it kept the answer. It was not asked again,"
                                            + " so that it is not paid twice.");
            default -> new Next.Keep(heard);
        };
    }

    private Next unsure(Instant now) {
        if (unsureSince == null) {
            unsureSince = now;
        }
        return now.isBefore(unsureSince.plus(limits.batchUnsure()))
                ? new Next.Later()
                : new Next.GiveUp(
                        "outcome_unknown",
                        "The replica that asked this line ended before it kept the answer and has"
                                + " not come back. The line was not asked again, so that it is"
                                + " not paid twice.");
    }

    /// @param told seconds, as the listener said
    private Next.Again again(Optional<String> told) {
        Duration least =
                told.filter(seconds -> seconds.matches("[0-9]{1,6}"))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                        .orElse(Duration.ZERO);
        Duration usual = FIRST_WAIT.multipliedBy(1L << Math.min(calls - 1, 10));
        Duration wait = least.compareTo(usual) > 0 ? least : usual;
        Duration most = limits.batchRetryWait();
        Duration capped = wait.compareTo(most) < 0 ? wait : most;
        return new Next.Again(capped.plusMillis(random.nextLong(capped.toMillis() / 4 + 1)));
    }
}
