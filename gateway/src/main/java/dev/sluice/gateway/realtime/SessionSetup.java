package dev.sluice.gateway.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.ModelNames;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a session is set, and the events that say so. What a client secret sets is said to the
/// provider before the client says anything, and the client sees a session that began with it.
final class SessionSetup {

    private static final String CREATED = "session.created";

    private final String model;
    private final String upstreamModel;
    private final @Nullable String first;
    private final String firstId;
    private RealtimeSettings settings = RealtimeSettings.USUAL;

    /// Whether the provider has not yet said what it makes of what is said first.
    private boolean opening;

    /// @param model the public name
    /// @param first what a client secret sets; null for nothing
    /// @param sessionId the event that says so is named after it
    SessionSetup(String model, String upstreamModel, @Nullable String first, String sessionId) {
        this.model = model;
        this.upstreamModel = upstreamModel;
        this.first = first;
        this.firstId = "event_" + sessionId;
        this.opening = first != null;
    }

    RealtimeSettings settings() {
        return settings;
    }

    /// What is said to the provider before anything else, as a client would; null for nothing.
    @Nullable RealtimeEvent first() {
        if (first == null) {
            return null;
        }
        ObjectNode event = Trees.object();
        event.put("type", "session.update").put("event_id", firstId);
        event.set("session", Trees.read(first.getBytes(UTF_8)));
        return RealtimeEvent.ofClient(Trees.bytes(event));
    }

    /// The settings after a change that is asked for; throws the fault of one that is not served.
    ///
    /// @param session the event's member of that name
    static RealtimeSettings changed(RealtimeSettings settings, JsonNode session) {
        RealtimeSettings next = settings.with(session);
        if (next.transcribedBy() != null
                || Trees.stringOrEmpty(session, "type").equals("transcription")) {
            throw transcription();
        }
        return next;
    }

    static FaultException transcription() {
        return Fault.invalid(
                        "Sessions are not written down here: leave transcription out, and use"
                                + " /v1/audio/transcriptions.",
                        "session.audio.input.transcription")
                .asException();
    }

    /// A change that is asked for, as the provider is told it; throws the fault of one that is not
    /// served.
    byte[] update(RealtimeEvent event) {
        JsonNode session = event.tree().path("session");
        String named = Trees.string(session, "model");
        if (named != null && !named.equals(model)) {
            throw Fault.invalid(
                            "The model of a session cannot be changed. Open another session.",
                            "session.model")
                    .asException();
        }
        settings = changed(settings, session);
        return ModelNames.ofSession(event.bytes(), upstreamModel);
    }

    /// How the provider says that the session is set, as the client is told it; null for nothing.
    byte @Nullable [] told(RealtimeEvent event) {
        if (opening && event.type().equals(CREATED)) {
            return null;
        }
        settings = settings.with(event.tree().path("session"));
        byte[] told = ModelNames.ofSession(event.bytes(), model);
        if (!opening) {
            return told;
        }
        opening = false;
        ObjectNode created = (ObjectNode) Trees.read(told);
        created.put("type", CREATED);
        return Trees.bytes(created);
    }

    /// The provider refused an event of the client.
    ///
    /// @param error as it says so
    /// @return why no session can begin, where it was what is said first; null otherwise
    @Nullable Fault refused(JsonNode error) {
        return opening && firstId.equals(Trees.string(error, "event_id"))
                ? Fault.of(
                        FaultCode.UPSTREAM_REJECTED,
                        "The upstream refused what the client secret sets: "
                                + Trees.stringOrEmpty(error, "message"))
                : null;
    }
}
