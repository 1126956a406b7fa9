package dev.sluice.protocol.video;

import dev.sluice.domain.PercentEncoding;
import dev.sluice.protocol.json.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Operations of the Gemini API: each is at its name, and says where the video is.
final class GeminiVideos extends GoogleOperations {

    private static final String MODELS = "/models/";

    @Override
    public String dialect() {
        return "gemini";
    }

    @Override
    public String path(String model) {
        return "/v1beta" + MODELS + PercentEncoding.encoded(model, PLAIN) + VERB;
    }

    @Override
    void complete(ObjectNode parameters) {
        // what is left open it decides
    }

    /// An operation's name begins where models do.
    @Override
    public String lookAt(String path, String job) {
        int models = path.indexOf(MODELS);
        String root = models < 0 ? "" : path.substring(0, models);
        return root + "/" + PercentEncoding.encoded(job, PLAIN);
    }

    @Override
    JsonNode made(ObjectNode operation) {
        return operation.path("response").path("generateVideoResponse");
    }

    @Override
    boolean isThere(JsonNode made) {
        return url(made) != null;
    }

    @Override
    @Nullable String url(JsonNode made) {
        return Trees.string(made.path("generatedSamples").path(0).path("video"), "uri");
    }
}
