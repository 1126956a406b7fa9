package dev.sluice.simulator.tuning;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
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
import dev.sluice.simulator.script.Directive;
import dev.sluice.simulator.script.Directives;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/files` as far as jobs need it, and `/v1/fine_tuning/jobs`.
public final class TuningDialect implements Dialect {

    private static final String CANCEL = "POST cancel";
    private static final String FILES = "/v1/files";
    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final long USUAL_MILLIS = 1_500;
    private static final int USUAL_EPOCHS = 3;
    private static final int MOST_EPOCHS = 50;
    private static final int STEPS = 10;

    private final Models models;
    private final TrainingStore store;
    private final InstantSource clock;

    public TuningDialect(Models models, TrainingStore store, InstantSource clock) {
        this.models = models;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public boolean serves(Route route) {
        return route.under(FILES) || route.under(JOBS);
    }

    @Override
    public Answer failure(Failure failure) {
        return Failures.body(failure);
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        if (route.is("POST", FILES)) {
            return upload(request);
        }
        if (route.is("POST", JOBS)) {
            return begin(request);
        }
        if (route.is("GET", JOBS)) {
            return _ -> document(list(request.account()));
        }
        if (!route.under(JOBS)) {
            throw new RefusedException(404, "", "No such file.");
        }
        String below = route.below(JOBS);
        int slash = below.indexOf('/');
        TrainingJob job = find(request, slash < 0 ? below : below.substring(0, slash));
        String part = slash < 0 ? "" : below.substring(slash + 1);
        String what = route.method() + " " + part;
        return _ -> new Answer.Plain(200, asked(job, what).toString(), ended(job, what), null);
    }

    /// What was trained of a job that is told to stop takes the place of what it was begun for.
    private TrueUsage ended(TrainingJob job, String what) {
        if (!what.equals(CANCEL)) {
            return TrueUsage.NONE;
        }
        synchronized (store) {
            return trained(job.trained(clock.instant()), Map.of());
        }
    }

    private static TrueUsage trained(long tokens, Map<String, String> served) {
        return TrueUsage.NONE.counting(Usage.of(MeterKind.TRAINING, tokens), served);
    }

    private ObjectNode asked(TrainingJob job, String what) {
        Instant now = clock.instant();
        synchronized (store) {
            return switch (what) {
                case "GET " -> shown(job, now);
                case "GET events" -> events(job, now);
                case "GET checkpoints" -> checkpoints(job, now);
                case CANCEL -> {
                    job.cancel(now);
                    yield shown(job, now);
                }
                case "POST pause" -> {
                    job.pause(now);
                    yield shown(job, now);
                }
                case "POST resume" -> {
                    job.resume(now);
                    yield shown(job, now);
                }
                default -> throw new RefusedException(404, "", "There is no such thing.");
            };
        }
    }

    private TrainingJob find(Inbound request, String id) {
        return store.find(request.account(), id)
                .orElseThrow(() ->
                        new RefusedException(
                                404,
                                "fine_tune_not_found",
                                "Could not find fine tune: " + id + "."));
    }

    private Asked upload(Inbound request) {
        Upload upload = Upload.read(request);
        List<Upload.File> files = upload.named("file");
        if (files.size() != 1 || Json.text(upload.fields(), "purpose").isEmpty()) {
            throw Json.bad("'file' and 'purpose' are both needed.");
        }
        byte[] content = files.getFirst().bytes();
        return _ -> {
            String id = "file-Sim%08d".formatted(store.next());
            store.put(request.account(), id, content);
            return document(
                    Json.object()
                            .put("id", id)
                            .put("object", "file")
                            .put("bytes", content.length)
                            .put("created_at", clock.instant().getEpochSecond())
                            .put("filename", "training.jsonl")
                            .put("purpose", Json.text(upload.fields(), "purpose"))
                            .put("status", "processed"));
        };
    }

    private Asked begin(Inbound request) {
        JsonNode body = Json.body(request.body());
        String model = Json.text(body, "model");
        String file = Json.text(body, "training_file");
        byte[] content =
                store.file(request.account(), file)
                        .orElseThrow(() -> Json.bad("invalid training_file: " + file));
        String validation = Json.text(body, "validation_file");
        if (!validation.isEmpty() && store.file(request.account(), validation).isEmpty()) {
            throw Json.bad("invalid validation_file: " + validation);
        }
        TrainingLines lines = TrainingLines.of(content);
        return new AskedJob(
                model,
                Directives.ofModel(model).plus(lines.directives()),
                directives ->
                        begin(
                                request.account(),
                                wanted(body, validation, lines.tokens(), directives)));
    }

    private TrainingJob.Wanted wanted(
            JsonNode body, String validation, long tokens, Directives directives) {
        String bare = Directives.bareModel(Json.text(body, "model"));
        if (models.find(bare).filter(Models.Model::talks).isEmpty()) {
            throw Json.bad("Model " + bare + " is not available for fine-tuning.");
        }
        String suffix = Json.text(body, "suffix");
        String fails = directives.text(Directive.FAILS, "");
        return new TrainingJob.Wanted(
                bare,
                Json.text(body, "training_file"),
                validation.isEmpty() ? null : validation,
                suffix.isEmpty() ? null : suffix,
                epochs(body),
                tokens,
                Duration.ofMillis(directives.number(Directive.TAKES, USUAL_MILLIS)),
                fails.isEmpty() ? null : fails);
    }

    private static int epochs(JsonNode body) {
        JsonNode of = body.at("/method/supervised/hyperparameters/n_epochs");
        JsonNode asked = of.isMissingNode() ? body.at("/hyperparameters/n_epochs") : of;
        if (!asked.isIntegralNumber()) {
            return USUAL_EPOCHS;
        }
        if (asked.asInt() < 1 || asked.asInt() > MOST_EPOCHS) {
            throw Json.bad("Invalid value for 'n_epochs'.");
        }
        return asked.asInt();
    }

    private Answer begin(String account, TrainingJob.Wanted wanted) {
        Instant now = clock.instant();
        TrainingJob job = new TrainingJob("ftjob-Sim%08d".formatted(store.next()), wanted, now);
        store.put(account, job);
        long tokens = wanted.fails() == null ? wanted.tokens() * wanted.epochs() : 0;
        TrueUsage used = trained(tokens, Map.of("job", job.id));
        return new Answer.Plain(200, shown(job, now).toString(), used, null);
    }

    private static Answer document(ObjectNode told) {
        return new Answer.Plain(200, told.toString(), TrueUsage.NONE, null);
    }

    private ObjectNode list(String account) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        Instant now = clock.instant();
        synchronized (store) {
            store.all(account).forEach(job -> data.add(shown(job, now)));
        }
        return list.put("has_more", false);
    }

    private static String made(TrainingJob job) {
        String suffix = job.wanted.suffix();
        return "ft:%s:sim:%s:%s"
                .formatted(job.wanted.model(), suffix == null ? "" : suffix, job.id.substring(6));
    }

    private static ObjectNode shown(TrainingJob job, Instant now) {
        TrainingJob.State state = job.at(now);
        boolean over = state.compareTo(TrainingJob.State.SUCCEEDED) >= 0;
        ObjectNode shown =
                Json.object()
                        .put("object", "fine_tuning.job")
                        .put("id", job.id)
                        .put("model", job.wanted.model())
                        .put("created_at", job.begun.getEpochSecond())
                        .put("organization_id", "org-sim")
                        .put("status", state.word())
                        .put("training_file", job.wanted.file())
                        .put("validation_file", job.wanted.validation())
                        .put("seed", 7)
                        .putNull("estimated_finish")
                        .putNull("error");
        shown.putArray("result_files");
        shown.putObject("hyperparameters")
                .put("n_epochs", job.wanted.epochs())
                .put("batch_size", 1)
                .put("learning_rate_multiplier", 1);
        boolean succeeded = state == TrainingJob.State.SUCCEEDED;
        shown.put("fine_tuned_model", succeeded ? made(job) : null);
        put(shown, "finished_at", over ? job.end().getEpochSecond() : null);
        put(shown, "trained_tokens", over ? job.trained(now) : null);
        if (state == TrainingJob.State.FAILED) {
            shown.putObject("error")
                    .put("code", job.wanted.fails())
                    .put("message", "The simulated job failed.")
                    .put("param", "training_file");
        }
        return shown;
    }

    private static void put(ObjectNode shown, String name, @Nullable Long value) {
        shown.put(name, value);
    }

    private static ObjectNode events(TrainingJob job, Instant now) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        String[] messages = {
            "The job is now " + job.at(now).word(), "Created fine-tuning job: " + job.id
        };
        for (int i = 0; i < messages.length; i++) {
            data.addObject()
                    .put("object", "fine_tuning.job.event")
                    .put("id", "ftevent-" + job.id.substring(6) + "-" + (messages.length - i))
                    .put("created_at", job.begun.getEpochSecond())
                    .put("level", "info")
                    .put("type", "message")
                    .put("message", messages[i])
                    .putObject("data");
        }
        return list.put("has_more", false);
    }

    /// One after each pass of a job that succeeded.
    private static ObjectNode checkpoints(TrainingJob job, Instant now) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        int made = job.at(now) == TrainingJob.State.SUCCEEDED ? job.wanted.epochs() : 0;
        for (int pass = made; pass > 0; pass--) {
            int step = pass * STEPS;
            data.addObject()
                    .put("object", "fine_tuning.job.checkpoint")
                    .put("id", "ftckpt_" + job.id.substring(6) + "_" + pass)
                    .put("created_at", job.begun.getEpochSecond())
                    .put("fine_tuned_model_checkpoint", made(job) + ":ckpt-step-" + step)
                    .put("fine_tuning_job_id", job.id)
                    .put("step_number", step)
                    .putObject("metrics")
                    .put("step", step);
        }
        return list.put("has_more", false);
    }
}
