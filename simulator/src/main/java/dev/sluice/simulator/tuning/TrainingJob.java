package dev.sluice.simulator.tuning;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One job. It takes its time, whoever looks; while it is paused no time passes for it. Guarded by
/// its store.
final class TrainingJob {

    enum State {
        QUEUED("queued"),
        RUNNING("running"),
        PAUSED("paused"),
        SUCCEEDED("succeeded"),
        FAILED("failed"),
        CANCELLED("cancelled");

        private final String word;

        State(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    final String id;
    final Wanted wanted;
    final Instant begun;
    private Duration waited = Duration.ZERO;
    private @Nullable Instant pausedAt;
    private @Nullable Instant cancelledAt;

    /// @param tokens of one pass over the file
    /// @param fails the provider's code of its failure, null for one that succeeds
    record Wanted(
            String model,
            String file,
            @Nullable String validation,
            @Nullable String suffix,
            int epochs,
            long tokens,
            Duration takes,
            @Nullable String fails) {}

    TrainingJob(String id, Wanted wanted, Instant begun) {
        this.id = id;
        this.wanted = wanted;
        this.begun = begun;
    }

    private Duration age(Instant now) {
        Instant until = cancelledAt != null ? cancelledAt : pausedAt != null ? pausedAt : now;
        return Duration.between(begun, until).minus(waited);
    }

    State at(Instant now) {
        if (cancelledAt != null) {
            return State.CANCELLED;
        }
        if (age(now).compareTo(wanted.takes()) >= 0) {
            return wanted.fails() == null ? State.SUCCEEDED : State.FAILED;
        }
        if (pausedAt != null) {
            return State.PAUSED;
        }
        return age(now).compareTo(wanted.takes().dividedBy(4)) < 0 ? State.QUEUED : State.RUNNING;
    }

    Instant end() {
        return cancelledAt != null ? cancelledAt : begun.plus(wanted.takes()).plus(waited);
    }

    /// Whole passes that a job has made; none of one that fails.
    long trained(Instant now) {
        if (wanted.fails() != null) {
            return 0;
        }
        long whole = Math.max(1, wanted.takes().toMillis());
        long passes = Math.min(wanted.epochs(), age(now).toMillis() * wanted.epochs() / whole);
        return (at(now) == State.SUCCEEDED ? wanted.epochs() : passes) * wanted.tokens();
    }

    /// Does nothing to a job that is over.
    void cancel(Instant now) {
        if (at(now) == State.QUEUED || at(now) == State.RUNNING || at(now) == State.PAUSED) {
            cancelledAt = pausedAt != null ? pausedAt : now;
        }
    }

    void pause(Instant now) {
        if (at(now) == State.QUEUED || at(now) == State.RUNNING) {
            pausedAt = now;
        }
    }

    void resume(Instant now) {
        Instant since = pausedAt;
        if (since != null && cancelledAt == null) {
            waited = waited.plus(Duration.between(since, now));
            pausedAt = null;
        }
    }
}
