package dev.sluice.ledger.journal;

import java.time.Duration;

/// How often a journal was flushed, and how long that took in all.
public record Flushes(long count, Duration total) {

    static final Flushes NONE = new Flushes(0, Duration.ZERO);

    Flushes and(Duration another) {
        return new Flushes(count + 1, total.plus(another));
    }
}
