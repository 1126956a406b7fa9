package dev.sluice.control.usage;

import java.time.Duration;

/// How a live tail waits between two looks. The process's stop ends every wait.
@FunctionalInterface
public interface Pace {

    /// Waits; false when the process is closing and the tail must end.
    boolean await(Duration pause) throws InterruptedException;
}
