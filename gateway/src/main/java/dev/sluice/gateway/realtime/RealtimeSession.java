package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.realtime.ErrorEvent;
import dev.sluice.protocol.realtime.RealtimeEvent;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Two connections and what passes between them, one event after the other. What the events mean
/// is its kind's to know.
///
/// Lives on one event loop. Ends once, whichever side or limit ends it: what was made is settled
/// then, by the provider's word where it still gives one, else estimated.
final class RealtimeSession {

    private static final Logger LOG = LoggerFactory.getLogger(RealtimeSession.class);

    /// What a session is made of; a peer may take none of what it is sent for `stallMillis`.
    record Parts(
            Deadlines deadlines, long stallMillis, RealtimeLimits realtime, RealtimeCalls calls) {}

    /// Who talks to whom about what.
    ///
    record Talk(
            String id,
            SessionAsked asked,
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
    private final SessionKind kind;
    private State state = State.OPEN;
    private RealtimeEnd ending = new RealtimeEnd(null, RealtimeEnd.NORMAL);
    private long errors;
    private boolean draining;
    private Deadlines.@Nullable Deadline cut;

    /// @param nowNanos when it begins, as deadlines count time
    /// @param over hears that it has ended
    RealtimeSession(Talk talk, Parts parts, long nowNanos, Consumer<RealtimeSession> over) {
        this.talk = talk;
        this.parts = parts;
        this.over = over;
        this.kind = kind(new Between());
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

    private SessionKind kind(SessionKind.Sides sides) {
        SessionAsked asked = talk.asked();
        String upstreamModel = talk.target().upstreamModel();
        return asked.transcribes()
                ? new Dictation(
                        sides,
                        new DictationSetup(
                                asked.model(),
                                upstreamModel,
                                asked.beta(),
                                asked.setup(),
                                talk.id()),
                        parts.calls(),
                        parts.realtime(),
                        asked.model())
                : new Conversation(
                        sides,
                        new SessionSetup(asked.model(), upstreamModel, asked.setup(), talk.id()),
                        new RealtimeResponses(parts.calls(), parts.realtime(), asked.model()));
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
        guarded(kind::begin);
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
            kind.said(RealtimeEvent.ofClient(bytes), done);
        } catch (FaultException e) {
            tell(e.fault(), RealtimeEvent.idIn(bytes));
            done.run();
        }
    }

    // ---- what the provider says

    private void heard(byte[] bytes, Runnable done) {
        watch.upstreamSaid();
        guarded(() -> relay(bytes, done));
    }

    private void relay(byte[] bytes, Runnable done) {
        Optional<RealtimeEvent> read = RealtimeEvent.ofServer(bytes);
        if (read.isPresent()) {
            kind.heard(read.get(), done);
            return;
        }
        if (state == State.OPEN) {
            write(RealtimeLane.text(bytes));
        }
        done.run();
    }

    private void write(String event) {
        if (!talk.client().isClosed()) {
            var unused = talk.client().writeFinalTextFrame(event);
        }
    }

    private void say(String event) {
        if (!talk.upstream().isClosed()) {
            var unused = talk.upstream().writeFinalTextFrame(event);
        }
    }

    /// Both sides, for the kind.
    private final class Between implements SessionKind.Sides {

        @Override
        public boolean isOpen() {
            return state == State.OPEN;
        }

        @Override
        public @Nullable Fault ending() {
            return ending.fault();
        }

        @Override
        public long nanoTime() {
            return parts.deadlines().nanoTime();
        }

        @Override
        public void pass(byte[] event) {
            if (isOpen()) {
                say(RealtimeLane.text(event));
            }
        }

        @Override
        public void send(String event) {
            say(event);
        }

        @Override
        public void show(byte[] event) {
            if (isOpen()) {
                write(RealtimeLane.text(event));
            }
        }

        @Override
        public void showLast(byte[] event) {
            if (state != State.OVER) {
                write(RealtimeLane.text(event));
            }
            if (state == State.ENDING) {
                finishWhenQuiet();
            } else if (draining && kind.isQuiet()) {
                end(RealtimeEnd.restarting());
            }
        }

        @Override
        public void tell(Fault fault, @Nullable String eventId) {
            RealtimeSession.this.tell(fault, eventId);
        }

        @Override
        public void end(RealtimeEnd why) {
            RealtimeSession.this.end(why);
        }
    }

    // ---- how it ends

    private void upstreamLeft() {
        if (state == State.OPEN) {
            state = State.ENDING;
            ending = RealtimeEnd.byUpstream(talk.upstream().closeStatusCode(), kind.isQuiet());
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
            kind.giveBack(nowNanos, patience);
        }
    }

    /// The process is to end: a response that is being made may still end.
    ///
    /// @param patience whether it may
    void drain(boolean patience) {
        if (kind.isQuiet() || !patience) {
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
        kind.stop();
        if (kind.isOwed()) {
            cut = parts.deadlines().in(parts.realtime().realtimeCut().toMillis(), this::finish);
        }
        finishWhenQuiet();
    }

    private void finishWhenQuiet() {
        if (!kind.isOwed()) {
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
        kind.cutAll(fault == null ? CallShapes.GONE : fault);
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
