package dev.sluice.simulator.openai;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.answer.Picture;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The images, as one document or as a stream of previews and whole ones. They are always PNG,
/// whatever format was asked for.
record ImageAnswer(ImageRequest request, boolean paidByTokens, Directives directives) {

    private static final long CREATED = 1_767_225_600L;
    private static final long WHOLE_AREA = 1_024 * 1_024;

    /// Output tokens of a preview.
    private static final long PARTIAL = 100;

    Answer plain() {
        ObjectNode out = Json.object().put("created", CREATED);
        if (paidByTokens) {
            described(out);
        }
        ArrayNode data = out.putArray("data");
        for (int i = 0; i < request.images(); i++) {
            String picture = picture("image" + i);
            if (request.url()) {
                data.addObject().put("url", "data:image/png;base64," + picture);
            } else {
                data.addObject().put("b64_json", picture);
            }
        }
        TrueUsage used = used(request.images() * imageTokens(), request.images());
        JsonNode usage = usage(used);
        if (usage != null) {
            out.set("usage", usage);
        }
        return new Answer.Plain(200, out.toString(), used, usage == null ? null : usage.toString());
    }

    Answer stream() {
        List<Frame> frames = new ArrayList<>();
        long tokens = 0;
        for (int i = 0; i < request.images(); i++) {
            for (int partial = 0; partial < request.partials(); partial++) {
                ObjectNode data = event("partial_image", "image" + i + "partial" + partial);
                data.put("partial_image_index", partial);
                tokens += PARTIAL;
                frames.add(frame(data, used(tokens, i), null));
            }
            ObjectNode data = event("completed", "image" + i);
            tokens += imageTokens();
            TrueUsage soFar = used(tokens, i + 1);
            JsonNode usage = usage(soFar);
            if (usage != null) {
                data.set("usage", usage);
            }
            frames.add(frame(data, soFar, usage == null ? null : usage.toString()));
        }
        Frame error = new Frame("error", Failures.inStream(directives), null, null);
        return Answer.Streamed.sse(frames.iterator(), null, error, used(tokens, request.images()));
    }

    private ObjectNode event(String kind, String picture) {
        ObjectNode data = Json.object().put("type", request.event() + "." + kind);
        data.put("b64_json", picture(picture)).put("created_at", CREATED);
        return described(data);
    }

    private static Frame frame(ObjectNode data, TrueUsage soFar, @Nullable String reported) {
        return new Frame(Json.text(data, "type"), data.toString(), soFar, reported);
    }

    /// What was decided where the request left it open.
    private ObjectNode described(ObjectNode into) {
        return into.put("size", request.width() + "x" + request.height())
                .put("quality", request.quality())
                .put("background", request.background())
                .put("output_format", request.format());
    }

    private String picture(String name) {
        byte[] png = Picture.png(request.seed().part(name), request.width(), request.height());
        return Base64.getEncoder().encodeToString(png);
    }

    /// By quality, and by area: what 1024 × 1024 points cost stands here.
    private long imageTokens() {
        long whole =
                switch (request.quality()) {
                    case "low" -> 272;
                    case "high" -> 4_160;
                    default -> 1_056;
                };
        return Math.max(1, whole * request.width() * request.height() / WHOLE_AREA);
    }

    private TrueUsage used(long madeTokens, int made) {
        Map<String, String> served =
                Map.of(
                        "quality",
                        request.quality(),
                        "size",
                        request.width() + "x" + request.height());
        Usage counts = Usage.of(MeterKind.IMAGES, made);
        if (!paidByTokens) {
            return TrueUsage.NONE.counting(counts, served);
        }
        long text = Tokens.count(request.prompt());
        return TrueUsage.ofInput(text + request.imageTokens(), 0, request.imageTokens())
                .withImages(madeTokens)
                .counting(counts, served);
    }

    private @Nullable JsonNode usage(TrueUsage used) {
        if (!paidByTokens) {
            return null;
        }
        Counts counts = new Counts(directives);
        return counts.told(() -> {
            ObjectNode out = Json.object();
            out.set("input_tokens", counts.of(used.prompt()));
            ObjectNode input = out.putObject("input_tokens_details");
            input.set("text_tokens", counts.of(used.prompt() - used.imageInput()));
            input.set("image_tokens", counts.of(used.imageInput()));
            out.set("output_tokens", counts.of(used.completion()));
            ObjectNode output = out.putObject("output_tokens_details");
            output.set("image_tokens", counts.of(used.imageOutput()));
            output.set("text_tokens", counts.of(0));
            out.set("total_tokens", counts.of(used.total()));
            return out;
        });
    }
}
