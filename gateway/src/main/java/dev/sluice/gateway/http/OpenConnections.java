package dev.sluice.gateway.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections clients have open, over all event loops. Never more than half of the files
/// this process may open: the other half is for upstreams, the database and the journal.
public final class OpenConnections {

    /// Beside those that carry a call.
    private static final int IDLE = 10_000;

    private static final String FILES = "Max open files";

    private final int most;
    private final AtomicInteger count = new AtomicInteger();

    private OpenConnections(int most) {
        this.most = most;
    }

    public static OpenConnections beside(int openExchanges) {
        return new OpenConnections((int) Math.min((long) openExchanges + IDLE, files() / 2));
    }

    /// Counts one more, which is there already.
    ///
    /// @return false when one has to go for it
    boolean add() {
        return count.incrementAndGet() <= most;
    }

    void remove() {
        count.decrementAndGet();
    }

    /// The soft limit of this process, which the JVM has raised to the hard one.
    private static long files() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith(FILES)) {
                    String soft = line.substring(FILES.length()).strip().split(" +", 2)[0];
                    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException _) {
            // a system that says nothing about it
        }
        return Long.MAX_VALUE;
    }
}
