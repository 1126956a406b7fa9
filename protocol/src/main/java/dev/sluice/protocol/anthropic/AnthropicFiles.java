package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.files.NamedFile;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `/v1/files` tells clients of Anthropic. The types of files are those their names stand for.
public final class AnthropicFiles {

    private AnthropicFiles() {}

    public static ObjectNode metadata(FileObject file) {
        return Trees.object()
                .put("type", "file")
                .put("id", file.id())
                .put("filename", file.filename())
                .put("mime_type", NamedFile.typeOf(file.filename()))
                .put("size_bytes", file.bytes())
                .put("created_at", file.createdAt().toString())
                .put("expires_at", file.expiresAt().toString())
                .put("downloadable", true);
    }

    /// What is told of a file that was deleted.
    public static ObjectNode deleted(String id) {
        return Trees.object().put("type", "file_deleted").put("id", id);
    }

    /// Some files of a list.
    ///
    /// @param more whether others follow, in the direction that was asked for
    public static ObjectNode page(List<FileObject> files, boolean more) {
        ObjectNode page = Trees.object();
        ArrayNode data = page.putArray("data");
        files.forEach(file -> data.add(metadata(file)));
        return page.put("has_more", more)
                .put("first_id", files.isEmpty() ? null : files.getFirst().id())
                .put("last_id", files.isEmpty() ? null : files.getLast().id());
    }
}
