package dev.sluice.gateway.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a session that transcribes is set, and the events that say so. The model that transcribes is
/// the one the session was opened for: it is named in the first event, before the client can name
/// another, and in every one of the client's that sets how it transcribes.
final class DictationSetup {

    private static final String TRANSCRIPTION = "transcription";

    private final String model;
    private final String upstreamModel;
    private final boolean beta;
    private final @Nullable String asked;
    private final FirstUpdate first;
    private RealtimeSettings settings = RealtimeSettings.SILENT;
    private int bytes;

    /// @param model the public name
    /// @param asked what a client secret sets, as JSON; null for nothing
    DictationSetup(
            String model,
            String upstreamModel,
            boolean beta,
            @Nullable String asked,
            String sessionId) {
        this.model = model;
        this.upstreamModel = upstreamModel;
        this.beta = beta;
        this.asked = asked;
        this.first = new FirstUpdate(sessionId);
    }

    RealtimeSettings settings() {
        return settings;
    }

    /// Of the largest event that set the session: what else is read with each turn.
    int bytes() {
        return bytes;
    }

    /// What is said to the provider before anything else.
    byte[] first() {
        ObjectNode session =
                asked == null ? Trees.object() : (ObjectNode) Trees.read(asked.getBytes(UTF_8));
        if (beta) {
            session.withObject("/input_audio_transcription");
        } else {
            session.put("type", TRANSCRIPTION).withObject("/audio/input/transcription");
        }
        String type = beta ? "transcription_session.update" : "session.update";
        return changed(first.event(type, session));
    }

    /// A change that is asked for, as the provider is told it; throws the fault of one that is not
    /// served.
    byte[] update(RealtimeEvent event) {
        return changed((ObjectNode) event.tree());
    }

    private byte[] changed(ObjectNode event) {
        JsonNode session = event.path("session");
        String type = Trees.string(session, "type");
        if (type != null && !type.equals(TRANSCRIPTION)) {
            throw Fault.invalid(
                            "A session that transcribes cannot become another. Open one without"
                                    + " intent=transcription.",
                            "session.type")
                    .asException();
        }
        if (session.has("model")) {
            throw SessionSetup.anotherModel("session.model");
        }
        String named = named(session, model, upstreamModel);
        if (named != null && !named.equals(model)) {
            throw SessionSetup.anotherModel(
                    beta
                            ? "session.input_audio_transcription.model"
                            : "session.audio.input.transcription.model");
        }
        settings = settings.with(session);
        byte[] changed = Trees.bytes(event);
        bytes = Math.max(bytes, changed.length);
        return changed;
    }

    /// Names the model where the session says how it transcribes.
    ///
    /// @return what stood there; null for nothing
    private static @Nullable String named(JsonNode session, String otherwise, String name) {
        String before = null;
        for (JsonNode place :
                new JsonNode[] {
                    session.path("audio").path("input").path(TRANSCRIPTION),
                    session.path("input_audio_transcription")
                }) {
            if (place instanceof ObjectNode transcription) {
                String stood = Trees.string(transcription, "model");
                before = before == null || before.equals(otherwise) ? stood : before;
                transcription.put("model", name);
            }
        }
        return before;
    }

    /// How the provider says that the session is set, as the client is told it; null for nothing.
    byte @Nullable [] told(RealtimeEvent event) {
        if (first.isTooEarly(event.type())) {
            return null;
        }
        ObjectNode told = (ObjectNode) event.tree();
        settings = settings.with(told.path("session"));
        var unused = named(told.path("session"), upstreamModel, model);
        return first.told(Trees.bytes(told));
    }

    /// The provider refused an event of the client.
    ///
    /// @return why no session can begin, where it was what is said first; null otherwise
    @Nullable Fault refused(JsonNode error) {
        return first.refused(error);
    }
}
