package dev.sluice.app;

import dev.sluice.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The one clock of the process: the system's, shifted as the installation's test clock says. Every
/// time Sluice uses comes from here, and windows are drawn on it.
final class InstallationClock implements InstantSource {

    private static final InstantSource SYSTEM = InstantSource.system();

    private final Duration offset;

    private InstallationClock(Duration offset) {
        this.offset = offset;
    }

    static InstallationClock unshifted() {
        return new InstallationClock(Duration.ZERO);
    }

    /// Reads the installation's shift, and sets it anew when the wanted time differs from the one
    /// that set it. All replicas share one shift.
    ///
    /// @param wanted the time the installation shall believe it is at its first start, or null for
    ///     the real one
    /// @throws IllegalStateException when a production key exists
    static InstallationClock of(Database database, @Nullable Instant wanted) {
        if (wanted == null) {
            return unshifted();
        }
        TestClockStore store = new TestClockStore(database);
        if (store.productionKeyExists()) {
            throw new IllegalStateException(
                    "SLUICE_TEST_CLOCK is set, but this installation has a production key."
                            + " Unset it: time is not played with where real money is.");
        }
        Duration shift = Duration.between(SYSTEM.instant(), wanted);
        return new InstallationClock(store.agree(wanted, shift));
    }

    boolean isShifted() {
        return !offset.isZero();
    }

    /// How far it is ahead of the system's clock, by which ids are made.
    Duration ahead() {
        return offset;
    }

    @Override
    public Instant instant() {
        return SYSTEM.instant().plus(offset);
    }
}
