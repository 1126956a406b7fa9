package dev.sluice.protocol.tuning;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.job.JobRequest;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.media.Form;
import dev.sluice.protocol.media.RequestContent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A decoded request to train a model further, with the files it names in it.
///
/// What it may cost is known before: each pass trains at most as many tokens as the file has bytes
/// ([TrainingLines]), and the request says how many passes there are; where it leaves that to the
/// provider, they are the most that its API takes. Methods that are not paid by what the file has
/// are refused.
public final class TuningRequest implements JobRequest {

    /// The endpoint family.
    public static final String FAMILY = "fine_tuning";

    /// What a key must be granted by name.
    public static final String ACTION = "tuning";

    /// What the ids of its jobs begin with.
    public static final String KIND = "ftjob";

    public static final String TRAINING = "training_file";
    public static final String VALIDATION = "validation_file";

    static final String MOST = "most_tokens";

    /// As the provider's specification has it.
    private static final int MOST_EPOCHS = 50;

    private static final int MOST_SUFFIX = 64;
    private static final String METHOD = "method";
    private static final String SUPERVISED = "supervised";
    private static final String PARAMETERS = "hyperparameters";
    private static final String AUTO = "auto";

    private final ObjectNode request;
    private final CallFacts facts;
    private final TuningFile training;
    private final @Nullable TuningFile validation;
    private final long mostTokens;

    private TuningRequest(
            ObjectNode request,
            String model,
            TuningFile training,
            @Nullable TuningFile validation,
            long mostTokens) {
        this.request = request;
        this.training = training;
        this.validation = validation;
        this.mostTokens = mostTokens;
        MediaFacts media =
                new MediaFacts(
                        Map.of(),
                        List.of(Set.of(MeterKind.TRAINING)),
                        Usage.of(MeterKind.TRAINING, mostTokens),
                        0,
                        0,
                        0);
        this.facts = CallFacts.ofMedia(model, FAMILY, ACTION, false, 0, null, media);
    }

    /// Reads a request whose files are in the places of their ids.
    ///
    /// @throws FaultException `invalid_request` with the name of the field
    public static TuningRequest decode(RequestContent content) {
        Form form = Form.of(content);
        String model = form.model();
        ObjectNode request = (ObjectNode) Trees.request(content.identity());
        String suffix = form.text("suffix");
        if (suffix != null && suffix.length() > MOST_SUFFIX) {
            throw Fields.wrong("suffix", "at most " + MOST_SUFFIX + " characters long");
        }
        JsonNode integrations = Trees.present(request, "integrations");
        if (integrations != null && !integrations.isEmpty()) {
            throw Fault.invalid(
                            "Integrations belong to the provider's account and are not served.",
                            "integrations")
                    .asException();
        }
        requireSupervised(Trees.present(request, METHOD));
        TuningFile training = file(request, TRAINING);
        if (training == null) {
            throw Fields.missing(TRAINING);
        }
        TrainingLines.check(training.content(), TRAINING);
        long most = Math.multiplyExact((long) training.content().length, epochs(request));
        return new TuningRequest(request, model, training, file(request, VALIDATION), most);
    }

    private static void requireSupervised(@Nullable JsonNode method) {
        if (method != null && !SUPERVISED.equals(Trees.string(method, "type"))) {
            throw Fault.invalid(
                            "Only the method `supervised` is served: what others cost is not"
                                    + " bounded by the training file.",
                            METHOD)
                    .asException();
        }
    }

    private static @Nullable TuningFile file(ObjectNode request, String name) {
        JsonNode given = Trees.present(request, name);
        if (given == null) {
            return null;
        }
        String id = Trees.string(given, "file_id");
        String data = Trees.string(given, "data");
        if (id == null || data == null) {
            throw Fields.wrong(name, "the id of a file that was uploaded to /v1/files");
        }
        try {
            return new TuningFile(
                    id, Trees.stringOrEmpty(given, "filename"), Base64.getDecoder().decode(data));
        } catch (IllegalArgumentException _) {
            throw Fields.wrong(name, "the id of a file that was uploaded to /v1/files");
        }
    }

