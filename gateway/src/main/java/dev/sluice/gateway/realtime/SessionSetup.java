package dev.sluice.gateway.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.ModelNames;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How a conversation is set, and the events that say so.
final class SessionSetup {

    private final String model;
    private final String upstreamModel;
    private final @Nullable String asked;
    private final @Nullable FirstUpdate first;
    private RealtimeSettings settings = RealtimeSettings.USUAL;

    /// @param model the public name
    /// @param asked what a client secret sets, as JSON; null for nothing
    SessionSetup(String model, String upstreamModel, @Nullable String asked, String sessionId) {
        this.model = model;
        this.upstreamModel = upstreamModel;
        this.asked = asked;
        this.first = asked == null ? null : new FirstUpdate(sessionId);
    }

    RealtimeSettings settings() {
        return settings;
    }

    /// What is said to the provider before anything else, as a client would; null for nothing.
    @Nullable RealtimeEvent first() {
        return first == null || asked == null
                ? null
                : RealtimeEvent.ofClient(
                        Trees.bytes(
                                first.event("session.update", Trees.read(asked.getBytes(UTF_8)))));
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
                        "Conversations are not written down here: leave transcription out, and"
                                + " open another session with intent=transcription for it.",
                        "session.audio.input.transcription")
                .asException();
    }

    /// A change that is asked for, as the provider is told it; throws the fault of one that is not
    /// served.
    byte[] update(RealtimeEvent event) {
        JsonNode session = event.tree().path("session");
        String named = Trees.string(session, "model");
        if (named != null && !named.equals(model)) {
            throw anotherModel("session.model");
        }
        settings = changed(settings, session);
        return ModelNames.ofSession(event.bytes(), upstreamModel);
    }

    static FaultException anotherModel(String param) {
        return Fault.invalid(
                        "The model of a session cannot be changed. Open another session.", param)
                .asException();
    }

    /// How the provider says that the session is set, as the client is told it; null for nothing.
    byte @Nullable [] told(RealtimeEvent event) {
        if (first != null && first.isTooEarly(event.type())) {
            return null;
        }
        settings = settings.with(event.tree().path("session"));
        byte[] told = ModelNames.ofSession(event.bytes(), model);
        return first == null ? told : first.told(told);
    }

    /// The provider refused an event of the client.
    ///
    /// @return why no session can begin, where it was what is said first; null otherwise
    @Nullable Fault refused(JsonNode error) {
        return first == null ? null : first.refused(error);
    }
}
