package dev.sluice.ledger.jobs;

import java.time.Duration;

/// Every limit of jobs, by name. `docs/reference/limits.md` lists them.
///
/// @param openJobs jobs of one organization that are not at their end; more is 429
/// @param submitGrace how long after an upstream's own time-outs a submit that nothing more was
///     heard of counts as lost
/// @param unknownHeld how long a job whose submit's answer was lost stays held
/// @param longest how long a job that makes a video is looked after
/// @param longestTraining the same of one that trains a model; then it is told to stop
/// @param lease how long the replica that looks after a job has for one look
/// @param looksAtOnce jobs one replica looks after at the same time
/// @param kept how long a job that ended can be asked for
public record JobLimits(
        int openJobs,
        Duration submitGrace,
        Duration unknownHeld,
        Duration longest,
        Duration longestTraining,
        Duration lease,
        int looksAtOnce,
        Duration kept) {

    public static final JobLimits STANDARD =
            new JobLimits(
                    1_000,
                    Duration.ofMinutes(1),
                    Duration.ofHours(24),
                    Duration.ofHours(48),
                    Duration.ofDays(7),
                    Duration.ofMinutes(1),
                    32,
                    Duration.ofDays(30));
}