    /// The most passes over the file. Where they are said twice, the larger number counts.
    private static int epochs(ObjectNode request) {
        OptionalInt plain = epochs(request.path(PARAMETERS), PARAMETERS);
        OptionalInt ofMethod =
                epochs(
                        request.path(METHOD).path(SUPERVISED).path(PARAMETERS),
                        METHOD + "." + SUPERVISED + "." + PARAMETERS);
        if (plain.isEmpty() && ofMethod.isEmpty()) {
            return MOST_EPOCHS;
        }
        return Math.max(plain.orElse(0), ofMethod.orElse(0));
    }

    /// Empty where nothing is said; the most where it is left to the provider.
    private static OptionalInt epochs(JsonNode parameters, String path) {
        JsonNode epochs = Trees.present(parameters, "n_epochs");
        if (epochs == null) {
            return OptionalInt.empty();
        }
        if (AUTO.equals(epochs.isString() ? epochs.stringValue() : "")) {
            return OptionalInt.of(MOST_EPOCHS);
        }
        if (!epochs.isIntegralNumber()
                || !epochs.canConvertToInt()
                || epochs.intValue() < 1
                || epochs.intValue() > MOST_EPOCHS) {
            throw Fields.wrong(path + ".n_epochs", "`auto` or an integer from 1 to " + MOST_EPOCHS);
        }
        return OptionalInt.of(epochs.intValue());
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /// What its provider has to be given first.
    public List<TuningFile> files() {
        List<TuningFile> files = new ArrayList<>();
        files.add(training);
        if (validation != null) {
            files.add(validation);
        }
        return files;
    }

    /// What begins the job.
    ///
    /// @param path where it is sent, from the host's root
    /// @param model the name the target knows the model by
    /// @param given the provider's ids of the files, by ours
    public JobSend submit(String path, String model, Map<String, String> given) {
        ObjectNode told = request.deepCopy().put("model", model);
        told.put(TRAINING, given.get(training.id()));
        if (validation != null) {
            told.put(VALIDATION, given.get(validation.id()));
        }
        return JobSend.json(path, Trees.bytes(told));
    }

    @Override
    public Map<String, String> kept() {
        Map<String, String> kept = new HashMap<>();
        kept.put(MOST, Long.toString(mostTokens));
        return kept;
    }

    @Override
    public ObjectNode begun(String id, String organization, Instant at, @Nullable String of) {
        ObjectNode shown =
                Trees.object()
                        .put("id", id)
                        .put("object", "fine_tuning.job")
                        .put("created_at", at.getEpochSecond())
                        .put("model", facts.model())
                        .put("organization_id", organization)
                        .put("status", "validating_files")
                        .put(TRAINING, training.id())
                        .put(VALIDATION, validation == null ? null : validation.id())
                        .putNull("error")
                        .putNull("fine_tuned_model")
                        .putNull("finished_at")
                        .putNull("estimated_finish")
                        .putNull("trained_tokens");
        shown.putArray("result_files");
        shown.putArray("integrations");
        ObjectNode parameters = shown.putObject(PARAMETERS);
        if (request.path(PARAMETERS) instanceof ObjectNode asked) {
            parameters.setAll(asked);
        }
        JsonNode seed = Trees.present(request, "seed");
        shown.put("seed", seed != null && seed.canConvertToInt() ? seed.intValue() : 0);
        for (String name : List.of(METHOD, "metadata")) {
            JsonNode asked = Trees.present(request, name);
            if (asked != null) {
                shown.set(name, asked);
            }
        }
        return shown;
    }

    @Override
    public ObjectNode lost(String before, String code, String message, Instant now) {
        return TuningWire.INSTANCE.lost(before, code, message, now);
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        throw new UnsupportedOperationException("a job is sent with its files");
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        throw new UnsupportedOperationException("jobs do not stream");
    }

    @Override
    public Answer readAnswer(byte[] body) {
        throw Fault.of(FaultCode.INTERNAL_ERROR, "A job's answer is read by its wire.")
                .asException();
    }
}
