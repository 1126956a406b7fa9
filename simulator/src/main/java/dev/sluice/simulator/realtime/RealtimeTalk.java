package dev.sluice.simulator.realtime;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.script.BadDirectiveException;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One session. Sound that is not all zero is speech; silence after it ends the turn.
public final class RealtimeTalk {

    /// What a session needs of the simulator.
    ///
    /// @param journal opens a line for a response, by its directives' model name and request body
    /// @param scripts directives for the next response
    /// @param hangUp breaks the connection off: `fin` or `rst`
    public record Parts(
            Vertx vertx,
            InstantSource clock,
            BiFunction<String, String, OpenCall> journal,
            java.util.function.Supplier<Directives> scripts,
            Consumer<String> hangUp) {}

    private final Parts parts;
    private final ServerWebSocket socket;
    private final Names names;
    private final Setup setup;
    private final String model;
    private final Items items = new Items();
    private final Map<String, Made> active = new LinkedHashMap<>();
    private final Set<Transcript> transcripts = new LinkedHashSet<>();
    private final boolean transcribes;
    private long events;
    private long made;
    private long buffered;
    private long heardBytes;
    private boolean speaking;

    /// @param model empty for a session that transcribes: it is told in the session which one does
    public RealtimeTalk(Parts parts, ServerWebSocket socket, String model, boolean beta) {
        this.parts = parts;
        this.socket = socket;
        this.model = model;
        this.names = beta ? Names.BETA : Names.TODAY;
        this.transcribes = model.isEmpty();
        String id = "sess_sim" + Seed.of(socket.toString()).head(12);
        this.setup = transcribes ? Setup.transcribing(id, names) : Setup.usual(id, model, names);
    }

    public void start() {
        socket.textMessageHandler(this::take);
        socket.closeHandler(_ -> {
            List.copyOf(active.values()).forEach(Made::abandoned);
            transcripts.forEach(Transcript::abandoned);
        });
        socket.exceptionHandler(_ -> {});
        emit(event(ofSession("created")).set("session", setup.shown()));
        if (names == Names.BETA && !transcribes) {
            ObjectNode created = event("conversation.created");
            created.putObject("conversation")
                    .put("id", "conv_sim1")
                    .put("object", "realtime.conversation");
            emit(created);
        }
    }

    private String ofSession(String what) {
        return (transcribes && names == Names.BETA ? "transcription_session." : "session.") + what;
    }

    ObjectNode event(String type) {
        return Json.object().put("type", names.of(type)).put("event_id", "event_sim" + ++events);
    }

    void emit(JsonNode event) {
        if (!socket.isClosed()) {
            Future<Void> unused = socket.writeTextMessage(event.toString());
        }
    }

    boolean isBehind() {
        return !socket.isClosed() && socket.writeQueueFull();
    }

    Names names() {
        return names;
    }

    Setup setup() {
        return setup;
    }

    Items items() {
        return items;
    }

    Parts parts() {
        return parts;
    }

    String model() {
        return model;
    }

    void over(Made response) {
        active.remove(response.id());
    }

    void over(Transcript transcript) {
        transcripts.remove(transcript);
    }

    private void take(String text) {
        JsonNode said;
        try {
            said = Json.MAPPER.readTree(text);
        } catch (JacksonException _) {
            refuse("invalid_json", "The event is not JSON.", null);
            return;
        }
        String eventId = said.path("event_id").isString() ? Json.text(said, "event_id") : null;
        try {
            take(said, text);
        } catch (RefusedException e) {
            refuse(e.code().isEmpty() ? "invalid_value" : e.code(), e.reason(), eventId);
        } catch (BadDirectiveException e) {
            refuse("sim_directive", "Simulator directive: " + e.getMessage(), eventId);
        }
    }

    private void take(JsonNode said, String text) {
        String type = Json.text(said, "type");
        if (transcribes && !type.startsWith("input_audio") && !type.endsWith("session.update")) {
            throw Json.bad("'" + type + "' is not for transcription sessions.");
        }
        switch (type) {
            case "session.update", "transcription_session.update" -> {
                if (!type.equals(ofSession("update"))) {
                    throw Json.bad("Invalid value: '" + type + "'.");
                }
                setup.update(said.path("session"));
                emit(event(ofSession("updated")).set("session", setup.shown()));
            }
            case "input_audio_buffer.append" -> hear(Json.text(said, "audio"));
            case "input_audio_buffer.commit" -> commit();
            case "input_audio_buffer.clear" -> {
                buffered = 0;
                speaking = false;
                emit(event("input_audio_buffer.cleared"));
            }
            case "conversation.item.create" -> create(said.path("item"));
            case "conversation.item.delete" -> delete(Json.text(said, "item_id"));
            case "conversation.item.retrieve" -> retrieve(Json.text(said, "item_id"));
            case "response.create" -> respond(said.path("response"), text);
            case "response.cancel" -> cancel(Json.text(said, "response_id"));
            default ->
                    throw new RefusedException(
                            400, "invalid_value", "Invalid value: '" + type + "'.");
        }
    }

