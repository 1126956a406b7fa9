package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import dev.sluice.protocol.realtime.ResponseSize;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A session in which a client and a model talk. Events that make the provider work wait until
/// there is money for it, and those that end a response until it is settled.
final class Conversation implements SessionKind {

    /// Refusals of what one response asks for; others may still be made.
    private static final Set<FaultCode> ONE_RESPONSE =
            Set.of(FaultCode.POLICY_DENIED, FaultCode.INVALID_REQUEST, FaultCode.MODEL_NOT_PRICED);

    private final Sides sides;
    private final SessionSetup setup;
    private final RealtimeResponses responses;
    private long spokeNanos;

    Conversation(Sides sides, SessionSetup setup, RealtimeResponses responses) {
        this.sides = sides;
        this.setup = setup;
        this.responses = responses;
        this.spokeNanos = sides.nanoTime();
    }

    @Override
    public void begin() {
        RealtimeEvent first = setup.first();
        if (first != null) {
            update(first);
        }
    }

    // ---- what the client says

    @Override
    public void said(RealtimeEvent event, Runnable done) {
        switch (event.type()) {
            case "session.update" -> {
                update(event);
                done.run();
            }
            case "response.create" -> create(event, done);
            case "input_audio_buffer.append" -> append(event, done);
            case "transcription_session.update" -> throw SessionSetup.transcription();
            default -> {
                responses.size().added(event.bytes().length);
                sides.pass(event.bytes());
                done.run();
            }
        }
    }

    private void update(RealtimeEvent event) {
        byte[] told = setup.update(event);
        responses.size().set(event.bytes().length);
        sides.pass(told);
    }

    private void create(RealtimeEvent event, Runnable done) {
        if (responses.isFull()) {
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "limits.realtimeWaiting responses were asked for and have not begun.")
                    .asException();
        }
        RealtimeSettings own = setup.settings().forResponse(event.tree().path("response"));
        begin(
                own,
                event.bytes().length,
                RealtimeCall.Cause.ASKED,
                event.eventId(),
                call -> await(call, event, done),
                done);
    }

    private void append(RealtimeEvent event, Runnable done) {
        RealtimeSettings settings = setup.settings();
        responses
                .size()
                .heard(ResponseSize.millis(event.payloadBytes(), settings.inputBytesPerSecond()));
        spokeNanos = sides.nanoTime();
        if (!settings.answersItself() || !responses.isEmpty()) {
            sides.pass(event.bytes());
            done.run();
            return;
        }
        begin(
                settings,
                0,
                RealtimeCall.Cause.LISTENING,
                null,
                call -> await(call, event, done),
                done);
    }

    private void await(RealtimeCall call, RealtimeEvent event, Runnable done) {
        responses.await(call, sides.nanoTime());
        sides.pass(event.bytes());
        done.run();
    }

    /// Holds for a response; without a hold the session is at its end.
    private void begin(
            RealtimeSettings own,
            long besides,
            RealtimeCall.Cause cause,
            @Nullable String eventId,
            Consumer<RealtimeCall> begun,
            Runnable refused) {
        responses.begin(
                own,
                besides,
                cause,
                eventId,
                call -> {
                    if (sides.isOpen()) {
                        begun.accept(call);
                    } else {
                        responses.release(call);
                        refused.run();
                    }
                },
                fault -> {
                    if (cause == RealtimeCall.Cause.ASKED && ONE_RESPONSE.contains(fault.code())) {
                        sides.tell(fault, eventId);
                    } else {
                        sides.end(RealtimeEnd.refused(fault));
                    }
                    refused.run();
                });
    }

    // ---- what the provider says

    @Override
    public void heard(RealtimeEvent event, Runnable done) {
        switch (event.type()) {
            case "session.created", "session.updated" -> {
                byte[] told = setup.told(event);
                responses.size().set(event.bytes().length);
                if (told != null) {
                    sides.show(told);
                }
                done.run();
            }
            case "response.created" -> created(event, done);
            case "response.done" -> ended(event, done);
            case "error" -> {
                refused(event);
                done.run();
            }
            // the limits of the operator's account are not the client's
            case "rate_limits.updated" -> done.run();
            default -> piece(event, done);
        }
    }

    private void refused(RealtimeEvent event) {
        JsonNode error = event.tree().path("error");
        Fault ofSetup = setup.refused(error);
        if (ofSetup != null) {
            sides.end(RealtimeEnd.refused(ofSetup));
            return;
        }
        responses.forget(Trees.string(error, "event_id"));
        sides.show(event.bytes());
    }

    private void created(RealtimeEvent event, Runnable done) {
        String id = Trees.stringOrEmpty(event.tree().path("response"), "id");
        if (!sides.isOpen()) {
            cancel(id);
            done.run();
            return;
        }
        RealtimeCall next = responses.next();
        if (next != null) {
            bind(next, id, event, done);
            return;
        }
        // the provider began one by itself, earlier than could be foreseen
        begin(
                setup.settings(),
                0,
                RealtimeCall.Cause.LISTENING,
                null,
                call -> bind(call, id, event, done),
                () -> {
                    cancel(id);
                    done.run();
                });
    }

    private void bind(RealtimeCall call, String id, RealtimeEvent event, Runnable done) {
        responses.bind(
                call,
                id,
                mayBe -> {
                    if (!mayBe) {
                        sides.end(RealtimeEnd.broken(CallShapes.CANNOT_WRITE));
                    } else {
                        sides.show(event.bytes());
                    }
                    done.run();
                });
    }

    private void cancel(String id) {
        if (!id.isEmpty()) {
            sides.send(RealtimeEvent.cancel(id));
        }
    }

    private void piece(RealtimeEvent event, Runnable done) {
        if (!sides.isOpen()) {
            done.run();
            return;
        }
        responses.piece(
                event,
                () -> {
                    sides.show(event.bytes());
                    done.run();
                },
                fault -> {
                    sides.end(RealtimeEnd.refused(fault));
                    done.run();
                });
    }

    private void ended(RealtimeEvent event, Runnable done) {
        responses.end(
                event.tree().path("response"),
                sides.ending(),
                () -> {
                    sides.showLast(event.bytes());
                    done.run();
                });
    }

    // ---- how it ends

    @Override
    public boolean isQuiet() {
        return responses.isQuiet();
    }

    @Override
    public boolean isOwed() {
        return !responses.ids().isEmpty();
    }

    @Override
    public void stop() {
        responses.ids().forEach(this::cancel);
    }

    @Override
    public void giveBack(long nowNanos, long patienceNanos) {
        responses.giveBack(nowNanos, spokeNanos, patienceNanos);
    }

    @Override
    public void cutAll(Fault why) {
        responses.cutAll(why);
    }
}
