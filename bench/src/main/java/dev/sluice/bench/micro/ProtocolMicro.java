package dev.sluice.bench.micro;

import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import dev.sluice.protocol.openai.ChatStreamReader;
import dev.sluice.protocol.openai.OpenAiChat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// Reading a request, and reading along with a stream.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProtocolMicro {

    private static final int FRAME_BYTES_MAX = 1 << 20;

    private final byte[] request = Prompts.request();
    private final byte[] stream = Prompts.stream();

    /// A request of 1.2 KB to facts.
    @Benchmark
    public Object decode() {
        return OpenAiChat.decode(request);
    }

    /// A whole stream, cut into frames only.
    @Benchmark
    public void frame(Blackhole sink) {
        SseParser parser = new SseParser(FRAME_BYTES_MAX, "eventBytes", sink::consume);
        parser.push(stream, 0, stream.length);
    }

    /// A whole stream, cut into frames and metered.
    @Benchmark
    public Object relay() {
        ChatStreamReader reader = new ChatStreamReader(true);
        SseParser parser =
                new SseParser(
                        FRAME_BYTES_MAX, "eventBytes", (SseFrame frame) -> reader.read(frame));
        parser.push(stream, 0, stream.length);
        return reader.report();
    }
}
