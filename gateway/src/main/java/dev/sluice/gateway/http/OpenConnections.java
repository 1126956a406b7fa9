package dev.sluice.gateway.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections clients have open, over all event loops. Never more than the heap has room
/// for, whatever they are opened for, and never more than half of the files this process may open:
/// the other half is for upstreams, the database and the journal.
public final class OpenConnections {

    /// What a connection may take of the heap beside its call: a plain one takes 8 KiB.
    private static final long HEAP_PER_CONNECTION = 32 << 10;

    private static final String FILES = "Max open files";

    private final int most;
    private final AtomicInteger count = new AtomicInteger();

    OpenConnections(int most) {
        this.most = most;
    }

    public static OpenConnections ofThisProcess() {
        return new OpenConnections(most());
    }

    private static int most() {
        long room = Runtime.getRuntime().maxMemory() / HEAP_PER_CONNECTION;
        return Math.toIntExact(Math.min(room, files() / 2));
    }

    /// How many may be accepted before the event loops know of them: some more, so that there is
    /// one to come when the one that idles longest has to go.
    public static int mostAccepted() {
        return most() / 8 * 9;
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
