package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Golden;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.framing.SseParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Seeded mutations of valid documents: nothing escapes but a fault, in bounded time.
final class MutationFuzzTest {

    private static final int MUTATIONS = 10_000;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final List<String> REQUESTS =
            List.of(
                    """
                    {"model":"gpt","stream":true,"stream_options":{"include_usage":false},"n":2,
                     "messages":[{"role":"user","content":[
                     {"type":"text","text":"hé 😀 \\ud83d\\ude00"},
                     {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                     {"type":"file","file":{"file_id":"f"}}]}],"max_tokens":10,
                     "tools":[{"type":"function","function":{"name":"f","parameters":{}}}],
                     "metadata":{"customer":"c"},"modalities":["text"],"x":[1,-2.5e3,null,true]}
                    """,
                    "{\"model\":\"m\",\"input\":[[1,2],[3]],\"encoding_format\":\"base64\","
                            + "\"dimensions\":8}",
                    "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"user\":\"u\"}");

    private static final List<String> ANSWERS =
            List.of(
                    """
                    {"id":"c1","model":"m","service_tier":"default","choices":[{"index":0,
                     "message":{"role":"assistant","content":"hi 😀",
                     "tool_calls":[{"id":"t","type":"function",
                     "function":{"name":"f","arguments":"{}"}}],
                     "annotations":[{"type":"url_citation","url_citation":{"url":"x"}}]},
                     "finish_reason":"stop"}],"usage":{"prompt_tokens":10,
                     "completion_tokens":5,"total_tokens":15,
                     "prompt_tokens_details":{"cached_tokens":3}}}
                    """,
                    "{\"data\":[{\"index\":0,\"embedding\":[0.1,-2,3e-5]}],\"usage\":"
                            + "{\"prompt_tokens\":3}}",
                    "{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAEA=\"}],\"usage\":"
                            + "{\"prompt_tokens\":3}}",
                    "{\"error\":{\"message\":\"key sk-abcdefghijkl\",\"type\":\"x\","
                            + "\"code\":429,\"param\":null}}");

    private static final List<String> STREAMS =
            Golden.inputs("openai_chat/streams", ".sse").stream().map(Golden::text).toList();

    @Test
    void requestsAreFactsOrFaults() {
        Random random = new Random(1);
        assertTimeoutPreemptively(
                BOUND,
                () -> {
                    int taken = 0;
                    for (int i = 0; i < MUTATIONS; i++) {
                        byte[] body = mutate(REQUESTS.get(i % REQUESTS.size()), random);
                        taken += request(body) ? 1 : 0;
                    }
                    // Both outcomes must occur, or the mutations prove nothing.
                    assertThat(taken).isBetween(MUTATIONS / 50, MUTATIONS * 49 / 50);
                });
    }

    private static boolean request(byte[] body) {
        boolean taken = false;
        for (int kind = 0; kind < 2; kind++) {
            try {
                Decoded decoded =
                        kind == 0 ? OpenAiChat.decode(body) : OpenAiEmbeddings.decode(body);
                assertThat(decoded.facts().textBytes()).isBetween(0L, (long) body.length);
                decoded.upstreamBody("other", OptionalLong.of(9), "max_tokens");
                taken = true;
            } catch (FaultException e) {
                assertThat(e.fault().status()).isEqualTo(400);
            }
        }
        return taken;
    }

    @Test
    void answersAreAnswersOrFaults() {
        Random random = new Random(2);
        assertTimeoutPreemptively(
                BOUND,
                () -> {
                    for (int i = 0; i < MUTATIONS; i++) {
                        byte[] body = mutate(ANSWERS.get(i % ANSWERS.size()), random);
                        quietly(body, ChatResponse::read);
                        quietly(body, b -> EmbeddingsResponse.read(b, true));
                        quietly(body, b -> EmbeddingsResponse.read(b, false));
                        UpstreamFaults.decode(
                                400 + random.nextInt(200), name -> null, body, Instant.EPOCH);
                    }
                });
    }

    @Test
    void streamsAreFramesVerdictsAndAReport() {
        Random random = new Random(3);
        assertTimeoutPreemptively(
                BOUND,
                () -> {
                    for (int i = 0; i < MUTATIONS; i++) {
                        byte[] stream = mutate(STREAMS.get(i % STREAMS.size()), random);
                        ChatStreamReader reader = new ChatStreamReader(random.nextBoolean());
                        SseParser parser = new SseParser(1 << 16, "limit", reader::read);
                        int cut = random.nextInt(stream.length + 1);
                        parser.push(stream, 0, cut);
                        parser.push(stream, cut, stream.length - cut);
                        SseFrame last = parser.end();
                        if (last != null) {
                            reader.read(last);
                        }
                        assertThat(reader.report().contentBytes()).isNotNegative();
                    }
                });
    }

    private static void quietly(byte[] body, Consumer<byte[]> read) {
        try {
            read.accept(body);
        } catch (FaultException e) {
            assertThat(e.fault().status()).isGreaterThanOrEqualTo(400);
        }
    }

    private static byte[] mutate(String valid, Random random) {
        byte[] bytes = valid.getBytes(StandardCharsets.UTF_8);
        int edits = 1 + random.nextInt(3);
        for (int i = 0; i < edits && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 ->
                        bytes =
                                splice(
                                        bytes,
                                        at,
                                        Math.min(bytes.length, at + random.nextInt(8)),
                                        "");
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 ->
                        bytes =
                                splice(
                                        bytes,
                                        at,
                                        at,
                                        new String(
                                                bytes,
                                                at,
                                                Math.min(20, bytes.length - at),
                                                StandardCharsets.ISO_8859_1));
                default -> {
                    String[] tokens = {
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        ",",
                        ":",
                        "null",
                        "-1",
                        "1e999",
                        "\\ud800",
                        "\0",
                        "99999999999999999999",
                        "\"usage\":{}",
                        "\"error\":1,",
                        "\n\n",
                        "\r"
                    };
                    bytes = splice(bytes, at, at, tokens[random.nextInt(tokens.length)]);
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, String text) {
        byte[] middle = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] result = new byte[bytes.length - (to - from) + middle.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
        return result;
    }
}
