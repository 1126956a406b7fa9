package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A request for images. What is left open or `auto` is decided here and told in the answer.
///
/// @param partials previews a stream shows first
record ImageRequest(
        Seed seed,
        String model,
        String prompt,
        int images,
        int width,
        int height,
        String quality,
        String format,
        String background,
        boolean stream,
        int partials,
        Directives directives) {

    private static final Pattern SIZE = Pattern.compile("(\\d{2,4})x(\\d{2,4})");
    private static final int STEP = 16;
    private static final int LARGEST = 3_840;

    static ImageRequest read(Buffer body) {
        JsonNode root = Json.body(body);
        String asked = Json.text(root, "model");
        String prompt = Json.text(root, "prompt");
        if (asked.isEmpty() || prompt.isEmpty()) {
            throw Json.bad("Missing required parameter: 'model' and 'prompt' are both needed.");
        }
        if (root.has("response_format")) {
            throw Json.bad("Unknown parameter: 'response_format'.");
        }
        Matcher size = SIZE.matcher(chosen(root, "size", "1024x1024"));
        int width = size.matches() ? Integer.parseInt(size.group(1)) : 0;
        int height = size.matches() ? Integer.parseInt(size.group(2)) : 0;
        if (width % STEP + height % STEP > 0
                || Math.min(width, height) == 0
                || Math.max(width, height) > LARGEST) {
            throw Json.bad("Invalid value: '" + Json.text(root, "size") + "' for 'size'.");
        }
        String model = Directives.bareModel(asked);
        return new ImageRequest(
                Json.seed(root, model, Set.of("stream", "partial_images")),
                model,
                prompt,
                Math.toIntExact(Json.integer(root, "n", 1, 1, 10)),
                width,
                height,
                oneOf(root, "quality", "medium", Set.of("low", "medium", "high")),
                oneOf(root, "output_format", "png", Set.of("png", "webp", "jpeg")),
                oneOf(root, "background", "opaque", Set.of("transparent", "opaque")),
                Json.flag(root, "stream"),
                Math.toIntExact(Json.integer(root, "partial_images", 0, 0, 3)),
                Directives.ofModel(asked).plus(Directives.inText(prompt)));
    }

    private static String chosen(JsonNode root, String field, String usual) {
        String given = Json.text(root, field);
        return given.isEmpty() || given.equals("auto") ? usual : given;
    }

    private static String oneOf(JsonNode root, String field, String usual, Set<String> all) {
        String chosen = chosen(root, field, usual);
        if (!all.contains(chosen)) {
            throw Json.bad("Invalid value: '" + chosen + "' for '" + field + "'.");
        }
        return chosen;
    }
}
