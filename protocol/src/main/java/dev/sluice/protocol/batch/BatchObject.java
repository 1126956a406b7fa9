package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is told of a batch.
///
/// @param metadata what the client wrote on it, an object, or null
/// @param model that all of its lines ask, null until they were read
/// @param errors why it failed; empty otherwise
/// @param outputFileId the answers, or null
/// @param errorFileId the lines without one, or null
/// @param times when it came to a status, by the status
/// @param usage what its answers say was used, or null
public record BatchObject(
        String id,
        String endpoint,
        String inputFileId,
        @Nullable JsonNode metadata,
        @Nullable String model,
        BatchStatus status,
        List<LineError> errors,
        @Nullable String outputFileId,
        @Nullable String errorFileId,
        Instant createdAt,
        Instant expiresAt,
        Map<BatchStatus, Long> times,
        Counts counts,
        @Nullable JsonNode usage) {

    /// The only time in which a batch may be asked to be done.
    public static final String WINDOW = "24h";

    /// How its lines stand.
    ///
    /// @param completed lines with an answer
    /// @param failed lines that are in the file of errors
    public record Counts(int total, int completed, int failed) {}

    public ObjectNode json() {
        ObjectNode json =
                Trees.object()
                        .put("id", id)
                        .put("object", "batch")
                        .put("endpoint", endpoint)
                        .put("model", model);
        if (errors.isEmpty()) {
            json.putNull("errors");
        } else {
            json.putObject("errors").put("object", "list").set("data", LineError.array(errors));
        }
        json.put("input_file_id", inputFileId)
                .put("completion_window", WINDOW)
                .put("status", status.wireName())
                .put("output_file_id", outputFileId)
                .put("error_file_id", errorFileId)
                .put("created_at", createdAt.getEpochSecond())
                .put("expires_at", expiresAt.getEpochSecond());
        for (BatchStatus reached : BatchStatus.values()) {
            if (reached != BatchStatus.VALIDATING) {
                json.put(reached.timeName(), times.get(reached));
            }
        }
        json.putObject("request_counts")
                .put("total", counts.total)
                .put("completed", counts.completed)
                .put("failed", counts.failed);
        json.set("usage", usage);
        json.set("metadata", metadata);
        return json;
    }
}
