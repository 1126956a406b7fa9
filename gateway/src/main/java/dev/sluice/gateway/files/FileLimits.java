package dev.sluice.gateway.files;

import java.time.Duration;

/// What is kept of files, and for how long. `docs/reference/limits.md` lists them.
///
/// @param fileBytes the largest file that is uploaded; more is 413
/// @param filePieceBytes what is sealed and read at once
/// @param organizationFileBytes all files of an organization together; beyond it none is uploaded
/// @param organizationFiles how many these may be
/// @param keptFile how long a file is kept whose client does not say otherwise
public record FileLimits(
        int fileBytes,
        int filePieceBytes,
        long organizationFileBytes,
        int organizationFiles,
        Duration keptFile) {

    public static final FileLimits DEFAULT =
            new FileLimits(30 << 20, 256 << 10, 2L << 30, 10_000, Duration.ofDays(30));
}
