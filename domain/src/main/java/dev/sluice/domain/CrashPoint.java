package dev.sluice.domain;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// A named place where a crash would be most telling: a test starts the process with
/// `-Dsluice.crash_at=<name>` or `<name>:<n>` and it halts there, as by `kill -9`, the n-th time
/// the place is reached.
///
/// Without the property [#reached()] is a comparison of two constants, which the JIT removes.
public enum CrashPoint {
    ADMISSION_BEFORE_HOLD,
    ADMISSION_AFTER_HOLD,
    ATTEMPT_BEFORE_JOURNAL,
    ATTEMPT_AFTER_JOURNAL,
    ATTEMPT_BEFORE_SEND,
    JOURNAL_BEFORE_WRITE,
    JOURNAL_AFTER_WRITE,
    JOURNAL_BEFORE_FLUSH,
    JOURNAL_AFTER_FLUSH,
    JOURNAL_ROTATE,
    JOURNAL_RENAME_DONE,
    RELAY_BEFORE_FLUSH_WAIT,
    RELAY_BEFORE_FIRST_BYTE,
    RELAY_AFTER_FIRST_BYTE,
    RELAY_PROGRESS,
    SETTLE_BEFORE_JOURNAL,
    SETTLE_AFTER_JOURNAL,
    SETTLE_BEFORE_LAST_BYTE,
    SETTLE_AFTER_LAST_BYTE,
    SHIP_BEFORE_TRANSACTION,
    SHIP_BEFORE_COMMIT,
    SHIP_AFTER_COMMIT,
    SHIP_AFTER_CONFIRM,
    SLICE_BEFORE_TAKE,
    SLICE_AFTER_TAKE,
    SLICE_BEFORE_RETURN,
    SLICE_AFTER_RETURN,
    LEASE_BEFORE_RENEW,
    LEASE_AFTER_RENEW,
    RECALL_BEFORE_ANSWER,
    RECALL_AFTER_ANSWER,
    START_AFTER_LOCK,
    START_AFTER_EPOCH,
    START_BEFORE_RECOVERED,
    STOP_BEFORE_DRAIN,
    STOP_BEFORE_RETURN,
    STOP_BEFORE_CLOSE;

    /// The system property that names the point.
    public static final String PROPERTY = "sluice.crash_at";

    // what a shell reports of a process that was killed by signal 9
    private static final int KILLED = 137;

    /// Halts the process if it was started to die here.
    public void reached() {
        if (this == Plan.POINT && Plan.LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /// The name in the property: lower case.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    // apart from the enum, whose constants must exist before one of them can be looked up
    private static final class Plan {

        static final @org.jspecify.annotations.Nullable CrashPoint POINT;
        static final AtomicInteger LEFT;

        static {
            String plan = System.getProperty(PROPERTY, "");
            int colon = plan.indexOf(':');
            String name = colon < 0 ? plan : plan.substring(0, colon);
            POINT = name.isEmpty() ? null : valueOf(name.toUpperCase(Locale.ROOT));
            LEFT = new AtomicInteger(colon < 0 ? 1 : Integer.parseInt(plan.substring(colon + 1)));
        }
    }
}
