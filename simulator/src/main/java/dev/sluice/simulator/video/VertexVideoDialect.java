package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Models;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `:predictLongRunning` and `:fetchPredictOperation` of a project's models: what is done has the
/// video in it.
public final class VertexVideoDialect implements Dialect {

    private static final String PROJECTS = "/v1/projects";
    private static final String MODELS = "/publishers/google/models/";
    private static final String BEGIN = ":predictLongRunning";
    private static final String LOOK = ":fetchPredictOperation";
    private static final String OPERATIONS = "/operations/";

    private final Making making;
    private final Dialect other;

    /// @param other how everything else of Google's is spoken
    public VertexVideoDialect(Models models, VideoStore store, InstantSource clock, Dialect other) {
        this.making = new Making(models, store, clock);
        this.other = other;
    }

    @Override
    public boolean serves(Route route) {
        String path = route.path();
        return route.under(PROJECTS)
                && path.contains(MODELS)
                && (path.endsWith(BEGIN) || path.endsWith(LOOK));
    }

    @Override
    public Answer failure(Failure failure) {
        return other.failure(failure);
    }

    @Override
    public Asked read(Inbound request) {
        String path = request.route().path();
        JsonNode body = Json.body(request.body());
        if (path.endsWith(LOOK)) {
            VideoJob job = find(request, Json.text(body, "operationName"));
            return _ -> new Answer.Plain(200, operation(job, path), TrueUsage.NONE, null);
        }
        if (Json.integer(body.path("parameters"), "durationSeconds", 0, 0, 60) == 0) {
            throw Json.bad("durationSeconds is required.");
        }
        String model = path.substring(path.indexOf(MODELS) + MODELS.length());
        Making.Wanted wanted =
                GeminiVideoDialect.wanted(
                        URLDecoder.decode(
                                model.substring(0, model.length() - BEGIN.length()),
                                StandardCharsets.UTF_8),
                        body);
        return new AskedVideo(
                wanted,
                directives -> {
                    VideoJob job = making.begin(request.account(), "", wanted, directives);
                    return new Answer.Plain(
                            200,
                            Json.object().put("name", name(job, path)).toString(),
                            job.usage(job.lines(), false),
                            null);
                });
    }

    private VideoJob find(Inbound request, String name) {
        int operations = name.lastIndexOf(OPERATIONS);
        String id = operations < 0 ? "" : name.substring(operations + OPERATIONS.length());
        return GeminiVideoDialect.find(making, request, id);
    }

    /// Below the model it was begun at, from the project on.
    private static String name(VideoJob job, String path) {
        return path.substring("/v1/".length(), path.lastIndexOf(':')) + OPERATIONS + job.id();
    }

    private String operation(VideoJob job, String path) {
        VideoJob.State state = job.at(making.clock().instant());
        ObjectNode out = Json.object().put("name", name(job, path));
        if (state == VideoJob.State.COMPLETED) {
            ObjectNode response = out.put("done", true).putObject("response");
            response.put("raiMediaFilteredCount", 0)
                    .putArray("videos")
                    .addObject()
                    .put(
                            "bytesBase64Encoded",
                            Base64.getEncoder().encodeToString(job.film().getBytes()))
                    .put("mimeType", "video/mp4");
        } else if (state == VideoJob.State.FAILED) {
            out.put("done", true)
                    .putObject("error")
                    .put("code", 3)
                    .put("message", job.fails() + ": the simulated job failed.");
        }
        return out.toString();
    }
}
