package dev.sluice.protocol.batch;

import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Why a batch failed.
///
/// @param param the member of the line that is wrong, or null
/// @param line of the input file, from 1, or null where no one line is to blame
public record LineError(
        String code, String message, @Nullable String param, @Nullable Integer line) {

    /// As they are kept and told.
    public static ArrayNode array(List<LineError> errors) {
        ArrayNode array = Trees.array();
        for (LineError error : errors) {
            array.addObject()
                    .put("code", error.code)
                    .put("message", error.message)
                    .put("param", error.param)
                    .put("line", error.line);
        }
        return array;
    }

    /// Reads what [#array] wrote.
    public static List<LineError> of(JsonNode array) {
        List<LineError> errors = new ArrayList<>();
        for (JsonNode error : array) {
            JsonNode line = Trees.present(error, "line");
            errors.add(
                    new LineError(
                            Trees.stringOrEmpty(error, "code"),
                            Trees.stringOrEmpty(error, "message"),
                            Trees.string(error, "param"),
                            line == null ? null : line.intValue()));
        }
        return errors;
    }
}