    private void refuse(String code, String message, @Nullable String eventId) {
        ObjectNode event = event("error");
        event.putObject("error")
                .put("type", "invalid_request_error")
                .put("code", code)
                .put("message", message)
                .putNull("param")
                .put("event_id", eventId);
        emit(event);
    }

    private void hear(String base64) {
        byte[] sound;
        try {
            sound = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new RefusedException(400, "invalid_value", "Invalid 'audio': not base64.");
        }
        buffered += sound.length;
        heardBytes += sound.length;
        if (!setup.detects()) {
            return;
        }
        boolean loud = false;
        for (byte one : sound) {
            loud |= one != 0;
        }
        if (loud && !speaking) {
            speaking = true;
            emit(event("input_audio_buffer.speech_started").put("audio_start_ms", 0));
            List.copyOf(active.values()).forEach(response -> response.cancel("turn_detected"));
        } else if (!loud && speaking) {
            speaking = false;
            emit(
                    event("input_audio_buffer.speech_stopped")
                            .put("audio_end_ms", millis(heardBytes)));
            commit();
            if (!transcribes && setup.answersItself()) {
                respond(Json.object(), "");
            }
        }
    }

    private void commit() {
        if (buffered == 0) {
            throw new RefusedException(
                    400, "input_audio_buffer_commit_empty", "The input audio buffer is empty.");
        }
        long milliseconds = millis(buffered);
        Transcript transcript =
                transcribes && setup.transcribes() ? transcript(milliseconds) : null;
        ObjectNode item =
                Json.object()
                        .put("id", transcript == null ? newItemId() : transcript.id())
                        .put("object", "realtime.item")
                        .put("type", "message")
                        .put("status", "completed")
                        .put("role", "user");
        item.putArray("content").addObject().put("type", "input_audio").putNull("transcript");
        String before = items.lastId();
        emit(
                event("input_audio_buffer.committed")
                        .put("previous_item_id", before)
                        .put("item_id", Json.text(item, "id")));
        items.addSpoken(item, buffered, setup.inputBytesPerSecond());
        buffered = 0;
        show(item, before);
        if (transcript != null) {
            transcripts.add(transcript);
            transcript.begin();
        }
    }

    private long millis(long bytes) {
        return bytes * 1_000 / setup.inputBytesPerSecond();
    }

    private Transcript transcript(long milliseconds) {
        String prompt = setup.transcription("prompt");
        Directives directives = Directives.inText(prompt);
        OpenCall call = parts.journal().apply(directives.toString(), prompt + '\n' + milliseconds);
        String by = setup.transcription("model");
        call.understood(by, true, directives.toString());
        return new Transcript(this, call, directives, by, milliseconds);
    }

    void show(ObjectNode item, @Nullable String before) {
        for (String type : List.of("conversation.item.added", "conversation.item.done")) {
            if (names.has(type)) {
                ObjectNode event = event(type).put("previous_item_id", before);
                event.set("item", item);
                emit(event);
            }
        }
    }

    private void create(JsonNode asked) {
        if (!asked.isObject()) {
            throw Json.bad("Missing required parameter: 'item'.");
        }
        ObjectNode item = (ObjectNode) asked.deepCopy();
        if (Json.text(item, "id").isEmpty()) {
            item.put("id", "item_sim" + ++made);
        }
        item.put("object", "realtime.item").put("status", "completed");
        String before = items.lastId();
        items.add(item, setup.inputBytesPerSecond());
        show(item, before);
    }

    private void delete(String id) {
        if (!items.remove(id)) {
            throw new RefusedException(
                    400, "item_delete_invalid_item_id", "Item '" + id + "' does not exist.");
        }
        emit(event("conversation.item.deleted").put("item_id", id));
    }

    private void retrieve(String id) {
        ObjectNode item = items.find(id);
        if (item == null) {
            throw new RefusedException(
                    400, "item_retrieve_invalid_item_id", "Item '" + id + "' does not exist.");
        }
        emit(event("conversation.item.retrieved").set("item", item));
    }

    private void respond(JsonNode asked, String text) {
        if (!active.isEmpty()) {
            throw new RefusedException(
                    400,
                    "conversation_already_has_active_response",
                    "Conversation already has an active response in progress.");
        }
        Directives directives =
                parts.scripts()
                        .get()
                        .plus(items.directives())
                        .plus(Directives.inText(setup.instructions(asked)));
        OpenCall call =
                parts.journal()
                        .apply(
                                directives.toString(),
                                setup.instructions(asked) + '\n' + items.text() + text);
        Made response = new Made(this, call, asked, directives);
        active.put(response.id(), response);
        response.begin();
    }

    private void cancel(String id) {
        Made response =
                id.isEmpty() ? active.values().stream().findFirst().orElse(null) : active.get(id);
        if (response == null) {
            throw new RefusedException(
                    400, "response_cancel_not_active", "Cancellation failed: no active response.");
        }
        response.cancel("client_cancelled");
    }

    String newItemId() {
        return "item_sim" + ++made;
    }
}
