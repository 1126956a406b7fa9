package dev.sluice.protocol.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request for a client secret asks: today's, or one of the beta's two, whose answer is a
/// session that has the secret in it.
///
/// @param shape which of them
/// @param session how sessions that it opens are set; null where that is left to them
/// @param lifetime how long it is good for
public record SecretRequest(Shape shape, @Nullable ObjectNode session, Duration lifetime) {

    private static final String SECRET = "client_secret";
    private static final String TRANSCRIPTION = "transcription";
    private static final String EXPIRES = "expires_after";
    private static final long LEAST_SECONDS = 10;
    private static final long MOST_SECONDS = 7_200;

    /// Who asks where, and for how long when nothing is said.
    public enum Shape {
        TODAY("/v1/realtime/client_secrets", Duration.ofMinutes(10)),
        BETA("/v1/realtime/sessions", Duration.ofMinutes(1)),
        BETA_TRANSCRIPTION("/v1/realtime/transcription_sessions", Duration.ofMinutes(1));

        private static final Map<String, Shape> BY_PATH =
                Map.of(
                        TODAY.path, TODAY,
                        BETA.path, BETA,
                        BETA_TRANSCRIPTION.path, BETA_TRANSCRIPTION);

        private final String path;
        private final Duration lifetime;

        Shape(String path, Duration lifetime) {
            this.path = path;
            this.lifetime = lifetime;
        }

        public static Optional<Shape> ofPath(String path) {
            return Optional.ofNullable(BY_PATH.get(path));
        }

        public String path() {
            return path;
        }

        /// Whether its sessions speak the beta's events.
        public boolean isBeta() {
            return this != TODAY;
        }
    }

    /// Reads a request; an empty body asks for a secret that leaves everything open.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request`
    public static SecretRequest read(Shape shape, byte[] body) {
        ObjectNode asked = body.length == 0 ? Trees.object() : object(body);
        return shape == Shape.TODAY ? today(asked) : beta(shape, asked);
    }

    private static ObjectNode object(byte[] body) {
        StrictJson.withDefaults().read(body, SecretRequest::skipped);
        return (ObjectNode) Trees.request(body);
    }

    private static boolean skipped(JsonParser parser) {
        parser.skipChildren();
        return true;
    }

    private static SecretRequest today(ObjectNode asked) {
        JsonNode session = asked.path("session");
        if (!session.isMissingNode() && !session.isNull() && !session.isObject()) {
            throw Fault.invalid("session must be an object.", "session").asException();
        }
        Duration lifetime = lifetime(Shape.TODAY, asked.path(EXPIRES), EXPIRES);
        if (!(session instanceof ObjectNode set)) {
            return new SecretRequest(Shape.TODAY, null, lifetime);
        }
        String type = Trees.stringOrEmpty(set, "type");
        if (!type.equals("realtime") && !type.equals(TRANSCRIPTION)) {
            throw Fault.invalid(
                            "session.type must be 'realtime' or 'transcription'.", "session.type")
                    .asException();
        }
        return new SecretRequest(Shape.TODAY, set, lifetime);
    }

    private static SecretRequest beta(Shape shape, ObjectNode asked) {
        JsonNode ofSecret = asked.path(SECRET);
        String name = ofSecret.has("expires_at") ? "expires_at" : EXPIRES;
        Duration lifetime = lifetime(shape, ofSecret.path(name), SECRET + "." + name);
        asked.remove(SECRET);
        return new SecretRequest(shape, asked, lifetime);
    }

    private static Duration lifetime(Shape shape, JsonNode after, String param) {
        if (after.isMissingNode() || after.isNull()) {
            return shape.lifetime;
        }
        if (!after.isObject()
                || !(after.path("anchor").isMissingNode()
                        || Trees.stringOrEmpty(after, "anchor").equals("created_at"))) {
            throw Fault.invalid(
                            param + " must be an object whose anchor is 'created_at'.",
                            param + ".anchor")
                    .asException();
        }
        JsonNode seconds = after.path("seconds");
        if (seconds.isMissingNode()) {
            return shape.lifetime;
        }
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.longValue() < LEAST_SECONDS
                || seconds.longValue() > MOST_SECONDS) {
            throw Fault.invalid(
                            "%s.seconds must be a whole number from %d to %d."
                                    .formatted(param, LEAST_SECONDS, MOST_SECONDS),
                            param + ".seconds")
                    .asException();
        }
        return Duration.ofSeconds(seconds.longValue());
    }

    /// Whether it is for sessions that transcribe.
    public boolean transcribes() {
        return shape == Shape.BETA_TRANSCRIPTION
                || (session != null && Trees.stringOrEmpty(session, "type").equals(TRANSCRIPTION));
    }

    /// The model it names; null for none.
    public @Nullable String model() {
        if (session == null) {
            return null;
        }
        if (!transcribes()) {
            return Trees.string(session, "model");
        }
        JsonNode how =
                shape.isBeta()
                        ? session.path("input_audio_transcription")
                        : session.path("audio").path("input").path(TRANSCRIPTION);
        return Trees.string(how, "model");
    }

    /// What is answered.
    ///
    /// @param id of the session that it describes
    /// @param expiresAt seconds since 1970
    public ObjectNode answer(String id, String secret, long expiresAt) {
        ObjectNode shown = session == null ? Trees.object() : session.deepCopy();
        if (session == null) {
            shown.put("type", "realtime");
        }
        shown.put("id", id);
        shown.put("object", transcribes() ? "realtime.transcription_session" : "realtime.session");
        if (shape.isBeta()) {
            shown.putObject(SECRET).put("value", secret).put("expires_at", expiresAt);
            return shown;
        }
        ObjectNode answer = Trees.object();
        answer.put("value", secret);
        answer.put("expires_at", expiresAt);
        answer.set("session", shown);
        return answer;
    }
}
