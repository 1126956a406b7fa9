package dev.sluice.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// What one flush to this disk costs: 4 KiB appended, then `fdatasync`, many times.
final class Flush {

    private static final int TIMES = 300;
    private static final int BYTES = 4096;

    private Flush() {}

    /// Durations in microseconds, measured in a file of its own that is removed afterwards.
    static Latencies measure(Path folder) {
        Path file = folder.resolve("flush.probe");
        Latencies latencies = new Latencies();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BYTES);
            for (int i = 0; i < TIMES; i++) {
                block.clear();
                channel.write(block);
                long start = System.nanoTime();
                channel.force(false);
                latencies.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot flush to " + file, e);
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // the folder is removed with the run
            }
        }
        return latencies;
    }
}
