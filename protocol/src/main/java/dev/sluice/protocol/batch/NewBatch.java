package dev.sluice.protocol.batch;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client asks for that makes a batch.
///
/// @param metadata an object of strings, or null
/// @param keep how long its files are wanted to be kept, or null
public record NewBatch(
        String inputFileId,
        String endpoint,
        @Nullable ObjectNode metadata,
        @Nullable Duration keep) {

    /// What a batch can be made of.
    public static final List<String> ENDPOINTS =
            List.of("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/moderations");

    private static final Set<String> MEMBERS =
            Set.of(
                    "input_file_id",
                    "endpoint",
                    "completion_window",
                    "metadata",
                    "output_expires_after");
    private static final int MOST_METADATA = 16;
    private static final int MOST_METADATA_NAME = 64;
    private static final int MOST_METADATA_VALUE = 512;
    private static final Duration LEAST_KEPT = Duration.ofHours(1);
    private static final Duration MOST_KEPT = Duration.ofDays(30);

    /// Reads the body of a request; throws the fault of a bad one.
    public static NewBatch of(byte[] body) {
        StrictJson.withDefaults().read(body, NewBatch::known);
        ObjectNode tree = (ObjectNode) Trees.read(body);
        String endpoint = required(tree, "endpoint");
        if (!ENDPOINTS.contains(endpoint)) {
            throw invalid(
                    "`endpoint` must be one of " + String.join(", ", ENDPOINTS) + ".", "endpoint");
        }
        if (!required(tree, "completion_window").equals(BatchObject.WINDOW)) {
            throw invalid(
                    "`completion_window` must be `" + BatchObject.WINDOW + "`.",
                    "completion_window");
        }
        return new NewBatch(
                required(tree, "input_file_id"),
                endpoint,
                metadata(Trees.present(tree, "metadata")),
                keep(Trees.present(tree, "output_expires_after")));
    }

    private static boolean known(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (!MEMBERS.contains(name)) {
                throw invalid("Batches have no `" + name + "`.", name);
            }
            parser.nextToken();
            parser.skipChildren();
        }
        return true;
    }

    private static String required(ObjectNode tree, String name) {
        String text = Trees.stringOrEmpty(tree, name);
        if (text.isEmpty()) {
            throw invalid("`" + name + "` is missing, or no string.", name);
        }
        return text;
    }

    private static @Nullable ObjectNode metadata(@Nullable JsonNode given) {
        if (given == null) {
            return null;
        }
        if (!(given instanceof ObjectNode object) || object.size() > MOST_METADATA) {
            throw invalid(
                    "`metadata` must be an object of at most " + MOST_METADATA + " members.",
                    "metadata");
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (member.getKey().length() > MOST_METADATA_NAME
                    || !member.getValue().isString()
                    || member.getValue().stringValue().length() > MOST_METADATA_VALUE) {
                throw invalid(
                        "`metadata` must be strings of at most %d characters, by names of %d."
                                .formatted(MOST_METADATA_VALUE, MOST_METADATA_NAME),
                        "metadata");
            }
        }
        return object;
    }

    private static @Nullable Duration keep(@Nullable JsonNode given) {
        if (given == null) {
            return null;
        }
        JsonNode seconds = given.path("seconds");
        return keep(
                Trees.stringOrEmpty(given, "anchor"),
                seconds.isIntegralNumber() ? seconds.asString() : "",
                "output_expires_after");
    }

    /// How long a file is wanted to be kept; throws the fault of what cannot be.
    ///
    /// @param name what the client calls it
    public static Duration keep(String anchor, String seconds, String name) {
        boolean number = seconds.matches("[0-9]{1,9}");
        Duration keep = Duration.ofSeconds(number ? Long.parseLong(seconds) : 0);
        if (!anchor.equals("created_at")
                || keep.compareTo(LEAST_KEPT) < 0
                || keep.compareTo(MOST_KEPT) > 0) {
            throw invalid(
                    "`%s` must have `anchor` `created_at` and `seconds` from %d to %d."
                            .formatted(name, LEAST_KEPT.toSeconds(), MOST_KEPT.toSeconds()),
                    name);
        }
        return keep;
    }

    private static RuntimeException invalid(String message, String param) {
        return Fault.invalid(message, param).asException();
    }
}
