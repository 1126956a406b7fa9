package dev.sluice.protocol.framing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Turns event-stream messages whose payload is `{"bytes": BASE64}` around one event of a dialect
/// into the server-sent events that the dialect has elsewhere. An exception becomes an `error`
/// event.
public final class WrappedEvents {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Map<String, String> ERRORS =
            Map.of(
                    "throttlingException", "rate_limit_error",
                    "validationException", "invalid_request_error",
                    "serviceUnavailableException", "overloaded_error",
                    "modelTimeoutException", "timeout_error");

    private WrappedEvents() {}

    /// The event, terminated; empty for a message that carries none.
    public static byte[] event(EventStreamMessage message) {
        JsonNode payload = tree(message.payload());
        String failure = message.failure();
        if (failure != null) {
            ObjectNode error = MAPPER.createObjectNode().put("type", "error");
            error.putObject("error")
                    .put("type", ERRORS.getOrDefault(failure, "api_error"))
                    .put("message", payload.path("message").asString(failure));
            return frame("error", MAPPER.writeValueAsBytes(error));
        }
        String wrapped = payload.path("bytes").asString("");
        if (wrapped.isEmpty()) {
            return new byte[0];
        }
        byte[] data = decoded(wrapped);
        return frame(tree(data).path("type").asString(""), data);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            return MAPPER.missingNode();
        }
    }

    /// One line of data: JSON has no line breaks of its own, and what white space it has is taken
    /// out.
    private static byte[] frame(String name, byte[] data) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        if (!name.isEmpty()) {
            frame.writeBytes(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8));
        }
        frame.writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
        for (byte b : data) {
            if (b != '\n' && b != '\r') {
                frame.write(b);
            }
        }
        frame.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return frame.toByteArray();
    }
}
