package dev.sluice.bench;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// Streams as the scripted provider sends them, in each dialect of providers: the same words, one
/// event for each.
final class Bursts {

    static final int CHUNKS = 20;

    private static final Buffer END = Buffer.buffer("0\r\n\r\n");
    private static final List<Buffer> CHAT = chat(CHUNKS);
    private static final List<Buffer> MESSAGES = messages(CHUNKS);
    private static final List<Buffer> GEMINI = gemini(CHUNKS);

    private Bursts() {}

    /// The model that is streamed at once by the provider of a dialect, for gateway and provider.
    static String model(Dialect provider) {
        return switch (provider) {
            case CHAT -> "burst";
            case MESSAGES -> "burst-messages";
            case GEMINI -> "burst-gemini";
            case RESPONSES -> throw new IllegalArgumentException("no provider speaks it here");
        };
    }

    /// What the request's model streams at once; empty when it is another's.
    static List<Buffer> asked(String request) {
        if (request.contains("\"model\":\"burst\"")) {
            return CHAT;
        }
        if (request.contains("\"model\":\"burst-messages\"")) {
            return MESSAGES;
        }
        return request.contains("/models/burst-gemini:") ? GEMINI : List.of();
    }

    static List<Buffer> messages(int chunks) {
        List<Buffer> events = new ArrayList<>();
        events.add(
                named(
                        "message_start",
                        """
                        {"type":"message_start","message":{"id":"msg_0123456789","type":"message",\
                        "role":"assistant","model":"claude","content":[],"stop_reason":null,\
                        "stop_sequence":null,"usage":{"input_tokens":212,\
                        "cache_creation_input_tokens":0,"cache_read_input_tokens":0,\
                        "output_tokens":1}}}\
                        """));
        events.add(
                named(
                        "content_block_start",
                        """
                        {"type":"content_block_start","index":0,\
                        "content_block":{"type":"text","text":""}}\
                        """));
        for (int i = 0; i < chunks; i++) {
            events.add(
                    named(
                            "content_block_delta",
                            """
                            {"type":"content_block_delta","index":0,\
                            "delta":{"type":"text_delta","text":" word%d"}}\
                            """
                                    .formatted(i)));
        }
        events.add(named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}"));
        events.add(
                named(
                        "message_delta",
                        """
                        {"type":"message_delta","delta":{"stop_reason":"end_turn",\
                        "stop_sequence":null},"usage":{"output_tokens":46}}\
                        """));
        events.add(named("message_stop", "{\"type\":\"message_stop\"}"));
        events.add(END);
        return events;
    }

    static List<Buffer> gemini(int chunks) {
        List<Buffer> events = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            events.add(
                    event(
                            """
                            {"candidates":[{"content":{"parts":[{"text":" word%d"}],\
                            "role":"model"},%s"index":0}],"usageMetadata":\
                            {"promptTokenCount":212,"candidatesTokenCount":%d,\
                            "totalTokenCount":%d},"modelVersion":"gemini",\
                            "responseId":"mAitaLmkHPPlz7IP0123"}\
                            """
                                    .formatted(
                                            i,
                                            i == chunks - 1 ? "\"finishReason\":\"STOP\"," : "",
                                            2 * i + 2,
                                            2 * i + 214)));
        }
        events.add(END);
        return events;
    }

    static List<Buffer> chat(int chunks) {
        List<Buffer> events = new ArrayList<>();
        events.add(event(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null")));
        for (int i = 0; i < chunks; i++) {
            events.add(event(choice("{\"content\":\" word" + i + "\"}", "null")));
        }
        events.add(event(choice("{}", "\"stop\"")));
        events.add(
                event(
                        """
                        {"id":"chatcmpl-0123456789","object":"chat.completion.chunk",\
                        "created":1764300000,"model":"gpt-4o-mini","choices":[],"usage":\
                        {"prompt_tokens":212,"completion_tokens":46,"total_tokens":258}}\
                        """));
        events.add(event("[DONE]"));
        events.add(END);
        return events;
    }

    private static String choice(String delta, String finish) {
        return """
        {"id":"chatcmpl-0123456789","object":"chat.completion.chunk",\
        "created":1764300000,"model":"gpt-4o-mini","system_fingerprint":"fp_bench",\
        "choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}\
        """
                .formatted(delta, finish);
    }

    private static Buffer named(String name, String data) {
        return chunk("event: " + name + "\ndata: " + data + "\n\n");
    }

    private static Buffer event(String data) {
        return chunk("data: " + data + "\n\n");
    }

    /// One event as one chunk of the body.
    private static Buffer chunk(String text) {
        return Buffer.buffer(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }
}
