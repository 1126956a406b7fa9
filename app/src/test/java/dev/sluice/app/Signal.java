package dev.sluice.app;

import java.io.IOException;

/// Signals that Java itself cannot send, to processes that a test started.
final class Signal {

    private Signal() {}

    /// @param name without SIG
    static void send(String name, long pid) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new AssertionError("no process " + pid + " for SIG" + name);
        }
    }
}
