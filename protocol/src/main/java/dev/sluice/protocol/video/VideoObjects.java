package dev.sluice.protocol.video;

import dev.sluice.protocol.job.JobLook;
import dev.sluice.protocol.json.Trees;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Jobs as clients see them, in the shape of `/v1/videos` and in that of `/v1/video/generations`.
public final class VideoObjects {

    /// What is Sluice's own of a job, whatever its provider calls it.
    private static final Set<String> OWN =
            Set.of("id", "object", "model", "created_at", "remixed_from_video_id", "prompt");

    private VideoObjects() {}

    /// A job that was just begun.
    ///
    /// @param remixOf the job whose video it makes another version of, or null
    public static ObjectNode begun(
            String id, String model, Instant at, VideoAsked asked, @Nullable String remixOf) {
        ObjectNode shown =
                Trees.object()
                        .put("id", id)
                        .put("object", "video")
                        .put("created_at", at.getEpochSecond())
                        .put("status", JobLook.State.QUEUED.word())
                        .put("model", model)
                        .put("progress", 0)
                        // only told to who asks: it is not kept
                        .putNull("prompt")
                        .putNull("completed_at")
                        .putNull("expires_at")
                        .put("remixed_from_video_id", remixOf)
                        .putNull("error");
        Integer seconds = asked.seconds();
        if (seconds != null) {
            shown.put("seconds", seconds.toString());
        }
        if (asked.size() != null) {
            shown.put("size", asked.size());
        }
        return shown;
    }

    /// A job after its provider was asked for it.
    ///
    /// @param before as it was shown last
    public static ObjectNode after(String before, JobLook look, Instant now) {
        ObjectNode shown = read(before);
        for (var member : look.shown().properties()) {
            if (!OWN.contains(member.getKey())) {
                shown.set(member.getKey(), member.getValue());
            }
        }
        if (look.state().isEnd() && Trees.present(shown, "completed_at") == null) {
            shown.put("completed_at", now.getEpochSecond());
        }
        return shown;
    }

    /// A job that nobody will hear of any more.
    public static ObjectNode lost(String before, String code, String message, Instant now) {
        ObjectNode shown = read(before);
        shown.put("status", JobLook.State.FAILED.word());
        shown.set("error", VideoWire.error(code, message));
        return shown.put("completed_at", now.getEpochSecond());
    }

    /// As it was shown.
    public static ObjectNode read(String shown) {
        ObjectNode read = Trees.objectOrNull(shown);
        if (read == null) {
            throw new IllegalStateException("a job is shown as " + shown);
        }
        return read;
    }

    /// A page of jobs.
    public static ObjectNode list(List<ObjectNode> jobs, boolean more) {
        ObjectNode list = Trees.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        jobs.forEach(data::add);
        if (jobs.isEmpty()) {
            list.putNull("first_id").putNull("last_id");
        } else {
            list.set("first_id", jobs.getFirst().get("id"));
            list.set("last_id", jobs.getLast().get("id"));
        }
        return list.put("has_more", more);
    }

    public static ObjectNode deleted(String id) {
        return Trees.object().put("id", id).put("object", "video.deleted").put("deleted", true);
    }

    /// The same job in the words of `/v1/video/generations`.
    ///
    /// @param content where its video can be fetched
    public static ObjectNode generation(ObjectNode shown, String content) {
        String id = Trees.stringOrEmpty(shown, "id");
        ObjectNode told = Trees.object().put("id", id).put("task_id", id);
        told.put("object", "video.generation");
        for (String name : List.of("model", "status", "created_at", "completed_at", "progress")) {
            JsonNode value = Trees.present(shown, name);
            if (value != null) {
                told.set(name, value);
            }
        }
        if (JobLook.State.COMPLETED.word().equals(Trees.string(shown, "status"))) {
            told.put("url", content).put("format", "mp4");
        }
        ObjectNode metadata = told.putObject("metadata");
        VideoAsked made = new VideoAsked(null, Trees.string(shown, "size"), null);
        if (made.width() > 0) {
            metadata.put("width", made.width()).put("height", made.height());
        }
        long length = VideoWire.milliseconds(shown.get("seconds"), 0);
        if (length > 0) {
            metadata.put("duration", length / 1_000);
        }
        JsonNode error = Trees.present(shown, "error");
        if (error != null) {
            told.set("error", error);
        }
        return told;
    }
}
