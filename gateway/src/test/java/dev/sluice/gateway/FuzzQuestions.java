package dev.sluice.gateway;

import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.media.RequestContent;
import dev.sluice.protocol.translate.Translation;
import dev.sluice.protocol.translate.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Questions whose answers a [FuzzTarget] makes up: a conversation from each dialect to each, and
/// one of every other endpoint that answers with a document.
final class FuzzQuestions {

    /// By dialect; `%s` is whether it streams.
    private static final Map<String, String> CONVERSATIONS =
            Map.of(
                    "openai-chat",
                    "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                    "openai-responses",
                    "{\"model\":\"m\",\"stream\":%s,\"store\":false,\"input\":\"x\"}",
                    "anthropic-messages",
                    "{\"model\":\"m\",\"stream\":%s,\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                    "gemini",
                    "{\"model\":\"m\",\"stream\":%s,\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}");

    private static final Map<String, String> OTHERS =
            Map.of(
                    "/v1/embeddings",
                    "{\"model\":\"m\",\"input\":[\"x\"]}",
                    "/v1/images/generations",
                    "{\"model\":\"m\",\"prompt\":\"x\"}",
                    "/v1/moderations",
                    "{\"model\":\"m\",\"input\":\"x\"}",
                    "/v1/rerank",
                    "{\"model\":\"m\",\"query\":\"x\",\"documents\":[\"y\"]}");

    private static final List<Decoded> PLAIN = all(false);
    private static final List<Decoded> STREAMED = all(true);

    private FuzzQuestions() {}

    private static List<Decoded> all(boolean stream) {
        List<Decoded> all = new ArrayList<>();
        for (Wire client : Wire.all()) {
            byte[] body = body(client, stream);
            for (Wire upstream : Wire.all()) {
                all.add(Translation.between(client.decode(body), body, client, upstream, 1));
            }
        }
        OTHERS.keySet().stream()
                .sorted()
                .forEach(path -> {
                    byte[] body = OTHERS.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
                    Endpoint endpoint = Endpoint.ofPath(path).orElseThrow();
                    all.add(endpoint.decode(path, new RequestContent.Json(body)));
                });
        return all;
    }

    private static byte[] body(Wire client, boolean stream) {
        return CONVERSATIONS
                .getOrDefault(client.id(), "")
                .formatted(stream)
                .getBytes(StandardCharsets.UTF_8);
    }

    static int count() {
        return PLAIN.size();
    }

    /// The first so many are conversations.
    static int conversations() {
        return Wire.all().size() * Wire.all().size();
    }

    static Decoded of(int which, boolean stream) {
        return (stream ? STREAMED : PLAIN).get(which);
    }

    static Wire client(int which) {
        return Wire.all().get(which / Wire.all().size());
    }

    static Wire upstream(int which) {
        return Wire.all().get(which % Wire.all().size());
    }

    static boolean isTranslated(int which) {
        return client(which) != upstream(which);
    }

    /// A streamed question that is asked in the client's own dialect.
    static Decoded own(Wire client) {
        byte[] body = body(client, true);
        return client.decode(body);
    }
}
