package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the kernel counts for a process: `/proc/PID/stat` and `/proc/PID/smaps_rollup`.
final class Proc {

    /// USER_HZ, which Linux fixes at 100 for what it tells user space.
    private static final long MICROS_PER_TICK = 10_000;

    private static final Path ROOT = Path.of("/proc");
    private static final Pattern PSS = Pattern.compile("^Pss:\\s+(\\d+) kB", Pattern.MULTILINE);

    private Proc() {}

    /// One line of `stat`.
    ///
    /// @param ticks user and system time of the process itself
    /// @param reapedTicks the same of its children that ended and were waited for
    record Stat(long parent, long ticks, long reapedTicks) {

        /// The name in parentheses may hold blanks and parentheses: fields count from the last one.
        static Stat parse(String line) {
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return new Stat(
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                    Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
        }
    }

    /// CPU time of one process, without its children, in microseconds; 0 when it is gone.
    static long cpuMicros(long pid) {
        return stat(pid).map(stat -> stat.ticks() * MICROS_PER_TICK).orElse(0L);
    }

    /// CPU time of a process, of its living children, and of those it has reaped.
    static long familyCpuMicros(long pid) {
        long ticks = stat(pid).map(stat -> stat.ticks() + stat.reapedTicks()).orElse(0L);
        for (long child : children(pid)) {
            ticks += stat(child).map(stat -> stat.ticks() + stat.reapedTicks()).orElse(0L);
        }
        return ticks * MICROS_PER_TICK;
    }

    /// Proportional memory of one process in KiB: shared pages count by the share of each sharer.
    static long pssKib(long pid) {
        return read(ROOT.resolve(pid + "/smaps_rollup")).map(Proc::parsePss).orElse(0L);
    }

    /// Proportional memory of a process and its children in KiB.
    static long familyPssKib(long pid) {
        return pssKib(pid) + children(pid).stream().mapToLong(Proc::pssKib).sum();
    }

    static long parsePss(String rollup) {
        Matcher matcher = PSS.matcher(rollup);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static List<Long> children(long pid) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(ROOT, "[0-9]*")) {
            for (Path entry : all) {
                long candidate = Long.parseLong(entry.getFileName().toString());
                if (stat(candidate).filter(stat -> stat.parent() == pid).isPresent()) {
                    found.add(candidate);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot list /proc", e);
        }
        return found;
    }

    private static Optional<Stat> stat(long pid) {
        return read(ROOT.resolve(pid + "/stat")).map(Stat::parse);
    }

    /// Empty when the process ended meanwhile.
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(
                    Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
