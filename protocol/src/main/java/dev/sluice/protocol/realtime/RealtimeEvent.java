package dev.sluice.protocol.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// What every event has: read in one pass, since most are pieces of sound and come often.
public final class RealtimeEvent {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_NAME = 512;

    private final byte[] bytes;
    private final String type;
    private final @Nullable String eventId;
    private final @Nullable String responseId;
    private final int payloadBytes;

    private RealtimeEvent(
            byte[] bytes,
            String type,
            @Nullable String eventId,
            @Nullable String responseId,
            int payloadBytes) {
        this.bytes = bytes;
        this.type = type;
        this.eventId = eventId;
        this.responseId = responseId;
        this.payloadBytes = payloadBytes;
    }

    /// An event of a client.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request`: two readers could understand it
    ///     differently, or it says not what it is
    public static RealtimeEvent ofClient(byte[] bytes) {
        RealtimeEvent event =
                StrictJson.withDefaults().read(bytes, parser -> members(bytes, parser));
        if (event.type.isEmpty()) {
            throw Fault.invalid("The event has no type.", "type").asException();
        }
        return event;
    }

    /// An event of a provider; empty when it cannot be read.
    public static Optional<RealtimeEvent> ofServer(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            return Optional.of(members(bytes, parser));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /// The `event_id` of what may be no event at all.
    public static @Nullable String idIn(byte[] bytes) {
        return ofServer(bytes).map(RealtimeEvent::eventId).orElse(null);
    }

    private static RealtimeEvent members(byte[] bytes, JsonParser p) {
        String type = "";
        String eventId = null;
        String responseId = null;
        int payload = 0;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            boolean text = p.nextToken() == JsonToken.VALUE_STRING;
            switch (name) {
                case "type" -> type = text ? shortened(p.getString()) : "";
                case "event_id" -> eventId = text ? shortened(p.getString()) : null;
                case "response_id" -> responseId = text ? shortened(p.getString()) : null;
                case "audio", "delta" -> payload += text ? length(p) : 0;
                default -> p.skipChildren();
            }
        }
        return new RealtimeEvent(bytes, type, eventId, responseId, payload);
    }

    /// Without the quotes, and without making a string of it.
    private static int length(JsonParser p) {
        long from = p.currentTokenLocation().getByteOffset();
        p.finishToken();
        return (int) Math.max(0, p.currentLocation().getByteOffset() - from - 2);
    }

    private static String shortened(String text) {
        return text.length() <= MOST_NAME ? text : text.substring(0, MOST_NAME);
    }

    /// As it came.
    public byte[] bytes() {
        return bytes;
    }

    /// Empty where a provider's event has none.
    public String type() {
        return type;
    }

    /// As the sender numbers its events.
    public @Nullable String eventId() {
        return eventId;
    }

    /// Of the response it is a piece of.
    public @Nullable String responseId() {
        return responseId;
    }

    /// Of `audio` or `delta`, as they stand between the quotes.
    public int payloadBytes() {
        return payloadBytes;
    }

    /// The event that stops a response.
    public static String cancel(String responseId) {
        return "{\"type\":\"response.cancel\",\"response_id\":"
                + PointEdits.quote(responseId)
                + "}";
    }

    /// The whole of it, for the few events that need a closer look.
    public JsonNode tree() {
        return Trees.read(bytes);
    }
}
