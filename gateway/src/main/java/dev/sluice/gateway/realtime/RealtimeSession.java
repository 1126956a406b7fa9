package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.ErrorEvent;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeSettings;
import dev.sluice.protocol.realtime.ResponseSize;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// A conversation over one connection. Events pass as they came, but for the names of models; those
/// that make the provider work wait until there is money for it, and those that end a response
/// until it is settled.
///
/// Lives on one event loop. Ends once, whichever side or limit ends it: what was made is settled
/// then, by the provider's word where it still gives one, else estimated.
final class RealtimeSession {

    private static final Logger LOG = LoggerFactory.getLogger(RealtimeSession.class);

    /// Refusals of what one response asks for; others may still be made.
    private static final Set<FaultCode> ONE_RESPONSE =
            Set.of(FaultCode.POLICY_DENIED, FaultCode.INVALID_REQUEST, FaultCode.MODEL_NOT_PRICED);

    /// What a session is made of; a peer may take none of what it is sent for `stallMillis`.
    record Parts(
            Deadlines deadlines, long stallMillis, RealtimeLimits realtime, RealtimeCalls calls) {}

    /// Who talks to whom about what.
    ///
    /// @param model the public name
    /// @param setup what a client secret sets; null for nothing
    record Talk(
            String id,
            String model,
            @Nullable String setup,
            PlannedTarget target,
            Context context,
            ServerWebSocket client,
            WebSocket upstream) {}

    private enum State {
        OPEN,
        /// No event of the client counts any more; responses are being stopped.
        ENDING,
        OVER
    }

    private final Talk talk;
    private final Parts parts;
    private final Consumer<RealtimeSession> over;
    private final RealtimeWatch watch;
    private final RealtimeLane fromClient;
    private final RealtimeLane fromUpstream;
    private final RealtimeResponses responses;
    private final SessionSetup setup;
    private State state = State.OPEN;
    private RealtimeEnd ending = new RealtimeEnd(null, RealtimeEnd.NORMAL);
    private long spokeNanos;
    private long errors;
    private boolean draining;
    private Deadlines.@Nullable Deadline cut;

    /// @param nowNanos when it begins, as deadlines count time
    /// @param over hears that it has ended
    RealtimeSession(Talk talk, Parts parts, long nowNanos, Consumer<RealtimeSession> over) {
        this.talk = talk;
        this.parts = parts;
        this.over = over;
        this.spokeNanos = nowNanos;
        this.responses = new RealtimeResponses(parts.calls(), parts.realtime(), talk.model());
        this.setup =
                new SessionSetup(
                        talk.model(), talk.target().upstreamModel(), talk.setup(), talk.id());
        this.watch = new RealtimeWatch(talk.client(), talk.upstream(), parts.realtime(), nowNanos);
        int most = parts.realtime().realtimeMessageBytes();
        fromClient =
                new RealtimeLane(
                        talk.client(),
                        talk.upstream(),
                        parts.deadlines(),
                        most,
                        parts.stallMillis(),
                        this::said,
                        trouble -> end(RealtimeEnd.byClient(trouble, parts.realtime())));
        fromUpstream =
                new RealtimeLane(
                        talk.upstream(),
                        talk.client(),
                        parts.deadlines(),
                        most,
                        parts.stallMillis(),
                        this::heard,
                        trouble -> end(RealtimeEnd.byUpstream(trouble)));
    }

    /// Both sides are there: events may pass.
    void start() {
        if (talk.client().isClosed() || talk.upstream().isClosed()) {
            end(RealtimeEnd.LEFT);
            return;
        }
        talk.client().setWriteQueueMaxSize(parts.realtime().realtimeQueueBytes());
        talk.upstream().setWriteQueueMaxSize(parts.realtime().realtimeQueueBytes());
        talk.client().exceptionHandler(_ -> {});
        talk.upstream().exceptionHandler(_ -> {});
        talk.client().closeHandler(_ -> end(RealtimeEnd.LEFT));
        talk.upstream().closeHandler(_ -> upstreamLeft());
        fromClient.start();
        fromUpstream.start();
        RealtimeEvent first = setup.first();
        if (first != null) {
            guarded(() -> update(first, () -> {}));
        }
        talk.upstream().resume();
        talk.client().resume();
    }

