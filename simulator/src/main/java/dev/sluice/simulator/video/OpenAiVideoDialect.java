package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.exchange.Upload;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.openai.Failures;
import dev.sluice.simulator.plan.Models;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/videos`: made of a text, or of a text and a picture.
public final class OpenAiVideoDialect implements Dialect {

    private static final String VIDEOS = "/v1/videos";
    private static final Pattern SIZE = Pattern.compile("(\\d{3,4})x(\\d{3,4})");
    private static final Set<String> SECONDS = Set.of("4", "8", "12");
    private static final Set<String> VARIANTS = Set.of("", "video", "thumbnail", "spritesheet");
    private static final long KEPT_SECONDS = 3_600;

    private final Making making;

    public OpenAiVideoDialect(Models models, VideoStore store, InstantSource clock) {
        this.making = new Making(models, store, clock);
    }

    @Override
    public boolean serves(Route route) {
        return route.under(VIDEOS);
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        String below = route.below(VIDEOS);
        if (route.method().equals("POST") && below.isEmpty()) {
            return asked(request.account(), wanted(request));
        }
        if (route.method().equals("POST") && below.endsWith("/remix")) {
            VideoJob of = find(request, below.substring(0, below.length() - "/remix".length()));
            String prompt = Json.text(Json.body(request.body()), "prompt");
            return asked(
                    request.account(),
                    new Making.Wanted(
                            of.model(), prompt, of.seconds(), of.width(), of.height(), of.id()));
        }
        if (below.isEmpty()) {
            return _ -> document(list(request.account()));
        }
        if (below.endsWith("/content")) {
            return content(
                    find(request, below.substring(0, below.length() - "/content".length())),
                    route.parameter("variant"));
        }
        VideoJob job = find(request, below);
        return switch (route.method()) {
            case "GET" -> _ -> document(shown(job, now()));
            case "DELETE" ->
                    _ -> {
                        making.store().remove(request.account(), job.id());
                        return document(
                                Json.object()
                                        .put("id", job.id())
                                        .put("object", "video.deleted")
                                        .put("deleted", true));
                    };
            default -> throw new RefusedException(405, "", "Method not allowed.");
        };
    }

    private Instant now() {
        return making.clock().instant();
    }

    private VideoJob find(Inbound request, String id) {
        return making.store()
                .find(request.account(), id)
                .orElseThrow(() ->
                        new RefusedException(
                                404, "video_not_found", "Video with id '" + id + "' not found."));
    }

    private static Making.Wanted wanted(Inbound request) {
        Upload upload = Upload.read(request);
        JsonNode fields = upload.fields();
        String prompt = Json.text(fields, "prompt");
        String model = Json.text(fields, "model");
        if (prompt.isEmpty() || model.isEmpty()) {
            throw Json.bad("Missing required parameter: 'model' and 'prompt' are both needed.");
        }
        String seconds = fields.has("seconds") ? Json.text(fields, "seconds") : "4";
        if (!SECONDS.contains(seconds)) {
            throw Json.bad("Invalid value for 'seconds': supported values are '4', '8' and '12'.");
        }
        Matcher size = SIZE.matcher(fields.has("size") ? Json.text(fields, "size") : "720x1280");
        if (!size.matches()) {
            throw Json.bad("Invalid value for 'size'.");
        }
        return new Making.Wanted(
                model,
                prompt,
                Integer.parseInt(seconds),
                Integer.parseInt(size.group(1)),
                Integer.parseInt(size.group(2)),
                null);
    }

    private ObjectNode list(String account) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        List<VideoJob> jobs = making.store().all(account);
        jobs.forEach(job -> data.add(shown(job, now())));
        return list.put("has_more", false);
    }

    private static ObjectNode shown(VideoJob job, Instant now) {
        VideoJob.State state = job.at(now);
        ObjectNode shown =
                Json.object()
                        .put("id", job.id())
                        .put("object", "video")
                        .put("created_at", job.begun().getEpochSecond())
                        .put("status", word(state))
                        .put("model", job.model())
                        .put("progress", job.progress(now))
                        .put("prompt", job.prompt())
                        .put("seconds", Integer.toString(job.seconds()))
                        .put("size", job.size())
                        .putNull("error");
        if (job.of() != null) {
            shown.put("remixed_from_video_id", job.of());
        }
        long ended = job.begun().plus(job.takes()).getEpochSecond();
        if (state == VideoJob.State.COMPLETED) {
            shown.put("completed_at", ended).put("expires_at", ended + KEPT_SECONDS);
        } else if (state == VideoJob.State.FAILED) {
            shown.putObject("error")
                    .put("code", job.fails())
                    .put("message", "The simulated job failed.");
        }
        return shown;
    }

    private static String word(VideoJob.State state) {
        return switch (state) {
            case QUEUED -> "queued";
            case IN_PROGRESS -> "in_progress";
            case COMPLETED -> "completed";
            case FAILED -> "failed";
        };
    }

    private Asked content(VideoJob job, String variant) {
        if (!VARIANTS.contains(variant)) {
            throw Json.bad("Invalid value for 'variant'.");
        }
        if (job.at(now()) != VideoJob.State.COMPLETED) {
            throw new RefusedException(404, "video_not_ready", "The video is not ready yet.");
        }
        boolean video = variant.isEmpty() || variant.equals("video");
        return _ ->
                new Answer.Content(
                        200,
                        video ? "video/mp4" : "image/webp",
                        video ? job.film() : job.noise(variant),
                        TrueUsage.NONE);
    }

    private static Answer document(ObjectNode told) {
        return new Answer.Plain(200, told.toString(), TrueUsage.NONE, null);
    }

    private Asked asked(String account, Making.Wanted wanted) {
        return new AskedVideo(
                wanted,
                directives -> {
                    VideoJob job = making.begin(account, "video_", wanted, directives);
                    return new Answer.Plain(
                            200,
                            shown(job, job.begun()).toString(),
                            job.usage(job.size(), false),
                            null);
                });
    }
}
