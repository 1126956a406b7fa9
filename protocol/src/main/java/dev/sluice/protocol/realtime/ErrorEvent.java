package dev.sluice.protocol.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import dev.sluice.protocol.json.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A fault as clients of a session are told it: what an answer's body would say, in an `error`
/// event.
public final class ErrorEvent {

    private ErrorEvent() {}

    /// The event as it is sent.
    ///
    /// @param requestId of the call that failed; the event is named after it
    /// @param cause the `event_id` of the client's event it is about, or null
    public static String of(Fault fault, String requestId, @Nullable String cause) {
        ObjectNode told = (ObjectNode) Trees.read(Faults.body(Dialect.OPENAI, fault, requestId));
        ObjectNode event = Trees.object();
        event.put("type", "error");
        event.put("event_id", "event_" + requestId);
        ((ObjectNode) told.path("error")).put("event_id", cause);
        event.set("error", told.path("error"));
        return Trees.text(event);
    }
}
