package dev.sluice.simulator.openai;

import dev.sluice.simulator.answer.Media;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.Upload;
import dev.sluice.simulator.plan.Models.Kind;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A request for images, of a text or of images that are given. What is left open or `auto` is
/// decided here and told in the answer.
///
/// @param event what its events are called: `image_generation` or `image_edit`
/// @param imageTokens of the images that are given
/// @param partials previews a stream shows first
/// @param url whether links are wanted instead of images
record ImageRequest(
        Seed seed,
        String event,
        String model,
        String prompt,
        long imageTokens,
        int images,
        int width,
        int height,
        String quality,
        String format,
        String background,
        boolean stream,
        int partials,
        boolean url,
        Directives directives) {

    private static final Pattern SIZE = Pattern.compile("(\\d{2,4})x(\\d{2,4})");
    private static final int STEP = 16;
    private static final int LARGEST = 3_840;

    /// What is known of an image that is only named.
    private static final long UNSEEN = Media.IMAGE_MOST;

    static ImageRequest read(Inbound inbound) {
        Upload upload = Upload.read(inbound);
        JsonNode root = upload.fields();
        String path = inbound.route().path();
        boolean generates = path.endsWith("/generations");
        String asked = Json.text(root, "model");
        String prompt = Json.text(root, "prompt");
        if (asked.isEmpty() || (prompt.isEmpty() && !path.endsWith("/variations"))) {
            throw Json.bad("Missing required parameter: 'model' and 'prompt' are both needed.");
        }
        long given = generates ? 0 : given(upload);
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
                generates ? "image_generation" : "image_edit",
                model,
                prompt,
                given,
                Math.toIntExact(Json.integer(root, "n", 1, 1, 10)),
                width,
                height,
                chosen(root, "quality", ""),
                oneOf(root, "output_format", "png", Set.of("png", "webp", "jpeg")),
                oneOf(root, "background", "opaque", Set.of("transparent", "opaque")),
                Json.flag(root, "stream"),
                Math.toIntExact(Json.integer(root, "partial_images", 0, 0, 3)),
                Json.text(root, "response_format").equals("url"),
                Directives.ofModel(asked).plus(Directives.inText(prompt)));
    }

    /// As this model takes it: one of tokens knows three qualities and no `response_format`.
    ImageRequest of(Model made) {
        boolean tokens = made.kind() == Kind.IMAGES;
        Set<String> qualities = tokens ? Set.of("low", "medium", "high") : Set.of("standard", "hd");
        String usual = tokens ? "medium" : "standard";
        String decided = quality.isEmpty() ? usual : quality;
        if (!qualities.contains(decided)) {
            throw Json.bad("Invalid value: '" + quality + "' for 'quality'.");
        }
        if (tokens && url) {
            throw Json.bad("Unknown parameter: 'response_format'.");
        }
        return new ImageRequest(
                seed,
                event,
                model,
                prompt,
                imageTokens,
                images,
                width,
                height,
                decided,
                format,
                background,
                stream,
                partials,
                url,
                directives);
    }

    private static long given(Upload upload) {
        List<Upload.File> files = upload.named("image");
        long tokens = files.stream().mapToLong(file -> Media.imageTokens(file.bytes())).sum();
        JsonNode named = upload.fields().path("images");
        for (JsonNode image : named) {
            String url = Json.text(image, "image_url");
            tokens += url.isEmpty() ? UNSEEN : Media.imageTokens(url, "high");
        }
        if (tokens == 0) {
            throw Json.bad("Missing required parameter: 'image'.");
        }
        return tokens;
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
