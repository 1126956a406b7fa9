package dev.sluice.gateway.jobs;

import java.util.OptionalLong;

/// Batches, as far as what they hold depends on it.
@FunctionalInterface
public interface BatchItems {

    /// What the ids of batches begin with, and so of the jobs that hold their items.
    String KIND = "batch";

    /// How many items of a batch were run; empty as long as there may be more. None were of one
    /// that was never made.
    OptionalLong ran(String batchId);
}
