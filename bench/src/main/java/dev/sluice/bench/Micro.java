package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// `./sluice bench --jmh`: time and allocated bytes of the hot functions.
final class Micro {

    private Micro() {}

    static int run(Path results, boolean quick) throws IOException {
        Files.createDirectories(results);
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .addProfiler(GCProfiler.class)
                        .resultFormat(ResultFormatType.JSON)
                        .result(results.resolve("jmh.json").toString())
                        .forks(quick ? 0 : 1)
                        .warmupIterations(quick ? 1 : 3)
                        .measurementIterations(quick ? 1 : 5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementTime(TimeValue.seconds(1))
                        .jvmArgs("-Xmx160m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");
        try {
            new Runner(options.build()).run();
            return 0;
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH: " + e.getMessage(), e);
        }
    }
}
