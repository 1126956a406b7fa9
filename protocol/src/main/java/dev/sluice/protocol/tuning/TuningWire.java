package dev.sluice.protocol.tuning;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.PercentEncoding;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobWire;
import dev.sluice.protocol.json.Trees;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a provider's jobs are looked after that train a model. An end counts only with the tokens it
/// says were trained: those are what is charged, of a job that was cancelled, too.
public final class TuningWire implements JobWire {

    public static final TuningWire INSTANCE = new TuningWire();

    private static final long MOST_TOKENS = 1L << 40;
    private static final int MOST_REASON = 1_000;

    /// What is Sluice's own of a job, or its provider's business.
    private static final Set<String> OWN =
            Set.of(
                    "id",
                    "object",
                    "model",
                    "created_at",
                    "organization_id",
                    "training_file",
                    "validation_file",
                    "result_files",
                    "integrations");

    private TuningWire() {}

    @Override
    public String dialect() {
        return "openai-chat";
    }

    @Override
    public String family() {
        return TuningRequest.FAMILY;
    }

    @Override
    public String name() {
        return TuningRequest.FAMILY;
    }

    @Override
    public String path(String model) {
        return "/fine_tuning/jobs";
    }

    @Override
    public String lookAt(String path, String job) {
        return path + "/" + PercentEncoding.encoded(job, "-._~");
    }

    @Override
    public Optional<String> cancel(String path, String job) {
        return Optional.of(lookAt(path, job) + "/cancel");
    }

    static FaultException unreadable() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is none about a fine-tuning job.")
                .asException();
    }

    private static ObjectNode document(byte[] body) {
        try {
            if (Trees.read(body) instanceof ObjectNode read) {
                return read;
            }
        } catch (JacksonException _) {
            // said below
        }
        throw unreadable();
    }

    @Override
    public JobLook read(byte[] body, Map<String, String> asked) {
        ObjectNode told = document(body);
        String job = Trees.string(told, "id");
        String status = Trees.string(told, "status");
        if (job == null || job.isEmpty() || job.length() > Fields.MAX_NAME || status == null) {
            throw unreadable();
        }
        JobLook.State state =
                switch (status) {
                    case "validating_files", "queued" -> JobLook.State.QUEUED;
                    case "succeeded" -> JobLook.State.COMPLETED;
                    case "cancelled" -> JobLook.State.CANCELLED;
                    case "failed" -> JobLook.State.FAILED;
                    default -> JobLook.State.IN_PROGRESS;
                };
        JsonNode tokens = Trees.present(told, "trained_tokens");
        Usage usage = Usage.NONE;
        if (state.isEnd() && tokens != null) {
            usage = trained(tokens);
        } else if (state == JobLook.State.COMPLETED) {
            throw unreadable();
        }
        return new JobLook(job, state, told, usage, Map.of(), null);
    }

    private static Usage trained(JsonNode tokens) {
        if (!tokens.isIntegralNumber()
                || !tokens.canConvertToLong()
                || tokens.longValue() < 0
                || tokens.longValue() > MOST_TOKENS) {
            throw unreadable();
        }
        return Usage.builder()
                .set(MeterKind.TRAINING, tokens.longValue())
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    @Override
    public ObjectNode after(String before, JobLook look, Instant now) {
        ObjectNode shown = shown(before);
        for (var member : look.shown().properties()) {
            if (!OWN.contains(member.getKey())) {
                shown.set(member.getKey(), member.getValue());
            }
        }
        if (look.state().isEnd() && Trees.present(shown, "finished_at") == null) {
            shown.put("finished_at", now.getEpochSecond());
        }
        return shown;
    }

    @Override
    public ObjectNode lost(String before, String code, String message, Instant now) {
        ObjectNode shown = shown(before).put("status", "failed");
        shown.putObject("error")
                .put("code", code)
                .put("message", message.substring(0, Math.min(message.length(), MOST_REASON)))
                .putNull("param");
        return shown.put("finished_at", now.getEpochSecond());
    }

    @Override
    public Usage most(Map<String, String> asked) {
        return Usage.of(
                MeterKind.TRAINING, Long.parseLong(asked.getOrDefault(TuningRequest.MOST, "0")));
    }

    /// A job as it is kept.
    public static ObjectNode shown(String kept) {
        ObjectNode read = Trees.objectOrNull(kept);
        if (read == null) {
            throw new IllegalStateException("a job is shown as " + kept);
        }
        return read;
    }

    /// What a provider lists of a job, by the name that clients know it by.
    ///
    /// @throws FaultException `upstream_error` for what is no list
    public static ObjectNode listed(byte[] body, String providers, String id) {
        ObjectNode told = document(body);
        if (!told.path("data").isArray()) {
            throw unreadable();
        }
        ObjectNode renamed = Trees.objectOrNull(Trees.text(told).replace(providers, id));
        if (renamed == null) {
            throw unreadable();
        }
        return renamed;
    }
}
