package dev.sluice.app.probes;

import dev.sluice.app.smoke.Speech;
import dev.sluice.control.availability.Findings.Verdict;
import dev.sluice.gateway.batches.OwnCalls;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The request of a probe, and what its answer means.
final class ProbeAsk {

    private static final String VERSION = "/v1";
    private static final String QUESTION = "Answer with the one word: hello";
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Refusals that say that the provider does not do it, not that something went wrong.
    private static final Set<Integer> SAYS_NO = Set.of(400, 404, 405, 415, 422, 501);

    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable Speech speech;

    private ProbeAsk(
            String path, Map<String, String> headers, byte[] body, @Nullable Speech speech) {
        this.path = path;
        this.headers = headers;
        this.body = body;
        this.speech = speech;
    }

    /// @param tokens of the answer
    static ProbeAsk of(String family, String model, int tokens) {
        Optional<Speech> spoken =
                Speech.ALL.stream().filter(each -> each.family().equals(family)).findFirst();
        if (spoken.isEmpty()) {
            return new ProbeAsk(
                    VERSION + "/embeddings",
                    Map.of(),
                    bytes(JSON.createObjectNode().put("model", model).put("input", QUESTION)),
                    null);
        }
        Speech speech = spoken.get();
        return new ProbeAsk(
                speech.url(VERSION, model, false),
                speech.headers(),
                bytes(speech.text(model, QUESTION, tokens)),
                speech);
    }

    private static byte[] bytes(JsonNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    String path() {
        return path;
    }

    Map<String, String> headers() {
        return headers;
    }

    /// Not to be changed.
    byte[] body() {
        return body;
    }

    /// What an answer says.
    Verdict verdict(OwnCalls.Heard heard) {
        if (heard.status() < 300) {
            return Verdict.PASSED;
        }
        return SAYS_NO.contains(heard.status()) ? Verdict.UNSUPPORTED : Verdict.FAILED;
    }

    /// In words, or null where there is nothing to say.
    @Nullable String note(OwnCalls.Heard heard) {
        if (heard.status() < 300) {
            return null;
        }
        try {
            JsonNode answer = JSON.readTree(heard.body());
            return speech == null ? Speech.message(answer) : speech.errorMessage(answer);
        } catch (JacksonException _) {
            return null;
        }
    }
}
