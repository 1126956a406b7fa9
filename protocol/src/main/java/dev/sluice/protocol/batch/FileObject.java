package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// What is told of a file.
///
/// @param purpose one of [#PURPOSES], or [#OUTPUT]
public record FileObject(
        String id,
        long bytes,
        Instant createdAt,
        Instant expiresAt,
        String filename,
        String purpose) {

    /// What a file of a batch's lines is uploaded for.
    public static final String BATCH = "batch";

    /// What the files are for that a batch leaves behind.
    public static final String OUTPUT = "batch_output";

    /// What clients may upload files for.
    public static final Set<String> PURPOSES =
            Set.of("assistants", BATCH, "evals", "fine-tune", "user_data", "vision");

    private static final Pattern ID = Pattern.compile("file-[0-9a-hjkmnp-tv-z]{26}");

    /// An id as clients know them.
    ///
    /// @param ulid of the house: `file_01j…`
    public static String idOf(String ulid) {
        return "file-" + ulid.substring(ulid.indexOf('_') + 1);
    }

    /// Whether an id is one of [#idOf]; those of providers are shorter, or mix cases.
    public static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    public ObjectNode json() {
        return Trees.object()
                .put("id", id)
                .put("object", "file")
                .put("bytes", bytes)
                .put("created_at", createdAt.getEpochSecond())
                .put("expires_at", expiresAt.getEpochSecond())
                .put("filename", filename)
                .put("purpose", purpose)
                .put("status", "processed");
    }

    /// What is told of a file that was deleted.
    public static ObjectNode deleted(String id) {
        return Trees.object().put("id", id).put("object", "file").put("deleted", true);
    }
}
