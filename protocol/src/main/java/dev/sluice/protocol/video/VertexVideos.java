package dev.sluice.protocol.video;

import dev.sluice.domain.PercentEncoding;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.json.Trees;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Operations of Vertex AI: a model is asked for each by its name (`:fetchPredictOperation`), and
/// what it answers in the end has the video itself in it.
final class VertexVideos extends GoogleOperations {

    private static final String LOOK = ":fetchPredictOperation";

    @Override
    public String dialect() {
        return "vertex-operations";
    }

    @Override
    public String path(String model) {
        return "/v1/publishers/google/models/" + PercentEncoding.encoded(model, PLAIN) + VERB;
    }

    /// One video; how long it is has to be said.
    @Override
    void complete(ObjectNode parameters) {
        parameters.put("sampleCount", 1);
        if (!parameters.has("durationSeconds")) {
            parameters.put("durationSeconds", USUAL_SECONDS);
        }
    }

    @Override
    public String lookAt(String path, String job) {
        return path.endsWith(VERB)
                ? path.substring(0, path.length() - VERB.length()) + LOOK
                : path + LOOK;
    }

    @Override
    public JobAsk look(String path, String job) {
        return JobAsk.post(
                lookAt(path, job), Trees.bytes(Trees.object().put("operationName", job)));
    }

    @Override
    public Optional<JobAsk> inline(String path, String job) {
        return Optional.of(look(path, job));
    }

    @Override
    JsonNode made(ObjectNode operation) {
        return operation.path("response");
    }

    @Override
    boolean isThere(JsonNode made) {
        return !Trees.stringOrEmpty(made.path("videos").path(0), BYTES).isEmpty();
    }

    @Override
    @Nullable String url(JsonNode made) {
        return null;
    }
}
