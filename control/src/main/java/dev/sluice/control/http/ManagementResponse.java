package dev.sluice.control.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One answer of the management plane, immutable: bytes, or a writer that produces them.
public final class ManagementResponse {

    public static final String JSON = "application/json";

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable BodyWriter writer;
    private final @Nullable String secretOf;

    private ManagementResponse(
            int status,
            Map<String, String> headers,
            byte[] body,
            @Nullable BodyWriter writer,
            @Nullable String secretOf) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.writer = writer;
        this.secretOf = secretOf;
    }

    public static ManagementResponse json(int status, JsonNode body) {
        return bytes(status, JSON, Json.write(body));
    }

    public static ManagementResponse ok(JsonNode body) {
        return json(200, body);
    }

    public static ManagementResponse noContent() {
        return new ManagementResponse(204, Map.of(), new byte[0], null, null);
    }

    public static ManagementResponse text(int status, String contentType, String body) {
        return bytes(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    public static ManagementResponse bytes(int status, String contentType, byte[] body) {
        return new ManagementResponse(
                status, Map.of("content-type", contentType), body.clone(), null, null);
    }

    /// An answer of unknown length; its status cannot change once the writer runs.
    public static ManagementResponse streaming(String contentType, BodyWriter writer) {
        return new ManagementResponse(
                200, Map.of("content-type", contentType), new byte[0], writer, null);
    }

    public ManagementResponse withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ManagementResponse(status, more, body, writer, secretOf);
    }

    /// Marks an answer that shows a secret for the only time. It is never stored: the same call
    /// again gets a conflict that names the object.
    public ManagementResponse showingSecretOf(String objectId) {
        return new ManagementResponse(status, headers, body, writer, objectId);
    }

    public int status() {
        return status;
    }

    /// Lower-case names.
    public Map<String, String> headers() {
        return headers;
    }

    /// Empty for a streaming answer.
    public byte[] body() {
        return body.clone();
    }

    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public Optional<BodyWriter> writer() {
        return Optional.ofNullable(writer);
    }

    /// The object whose secret the answer shows, if it shows one.
    public Optional<String> secretOf() {
        return Optional.ofNullable(secretOf);
    }
}
