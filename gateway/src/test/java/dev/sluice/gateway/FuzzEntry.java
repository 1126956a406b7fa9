package dev.sluice.gateway;

/// Where the fuzzer enters: one target for each process.
public final class FuzzEntry {

    private static final FuzzTarget TARGET =
            FuzzTarget.valueOf(System.getProperty(FuzzRun.TARGET, "SSE"));

    private FuzzEntry() {}

    /// What Jazzer calls, millions of times.
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.feed(input);
    }
}
