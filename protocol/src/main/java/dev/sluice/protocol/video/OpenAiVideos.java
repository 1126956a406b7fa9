package dev.sluice.protocol.video;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.Pieces;
import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.media.Form;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The shape that clients speak: what they send passes through, and so does what the provider says
/// of a job, but for ids, names and the prompt. No usage is reported; a finished video says how
/// long it is and how large.
final class OpenAiVideos implements VideoWire {

    private static final int USUAL_SECONDS = 4;

    @Override
    public String dialect() {
        return "openai-chat";
    }

    @Override
    public String path(String model) {
        return "/videos";
    }

    @Override
    public JobSend submit(VideoRequest request, String path, String model) {
        Form form = request.form();
        Pieces onDisk = form.piecesWithModel(model);
        return onDisk == null
                ? new JobSend(path, form.contentType(), form.withModel(model))
                : new JobSend(path, form.contentType(), onDisk);
    }

    @Override
    public JobSend remix(VideoRequest request, String path, String job) {
        return new JobSend(
                VideoWire.below(path, job) + "/remix",
                request.form().contentType(),
                Trees.bytes(Trees.object().put("prompt", request.prompt())));
    }

    @Override
    public List<String> dropped(VideoRequest request) {
        return request.dropped();
    }

    @Override
    public String lookAt(String path, String job) {
        return VideoWire.below(path, job);
    }

    @Override
    public Optional<String> content(String path, String job) {
        return Optional.of(VideoWire.below(path, job) + "/content");
    }

    @Override
    public Optional<String> delete(String path, String job) {
        return Optional.of(VideoWire.below(path, job));
    }

    @Override
    public JobLook read(byte[] body, VideoAsked asked) {
        ObjectNode told = VideoWire.document(body);
        String job = Trees.string(told, "id");
        String status = Trees.string(told, "status");
        if (job == null || job.isEmpty() || job.length() > Fields.MAX_NAME || status == null) {
            throw VideoWire.unreadable();
        }
        JobLook.State state =
                switch (status) {
                    case "queued" -> JobLook.State.QUEUED;
                    case "completed" -> JobLook.State.COMPLETED;
                    case "failed" -> JobLook.State.FAILED;
                    default -> JobLook.State.IN_PROGRESS;
                };
        told.put("status", state.word());
        if (state == JobLook.State.FAILED && Trees.present(told, "error") == null) {
            told.set("error", VideoWire.error(null, null));
        }
        boolean made = state == JobLook.State.COMPLETED;
        return new JobLook(
                job,
                state,
                told,
                made ? VideoWire.made(length(told.get("seconds"), asked)) : Usage.NONE,
                made ? served(told, asked) : Map.of(),
                null);
    }

    private static long length(@Nullable JsonNode told, VideoAsked asked) {
        Integer wanted = asked.seconds();
        return VideoWire.milliseconds(told, wanted == null ? USUAL_SECONDS : wanted);
    }

    private static Map<String, String> served(ObjectNode told, VideoAsked asked) {
        String size = Trees.string(told, "size");
        if (size == null) {
            size = asked.size();
        }
        return size == null ? Map.of() : Map.of("resolution", size);
    }
}
