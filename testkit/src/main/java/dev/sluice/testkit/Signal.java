package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Signals that Java itself cannot send, to processes that a test started.
public final class Signal {

    private Signal() {}

    /// Sends one to each of them.
    ///
    /// @param name without SIG
    /// @throws IllegalStateException when there is no such process
    public static void send(String name, long... pids) {
        String all = Arrays.stream(pids).mapToObj(Long::toString).collect(Collectors.joining(" "));
        try {
            int code =
                    new ProcessBuilder("sh", "-c", "kill -" + name + " " + all)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new IllegalStateException("SIG" + name + " did not reach all of " + all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
