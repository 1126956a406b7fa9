package dev.sluice.bench;

/// What one target did with one kind of work in one round.
///
/// @param calls that ended while it was measured
/// @param seconds how long it was measured
/// @param cpu of each group of processes over that time, and until the books have every call
/// @param behindSeconds after the last call, until the books have every call
/// @param whole from the intended start to the last byte
/// @param firstByte zero where it was not taken
/// @param memory at the end of the measured time
record Sample(
        Work work,
        Target target,
        int round,
        long calls,
        long errors,
        double seconds,
        Cpu cpu,
        double behindSeconds,
        Delay whole,
        Delay firstByte,
        Memory memory) {

    /// Microseconds of CPU time.
    ///
    /// @param between what stands between load and provider: nginx, or the gateway's own process
    /// @param postgres all processes of the gateway's database
    record Cpu(long between, long postgres, long provider, long load) {

        Cpu minus(Cpu earlier) {
            return new Cpu(
                    between - earlier.between,
                    postgres - earlier.postgres,
                    provider - earlier.provider,
                    load - earlier.load);
        }

        Cpu plus(Cpu more) {
            return new Cpu(
                    between + more.between,
                    postgres + more.postgres,
                    provider + more.provider,
                    load + more.load);
        }
    }

    /// Microseconds.
    record Delay(long p50, long p99) {

        static final Delay NONE = new Delay(0, 0);

        static Delay of(Latencies latencies) {
            return new Delay(latencies.percentile(50), latencies.percentile(99));
        }
    }

    /// Proportional memory in KiB.
    record Memory(long between, long postgres) {}

    double microsPerCall() {
        return perCall(cpu.between());
    }

    double perCall(long micros) {
        return calls == 0 ? 0 : (double) micros / calls;
    }

    double callsPerSecond() {
        return calls / seconds;
    }

    /// Share of one core.
    double percentOfCore() {
        return cpu.between() / seconds / 1e4;
    }
}
