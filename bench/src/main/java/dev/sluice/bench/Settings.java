package dev.sluice.bench;

import java.nio.file.Path;
import java.util.List;

/// How a run is done.
///
/// @param seconds of each measurement
/// @param warmUpSeconds of each kind of call, once for each target, before the first round
/// @param works in their order
/// @param gateway the command line before `run`
/// @param out where results are written
/// @param work where data directories and logs of the run live; on a disk, not in memory
record Settings(
        int rounds,
        int seconds,
        int warmUpSeconds,
        List<Work> works,
        List<String> gateway,
        Path out,
        Path work) {}
