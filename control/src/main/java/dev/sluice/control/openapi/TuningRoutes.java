package dev.sluice.control.openapi;

import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Shape;
import java.util.List;

/// Jobs that train models.
final class TuningRoutes {

    private static final String TAG = "fine-tuning";
    private static final String JOBS = "/v1/fine_tuning/jobs";
    private static final String JOB = JOBS + "/{fine_tuning_job_id}";

    private static final Shape REQUEST =
            Shape.object("FineTuningRequest")
                    .text("model", "a public name")
                    .text("training_file", "a file of the purpose `fine-tune`, one example a line")
                    .text("validation_file", "the same, to try the model with")
                    .text("suffix", "a part of the new model's name, at most 64 characters")
                    .any("hyperparameters", "{n_epochs, …}: `n_epochs` decides what is held")
                    .any("method", "{type: `supervised`, supervised: {hyperparameters}}")
                    .whole("seed", "the same seed and file train alike")
                    .any("metadata", "names and texts of the client's own")
                    .require("model", "training_file")
                    .others();
    private static final Shape ERROR =
            Shape.object("FineTuningError").text("code", "the provider's").text("message", "why");
    private static final Shape SHOWN =
            Shape.object("FineTuningJob")
                    .text("id", "ftjob_…")
                    .text("object", "`fine_tuning.job`")
                    .text(
                            "status",
                            "`validating_files`, `queued`, `running`, `paused`, `succeeded`,"
                                    + " `failed` or `cancelled`")
                    .text("model", "the public name")
                    .text("fine_tuned_model", "the provider's name of the new model, at the end")
                    .whole("created_at", "seconds since 1970")
                    .whole("finished_at", "seconds since 1970, at its end")
                    .whole("trained_tokens", "what is charged, at its end")
                    .text("training_file", "of /v1/files")
                    .nested("error", ERROR, "of a job that failed")
                    .nullable("fine_tuned_model", "finished_at", "trained_tokens", "error")
                    .others();
    private static final Shape LIST =
            JobRoutes.page("FineTuningJobList", SHOWN, "jobs of this key, newest first");
    private static final Shape TOLD =
            Shape.object("FineTuningDetails")
                    .text("object", "`list`")
                    .any("data", "as the provider tells them")
                    .flag("has_more", "whether more follow")
                    .others();

    static final List<Foreign> ALL =
            List.of(
                    Foreign.post(
                            JOBS,
                            RouteDoc.of("models", "Begin a job that trains a model; to be granted")
                                    .takes(REQUEST)
                                    .answers(200, SHOWN)),
                    Foreign.get(
                            JOBS,
                            JobRoutes.paged(RouteDoc.of(TAG, "Fine-tuning jobs of this key"))
                                    .answers(200, LIST)),
                    Foreign.get(
                            JOB,
                            RouteDoc.of(TAG, "How far a fine-tuning job is")
                                    .answers(200, SHOWN)
                                    .fails(404)),
                    Foreign.post(JOB + "/cancel", changed("Stop a job; what it trained is paid")),
                    Foreign.post(JOB + "/pause", changed("Let a job wait")),
                    Foreign.post(JOB + "/resume", changed("Let a job go on")),
                    Foreign.get(
                            JOB + "/events",
                            JobRoutes.paged(RouteDoc.of(TAG, "What happened to a job"))
                                    .answers(200, TOLD)
                                    .fails(404)),
                    Foreign.get(
                            JOB + "/checkpoints",
                            JobRoutes.paged(RouteDoc.of(TAG, "Models a job made on its way"))
                                    .answers(200, TOLD)
                                    .fails(404)));

    private TuningRoutes() {}

    private static RouteDoc changed(String summary) {
        return RouteDoc.of(TAG, summary).answers(200, SHOWN).fails(404).fails(409);
    }
}
