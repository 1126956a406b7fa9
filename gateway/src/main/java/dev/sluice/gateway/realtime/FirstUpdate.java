package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.protocol.json.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is said to the provider before the client says anything, so that the client sees a session
/// that began with it.
final class FirstUpdate {

    private static final String CREATED = ".created";

    private final String id;
    private boolean pending = true;

    /// @param sessionId the event is named after it
    FirstUpdate(String sessionId) {
        this.id = "event_" + sessionId;
    }

    /// The event, as a client would write it.
    ObjectNode event(String type, JsonNode session) {
        ObjectNode event = Trees.object();
        event.put("type", type).put("event_id", id);
        event.set("session", session);
        return event;
    }

    /// Whether a session is told that is not yet as it is to be.
    boolean isTooEarly(String type) {
        return pending && type.endsWith(CREATED);
    }

    /// How the provider says that the session is set, as the client is told it.
    byte[] told(byte[] event) {
        if (!pending) {
            return event;
        }
        pending = false;
        ObjectNode created = (ObjectNode) Trees.read(event);
        String type = Trees.stringOrEmpty(created, "type");
        created.put("type", type.substring(0, type.lastIndexOf('.')) + CREATED);
        return Trees.bytes(created);
    }

    /// The provider refused an event of the client.
    ///
    /// @param error as it says so
    /// @return why no session can begin, where it was this one; null otherwise
    @Nullable Fault refused(JsonNode error) {
        return pending && id.equals(Trees.string(error, "event_id"))
                ? Fault.of(
                        FaultCode.UPSTREAM_REJECTED,
                        "The upstream refused how the session is to be set: "
                                + Trees.stringOrEmpty(error, "message"))
                : null;
    }
}
