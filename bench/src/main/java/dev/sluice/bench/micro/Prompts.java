package dev.sluice.bench.micro;

import java.nio.charset.StandardCharsets;

/// The bytes the benchmarks work on: of the size that the load harness sends.
final class Prompts {

    private static final int CHUNKS = 20;

    private Prompts() {}

    /// A request of about 1.2 KB with four messages.
    static byte[] request() {
        String text = "Please summarize the following text for me. ";
        return """
        {"model":"plain","messages":[{"role":"system","content":"%s"},\
        {"role":"user","content":"%s"},{"role":"assistant","content":"%s"},\
        {"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256}\
        """
                .formatted(text.repeat(6), text.repeat(8), text.repeat(5), text.repeat(4))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// A stream of 20 chunks, its usage and its closing mark.
    static byte[] stream() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHUNKS; i++) {
            text.append(
                    """
                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk",\
                    "created":1764300000,"model":"plain","choices":[{"index":0,\
                    "delta":{"content":" word%d"},"logprobs":null,"finish_reason":%s}]}

                    """
                            .formatted(i, i == CHUNKS - 1 ? "\"stop\"" : "null"));
        }
        text.append(
                """
                data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764300000,\
                "model":"plain","choices":[],"usage":{"prompt_tokens":212,\
                "completion_tokens":46,"total_tokens":258}}

                data: [DONE]

                """);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
