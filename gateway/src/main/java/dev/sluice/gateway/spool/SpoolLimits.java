package dev.sluice.gateway.spool;

/// What bounds uploads on disk. `docs/reference/limits.md` lists them.
///
/// @param spoolAfterBytes forms up to this size are kept in memory
/// @param spoolBytes all forms on disk together; more is 503
public record SpoolLimits(int spoolAfterBytes, long spoolBytes) {

    public static final SpoolLimits DEFAULT = new SpoolLimits(1 << 20, 2L << 30);
}
