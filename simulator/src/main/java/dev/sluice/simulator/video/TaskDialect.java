package dev.sluice.simulator.video;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.openai.Failures;
import dev.sluice.simulator.plan.Models;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Content generation tasks: `/contents/generations/tasks`, below whatever an SDK takes as its base
/// URL. A finished one says how many tokens it used.
public final class TaskDialect implements Dialect {

    private static final String TASKS = "/contents/generations/tasks";
    private static final String VIDEO = "/content";

    private final Making making;

    public TaskDialect(Models models, VideoStore store, InstantSource clock) {
        this.making = new Making(models, store, clock);
    }

    @Override
    public boolean serves(Route route) {
        return route.path().contains(TASKS);
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        int end = route.path().indexOf(TASKS) + TASKS.length();
        String id = route.path().substring(Math.min(route.path().length(), end + 1));
        if (route.method().equals("POST") && id.isEmpty()) {
            return asked(request.account(), wanted(Json.body(request.body())));
        }
        boolean video = id.endsWith(VIDEO);
        VideoJob job = find(request, video ? id.substring(0, id.length() - VIDEO.length()) : id);
        if (video) {
            return _ -> new Answer.Content(200, "video/mp4", job.film(), TrueUsage.NONE);
        }
        if (route.method().equals("DELETE")) {
            return _ -> {
                making.store().remove(request.account(), job.id());
                return document(Json.object());
            };
        }
        return _ -> document(task(job, route));
    }

    private VideoJob find(Inbound request, String id) {
        return making.store()
                .find(request.account(), id)
                .orElseThrow(() ->
                        new RefusedException(404, "ResourceNotFound", "The task is not found."));
    }

    private static Making.Wanted wanted(JsonNode body) {
        String prompt = "";
        for (JsonNode part : body.path("content")) {
            prompt = Json.text(part, "type").equals("text") ? Json.text(part, "text") : prompt;
        }
        String model = Json.text(body, "model");
        if (prompt.isEmpty() || model.isEmpty()) {
            throw Json.bad("model and content are required");
        }
        int height =
                switch (Json.text(body, "resolution")) {
                    case "480p" -> 480;
                    case "", "720p" -> 720;
                    case "1080p" -> 1_080;
                    default -> throw Json.bad("resolution is not supported");
                };
        boolean upright = Json.text(body, "ratio").equals("9:16");
        int width = height * 16 / 9;
        return new Making.Wanted(
                model,
                prompt,
                Math.toIntExact(Json.integer(body, "duration", 5, 2, 12)),
                upright ? height : width,
                upright ? width : height,
                null);
    }

    private ObjectNode task(VideoJob job, Route route) {
        VideoJob.State state = job.at(making.clock().instant());
        ObjectNode out =
                Json.object()
                        .put("id", job.id())
                        .put("model", job.model())
                        .put("created_at", job.begun().getEpochSecond())
                        .put(
                                "status",
                                switch (state) {
                                    case QUEUED -> "queued";
                                    case IN_PROGRESS -> "running";
                                    case COMPLETED -> "succeeded";
                                    case FAILED -> "failed";
                                });
        if (state == VideoJob.State.COMPLETED) {
            out.put("resolution", job.lines()).put("duration", job.seconds());
            out.putObject("content")
                    .put(
                            "video_url",
                            "http://%s%s%s".formatted(route.header("host"), route.path(), VIDEO));
            out.putObject("usage")
                    .put("completion_tokens", job.tokens())
                    .put("total_tokens", job.tokens());
        } else if (state == VideoJob.State.FAILED) {
            out.putObject("error")
                    .put("code", job.fails())
                    .put("message", "The simulated task failed.");
        }
        return out;
    }

    private static Answer document(ObjectNode told) {
        return new Answer.Plain(200, told.toString(), TrueUsage.NONE, null);
    }

    private Asked asked(String account, Making.Wanted wanted) {
        return new AskedVideo(
                wanted,
                directives -> {
                    VideoJob job = making.begin(account, "cgt-", wanted, directives);
                    return new Answer.Plain(
                            200,
                            Json.object().put("id", job.id()).toString(),
                            job.usage(job.lines(), true),
                            null);
                });
    }
}
