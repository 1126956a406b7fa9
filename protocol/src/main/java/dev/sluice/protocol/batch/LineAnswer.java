package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A line of the files that a batch leaves behind.
public final class LineAnswer {

    private LineAnswer() {}

    /// What a call was answered, whether it is an answer of a model or an error.
    ///
    /// @param id of this answer
    public static byte[] answered(
            String id, String customId, int status, @Nullable String requestId, byte[] body) {
        ObjectNode line = Trees.object().put("id", id).put("custom_id", customId);
        line.putObject("response")
                .put("status_code", status)
                .put("request_id", requestId)
                .set("body", tree(body));
        line.putNull("error");
        return Trees.bytes(line);
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Trees.read(body);
        } catch (JacksonException _) {
            // of a proxy in between, or cut off
            return Trees.object();
        }
    }

    /// Why a line has no answer.
    public static byte[] failed(String id, String customId, String code, String message) {
        ObjectNode line = Trees.object().put("id", id).put("custom_id", customId);
        line.putNull("response");
        line.putObject("error").put("code", code).put("message", message);
        return Trees.bytes(line);
    }

    /// What a body of an error calls it; empty where it does not say.
    public static String code(byte[] body) {
        return Trees.stringOrEmpty(tree(body).path("error"), "code");
    }
}