    Context context() {
        return talk.context();
    }

    // ---- what the client says

    private void said(byte[] bytes, Runnable done) {
        watch.clientSaid();
        guarded(() -> listen(bytes, done));
    }

    /// Whatever is thrown ends this session, and it alone.
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("session {} failed", talk.id(), e);
            end(
                    RealtimeEnd.broken(
                            Fault.of(
                                    FaultCode.INTERNAL_ERROR,
                                    "Sluice failed to go on with this session. Its request id is"
                                            + " in Sluice's log.")));
        }
    }

    private void listen(byte[] bytes, Runnable done) {
        try {
            RealtimeEvent event = RealtimeEvent.ofClient(bytes);
            switch (event.type()) {
                case "session.update" -> update(event, done);
                case "response.create" -> create(event, done);
                case "input_audio_buffer.append" -> append(event, done);
                case "transcription_session.update" -> throw SessionSetup.transcription();
                default -> {
                    responses.size().added(bytes.length);
                    pass(bytes, done);
                }
            }
        } catch (FaultException e) {
            tell(e.fault(), RealtimeEvent.idIn(bytes));
            done.run();
        }
    }

    private void pass(byte[] bytes, Runnable done) {
        if (state == State.OPEN) {
            send(RealtimeLane.text(bytes));
        }
        done.run();
    }

    private void update(RealtimeEvent event, Runnable done) {
        byte[] told = setup.update(event);
        responses.size().set(event.bytes().length);
        pass(told, done);
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
                call -> {
                    responses.await(call, parts.deadlines().nanoTime());
                    pass(event.bytes(), done);
                },
                done);
    }

    private void append(RealtimeEvent event, Runnable done) {
        responses
                .size()
                .heard(ResponseSize.millis(event.payloadBytes(), setup.settings().inputBytesPerSecond()));
        spokeNanos = watch.now();
        if (!setup.settings().answersItself() || !responses.isEmpty()) {
            pass(event.bytes(), done);
            return;
        }
        begin(
                setup.settings(),
                0,
                RealtimeCall.Cause.LISTENING,
                null,
                call -> {
                    responses.await(call, parts.deadlines().nanoTime());
                    pass(event.bytes(), done);
                },
                done);
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
                    if (state == State.OPEN) {
                        begun.accept(call);
                    } else {
                        responses.release(call);
                        refused.run();
                    }
                },
                fault -> {
                    if (cause == RealtimeCall.Cause.ASKED && ONE_RESPONSE.contains(fault.code())) {
                        tell(fault, eventId);
                    } else {
                        end(RealtimeEnd.refused(fault));
                    }
                    refused.run();
                });
    }

    // ---- what the provider says

    private void heard(byte[] bytes, Runnable done) {
        watch.upstreamSaid();
        guarded(() -> relay(bytes, done));
    }

    private void relay(byte[] bytes, Runnable done) {
        Optional<RealtimeEvent> read = RealtimeEvent.ofServer(bytes);
        if (read.isEmpty()) {
            show(bytes, done);
            return;
        }
        RealtimeEvent event = read.get();
        switch (event.type()) {
            case "session.created", "session.updated" -> {
                byte[] told = setup.told(event);
                responses.size().set(bytes.length);
                if (told == null) {
                    done.run();
                } else {
                    show(told, done);
                }
            }
            case "response.created" -> created(event, done);
            case "response.done" -> ended(event, done);
            case "error" -> {
                JsonNode error = event.tree().path("error");
                Fault refused = setup.refused(error);
                if (refused != null) {
                    end(RealtimeEnd.refused(refused));
                    done.run();
                    return;
                }
                responses.forget(Trees.string(error, "event_id"));
                show(bytes, done);
            }
            // the limits of the operator's account are not the client's
            case "rate_limits.updated" -> done.run();
            default -> piece(event, done);
        }
    }

    private void show(byte[] bytes, Runnable done) {
        if (state == State.OPEN) {
            write(RealtimeLane.text(bytes));
        }
        done.run();
    }

    private void created(RealtimeEvent event, Runnable done) {
        String id = Trees.stringOrEmpty(event.tree().path("response"), "id");
        if (state != State.OPEN) {
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
                        end(RealtimeEnd.broken(CallShapes.CANNOT_WRITE));
                        done.run();
                    } else {
                        show(event.bytes(), done);
                    }
                });
    }

    private void cancel(String id) {
        if (!id.isEmpty()) {
            send(RealtimeEvent.cancel(id));
        }
    }

    private void piece(RealtimeEvent event, Runnable done) {
        if (state != State.OPEN) {
            done.run();
            return;
        }
        responses.piece(
                event,
                () -> show(event.bytes(), done),
                fault -> {
                    end(RealtimeEnd.refused(fault));
                    done.run();
                });
    }

    private void ended(RealtimeEvent event, Runnable done) {
        JsonNode response = event.tree().path("response");
        responses.end(
                response,
                ending.fault(),
                () -> {
                    if (state == State.ENDING) {
                        // its last word is shown, so that the client knows what it pays
                        write(RealtimeLane.text(event.bytes()));
                        done.run();
                        finishWhenQuiet();
                    } else {
                        show(event.bytes(), done);
                        if (draining && responses.isQuiet()) {
                            end(RealtimeEnd.restarting());
                        }
                    }
                });
    }

    private void write(String event) {
        if (!talk.client().isClosed()) {
            var unused = talk.client().writeFinalTextFrame(event);
        }
    }

    private void send(String event) {
        if (!talk.upstream().isClosed()) {
            var unused = talk.upstream().writeFinalTextFrame(event);
        }
    }

    // ---- how it ends

    private void upstreamLeft() {
        if (state == State.OPEN) {
            state = State.ENDING;
            ending = RealtimeEnd.byUpstream(talk.upstream().closeStatusCode(), responses.isQuiet());
        }
        finish();
    }

    /// Once a second: whether it may go on.
    ///
    /// @param nowNanos as deadlines count time
    void tick(long nowNanos) {
        if (state == State.OPEN) {
            guarded(() -> look(nowNanos));
        }
    }

    private void look(long nowNanos) {
        Fault revoked = parts.calls().noLongerGood();
        Fault tooLong =
                watch.tooLong(
                        nowNanos,
                        fromClient.isHeard(fromUpstream),
                        fromUpstream.isHeard(fromClient));
        if (revoked != null) {
            end(RealtimeEnd.refused(revoked));
        } else if (tooLong != null) {
            end(RealtimeEnd.overdue(tooLong));
        } else {
            long patience = talk.target().upstream().timeouts().firstByte().toNanos();
            responses.giveBack(nowNanos, spokeNanos, patience);
        }
    }

    /// The process is to end: a response that is being made may still end.
    ///
    /// @param patience whether it may
    void drain(boolean patience) {
        if (responses.isQuiet() || !patience) {
            end(RealtimeEnd.restarting());
        } else {
            draining = true;
        }
    }

    /// Stops what is being made and waits a moment for what it used.
    private void end(RealtimeEnd why) {
        if (state != State.OPEN) {
            return;
        }
        state = State.ENDING;
        ending = why;
        fromClient.stop();
        responses.ids().forEach(this::cancel);
        if (!responses.ids().isEmpty()) {
            cut = parts.deadlines().in(parts.realtime().realtimeCut().toMillis(), this::finish);
        }
        finishWhenQuiet();
    }

    private void finishWhenQuiet() {
        if (responses.ids().isEmpty()) {
            finish();
        }
    }

    private void finish() {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        fromClient.stop();
        fromUpstream.stop();
        Deadlines.Deadline pending = cut;
        if (pending != null) {
            pending.cancel();
        }
        Fault fault = ending.fault();
        responses.cutAll(fault == null ? CallShapes.GONE : fault);
        if (fault != null && ending.isTold()) {
            tell(fault, null);
        }
        if (!talk.client().isClosed()) {
            var unused = talk.client().close(ending.code(), ending.reason());
        }
        if (!talk.upstream().isClosed()) {
            var unused = talk.upstream().close(RealtimeEnd.NORMAL);
        }
        over.accept(this);
    }

    private void tell(Fault fault, @Nullable String cause) {
        String id = talk.id() + (errors == 0 ? "" : "_" + errors);
        errors++;
        write(ErrorEvent.of(fault, id, cause));
    }
}
