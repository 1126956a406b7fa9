package dev.sluice.protocol.batch;

import java.util.Locale;

/// How far a batch has come.
public enum BatchStatus {
    VALIDATING,
    FAILED,
    IN_PROGRESS,
    FINALIZING,
    COMPLETED,
    EXPIRED,
    CANCELLING,
    CANCELLED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The member that says when a batch came to this status.
    public String timeName() {
        return wireName() + "_at";
    }

    /// Whether nothing of it changes any more.
    public boolean isFinal() {
        return switch (this) {
            case FAILED, COMPLETED, EXPIRED, CANCELLED -> true;
            case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> false;
        };
    }

    public static BatchStatus ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
