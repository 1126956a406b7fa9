package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `:predictLongRunning`, its operations, and the files they end in.
public final class GeminiVideoDialect implements Dialect {

    private static final String ROOT = "/v1beta";
    private static final String MODELS = ROOT + "/models";
    private static final String FILES = ROOT + "/files";
    private static final String VERB = ":predictLongRunning";
    private static final String OPERATIONS = "/operations/";
    private static final String DOWNLOAD = ":download";

    private final Making making;
    private final Dialect other;

    /// @param other how everything else of this provider is spoken
    public GeminiVideoDialect(Models models, VideoStore store, InstantSource clock, Dialect other) {
        this.making = new Making(models, store, clock);
        this.other = other;
    }

    @Override
    public boolean serves(Route route) {
        String below = route.below(MODELS);
        boolean video = below.endsWith(VERB) || below.contains(OPERATIONS);
        return (route.under(MODELS) && video) || route.under(FILES);
    }

    @Override
    public String key(Route route) {
        return other.key(route);
    }

    @Override
    public Map<String, String> headers(String requestId, int status) {
        return other.headers(requestId, status);
    }

    @Override
    public Answer failure(Failure failure) {
        return other.failure(failure);
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        if (route.under(FILES)) {
            String file = route.below(FILES);
            VideoJob job = find(making, request, file.replace(DOWNLOAD, ""));
            return _ -> new Answer.Content(200, "video/mp4", job.film(), TrueUsage.NONE);
        }
        String below = route.below(MODELS);
        int operation = below.indexOf(OPERATIONS);
        if (operation > 0) {
            VideoJob job = find(making, request, below.substring(operation + OPERATIONS.length()));
            return _ ->
                    new Answer.Plain(200, operation(job, route).toString(), TrueUsage.NONE, null);
        }
        String model =
                URLDecoder.decode(
                        below.substring(0, below.length() - VERB.length()), StandardCharsets.UTF_8);
        return asked(request, wanted(model, Json.body(request.body())));
    }

    static VideoJob find(Making making, Inbound request, String id) {
        return making.store()
                .find(request.account(), id)
                .orElseThrow(
                        () -> new RefusedException(404, "", "Requested entity was not found."));
    }

    static Making.Wanted wanted(String model, JsonNode body) {
        String prompt = Json.text(body.path("instances").path(0), "prompt");
        if (prompt.isEmpty()) {
            throw Json.bad("The prompt is missing.");
        }
        JsonNode parameters = body.path("parameters");
        int seconds = Math.toIntExact(Json.integer(parameters, "durationSeconds", 8, 4, 8));
        String lines = Json.text(parameters, "resolution");
        int height = lines.isEmpty() ? 720 : Integer.parseInt(lines.replace("p", ""));
        boolean upright = Json.text(parameters, "aspectRatio").equals("9:16");
        int width = height * 16 / 9;
        return new Making.Wanted(
                model, prompt, seconds, upright ? height : width, upright ? width : height, null);
    }

    private ObjectNode operation(VideoJob job, Route route) {
        VideoJob.State state = job.at(making.clock().instant());
        ObjectNode out = Json.object().put("name", name(job));
        if (state == VideoJob.State.COMPLETED) {
            out.put("done", true)
                    .putObject("response")
                    .putObject("generateVideoResponse")
                    .putArray("generatedSamples")
                    .addObject()
                    .putObject("video")
                    .put(
                            "uri",
                            "http://%s%s/%s%s?alt=media"
                                    .formatted(route.header("host"), FILES, job.id(), DOWNLOAD));
        } else if (state == VideoJob.State.FAILED) {
            out.put("done", true)
                    .putObject("error")
                    .put("code", 3)
                    .put("status", job.fails())
                    .put("message", "The simulated job failed.");
        }
        return out;
    }

    private static String name(VideoJob job) {
        return "models/" + job.model() + OPERATIONS + job.id();
    }

    private Asked asked(Inbound request, Making.Wanted wanted) {
        return new AskedVideo(
                wanted,
                directives -> {
                    VideoJob job = making.begin(request.account(), "", wanted, directives);
                    return new Answer.Plain(
                            200,
                            Json.object().put("name", name(job)).toString(),
                            job.usage(job.lines(), false),
                            null);
                });
    }
}
