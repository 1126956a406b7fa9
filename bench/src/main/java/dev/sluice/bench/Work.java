package dev.sluice.bench;

import java.nio.charset.StandardCharsets;

/// The kinds of work, each with the model name by which providers and gateway know it.
enum Work {
    PLAIN("plain call, 64 connections, as fast as it goes", "plain", Provider.NGINX, 64),
    STREAM("20-chunk stream, 32 connections, as fast as it goes", "burst", Provider.SCRIPTED, 32),
    OPEN_0("plain calls, 1,000 each second, provider at once", "plain", Provider.NGINX, 256),
    OPEN_20("plain calls, 1,000 each second, provider after 20 ms", "late", Provider.SCRIPTED, 256),
    TRANSLATED("20-chunk stream, 32 connections, in each dialect", "burst", Provider.SCRIPTED, 32),
    SLOW_500("500 streams of 5 s, 20 events a second each", "slow", Provider.SCRIPTED, 500),
    SLOW_2000("2,000 streams of 5 s, 20 events a second each", "slow", Provider.SCRIPTED, 2000);

    enum Provider {
        NGINX,
        SCRIPTED
    }

    static final int CALLS_PER_SECOND = 1000;

    /// What the four messages of a request say, in any dialect.
    static final String SYSTEM = "You are a careful assistant. ".repeat(10);

    static final String QUESTION = "Please summarize the following text for me. ".repeat(8);
    static final String REPLY = "Here is a short summary of it. ".repeat(6);
    static final String AGAIN = "Thanks. Now say it again in one line. ".repeat(5);

    /// The key nginx compares with; the gateway makes its own.
    static final String PROXY_KEY = "sk-bench-floor";

    /// About 730 bytes, with the usage a real answer has.
    static final String ANSWER =
            """
            {"id":"chatcmpl-0123456789","object":"chat.completion","created":1764300000,\
            "model":"gpt-4o-mini","choices":[{"index":0,\
            "message":{"role":"assistant","content":"%s","refusal":null},\
            "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":212,\
            "completion_tokens":46,"total_tokens":258,"prompt_tokens_details":{"cached_tokens":128,\
            "audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":12}},\
            "system_fingerprint":"fp_bench"}\
            """
                    .formatted("A short answer about the text. ".repeat(9));

    private final String title;
    private final String model;
    private final Provider provider;
    private final int connections;

    Work(String title, String model, Provider provider, int connections) {
        this.title = title;
        this.model = model;
        this.provider = provider;
        this.connections = connections;
    }

    String title() {
        return title;
    }

    String model() {
        return model;
    }

    Provider provider() {
        return provider;
    }

    int connections() {
        return connections;
    }

    boolean isStream() {
        return this == STREAM || this == TRANSLATED || isSlow();
    }

    boolean isSlow() {
        return this == SLOW_500 || this == SLOW_2000;
    }

    boolean isOpen() {
        return this == OPEN_0 || this == OPEN_20;
    }

    /// The request, about 1.2 KB and four messages.
    String body() {
        return """
        {"model":"%s","messages":[{"role":"system","content":"%s"},\
        {"role":"user","content":"%s"},{"role":"assistant","content":"%s"},\
        {"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256%s}\
        """
                .formatted(
                        model,
                        SYSTEM,
                        QUESTION,
                        REPLY,
                        AGAIN,
                        isStream()
                                ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                                : "");
    }

    /// The whole request as it goes over the wire.
    byte[] request(String key) {
        return request("/v1/chat/completions", key, body());
    }

    static byte[] request(String path, String key, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head =
                """
                POST %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """
                        .formatted(path, key, body.length);
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }
}
