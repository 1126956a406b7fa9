package dev.sluice.protocol.batch;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One call of a batch, as a line of its input file has it.
public final class BatchLine {

    private static final int MOST_CUSTOM_ID = 512;
    private static final List<String> MEMBERS = List.of("custom_id", "method", "url", "body");

    private final String customId;
    private final ObjectNode body;

    private BatchLine(String customId, ObjectNode body) {
        this.customId = customId;
        this.body = body;
    }

    /// Reads a line that was checked before.
    public static BatchLine of(byte[] line) {
        ObjectNode tree = (ObjectNode) Trees.read(line);
        return new BatchLine(
                Trees.stringOrEmpty(tree, "custom_id"), (ObjectNode) tree.path("body"));
    }

    /// Checks a line.
    ///
    /// @param endpoint the path that its batch asks
    /// @param number of the line, from 1
    /// @throws Refused when it is no call of that batch
    static BatchLine check(byte[] line, String endpoint, int number) throws Refused {
        ObjectNode tree = tree(line, number);
        for (String member : MEMBERS) {
            if (Trees.present(tree, member) == null) {
                throw refused(
                        "missing_required_parameter",
                        "The line has no `" + member + "`.",
                        member,
                        number);
            }
        }
        String customId = Trees.stringOrEmpty(tree, "custom_id");
        if (customId.isEmpty() || customId.length() > MOST_CUSTOM_ID) {
            throw refused(
                    "invalid_custom_id",
                    "`custom_id` must be a string of 1 to " + MOST_CUSTOM_ID + " characters.",
                    "custom_id",
                    number);
        }
        if (!Trees.stringOrEmpty(tree, "method").equals("POST")) {
            throw refused("invalid_method", "`method` must be `POST`.", "method", number);
        }
        if (!Trees.stringOrEmpty(tree, "url").equals(endpoint)) {
            throw refused(
                    "mismatched_url",
                    "`url` must be the endpoint of the batch, `" + endpoint + "`.",
                    "url",
                    number);
        }
        return new BatchLine(customId, body(tree, number));
    }

    private static ObjectNode tree(byte[] line, int number) throws Refused {
        try {
            StrictJson.withDefaults().read(line, BatchLine::skipped);
        } catch (FaultException e) {
            throw refused(
                    "invalid_json_line",
                    e.fault().message().replace("The request body", "The line"),
                    null,
                    number);
        }
        return (ObjectNode) Trees.read(line);
    }

    private static boolean skipped(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            parser.nextToken();
            parser.skipChildren();
        }
        return true;
    }

    private static ObjectNode body(ObjectNode tree, int number) throws Refused {
        if (!(tree.path("body") instanceof ObjectNode body)) {
            throw refused("invalid_body", "`body` must be an object.", "body", number);
        }
        if (Trees.stringOrEmpty(body, "model").isEmpty()) {
            throw refused(
                    "missing_required_parameter",
                    "The body of the line names no `model`.",
                    "body.model",
                    number);
        }
        JsonNode stream = body.path("stream");
        boolean whole = stream.isBoolean() && !stream.booleanValue();
        if (!stream.isMissingNode() && !stream.isNull() && !whole) {
            throw refused(
                    "unsupported_parameter",
                    "Answers of a batch are not streamed: leave `stream` out.",
                    "body.stream",
                    number);
        }
        return body;
    }

    private static Refused refused(
            String code, String message, @Nullable String param, int number) {
        return new Refused(new LineError(code, message, param, number));
    }

    /// A line that is no call of its batch.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient LineError error;

        Refused(LineError error) {
            super(error.message(), null, false, false);
            this.error = error;
        }

        LineError error() {
            return error;
        }
    }

    public String customId() {
        return customId;
    }

    String model() {
        return Trees.stringOrEmpty(body, "model");
    }

    /// What is sent.
    public byte[] body() {
        return Trees.bytes(body);
    }
}
