package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.requests.Result;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.RealtimeEvent;
import dev.sluice.protocol.realtime.RealtimeUsage;
import dev.sluice.protocol.realtime.TranscriptSize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A session in which what a client says is written down. Each turn is a call: what it may cost is
/// held for while it is spoken, and it is settled by what its transcript reports.
///
/// A turn's sound is what passed since the turn before it ended: by the provider's word where it
/// finds the turns itself, by the client's where that commits them.
final class Dictation implements SessionKind {

    private static final String TRANSCRIPT = "conversation.item.input_audio_transcription.";
    private static final long NOWHERE = -1;

    /// What somebody says, and what is held for it.
    private static final class Turn {
        private final RealtimeCall call;
        private final TranscriptSize size;
        private long heldMillis;

        Turn(RealtimeCall call, TranscriptSize size, long heldMillis) {
            this.call = call;
            this.size = size;
            this.heldMillis = heldMillis;
        }
    }

    private final Sides sides;
    private final DictationSetup setup;
    private final RealtimeCalls calls;
    private final RealtimeLimits limits;
    private final String model;

    /// Turns that are over, by the ids of their items, until they are written down.
    private final Map<String, Turn> said = new LinkedHashMap<>();

    /// How much had been heard when the client committed what it had said.
    private final Deque<Long> commits = new ArrayDeque<>();

    /// The same when it took back what it had said.
    private final Deque<Long> clears = new ArrayDeque<>();

    private @Nullable Turn speaking;
    private long heardMillis;
    private long heardRest;

    /// How much of it was in turns that are over.
    private long overMillis;

    /// Where the provider says that somebody stopped speaking.
    private long stoppedMillis = NOWHERE;

    private long spokeNanos;

    /// @param model the public name
    Dictation(
            Sides sides,
            DictationSetup setup,
            RealtimeCalls calls,
            RealtimeLimits limits,
            String model) {
        this.sides = sides;
        this.setup = setup;
        this.calls = calls;
        this.limits = limits;
        this.model = model;
        this.spokeNanos = sides.nanoTime();
    }

    @Override
    public void begin() {
        sides.pass(setup.first());
    }

    // ---- what the client says

    @Override
    public void said(RealtimeEvent event, Runnable done) {
        switch (event.type()) {
            case "session.update", "transcription_session.update" -> {
                sides.pass(setup.update(event));
                done.run();
            }
            case "input_audio_buffer.append" -> append(event, done);
            case "input_audio_buffer.commit" -> marked(commits, event, done);
            case "input_audio_buffer.clear" -> marked(clears, event, done);
            case "conversation.item.delete", "conversation.item.retrieve" -> {
                sides.pass(event.bytes());
                done.run();
            }
            default ->
                    throw Fault.invalid(
                                    "A session that transcribes takes sound, and nothing else: not"
                                            + " '"
                                            + event.type()
                                            + "'.",
                                    "type")
                            .asException();
        }
    }

    private void marked(Deque<Long> marks, RealtimeEvent event, Runnable done) {
        if (marks.size() >= limits.realtimeWaiting()) {
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "limits.realtimeWaiting turns were committed and are not taken yet.")
                    .asException();
        }
        marks.add(heardMillis);
        sides.pass(event.bytes());
        done.run();
    }

    private void append(RealtimeEvent event, Runnable done) {
        // four characters of base64 carry three bytes
        long perSecond = 4L * setup.settings().inputBytesPerSecond();
        long numerator = event.payloadBytes() * 3_000L + heardRest;
        heardMillis += numerator / perSecond;
        heardRest = numerator % perSecond;
        spokeNanos = sides.nanoTime();
        covered(
                turn -> {
                    sides.pass(event.bytes());
                    done.run();
                },
                done);
    }

    /// Holds for all that was heard and is in no turn yet; without a hold the session is at its
    /// end.
    private void covered(Consumer<Turn> held, Runnable refused) {
        Turn turn = speaking;
        if (turn == null) {
            begin(
                    begun -> {
                        speaking = begun;
                        covered(held, refused);
                    },
                    refused);
            return;
        }
        if (heardMillis - overMillis <= turn.heldMillis) {
            held.accept(turn);
            return;
        }
        calls.again(
                turn.call,
                () -> {
                    turn.heldMillis += limits.realtimeHoldSound().toMillis();
                    if (sides.isOpen()) {
                        covered(held, refused);
                    } else {
                        refused.run();
                    }
                },
                fault -> refuse(fault, refused));
    }

    private void begin(Consumer<Turn> begun, Runnable refused) {
        long step = limits.realtimeHoldSound().toMillis();
        TranscriptSize size = new TranscriptSize();
        calls.begin(
                new RealtimeCalls.Asked(
                        TranscriptSize.facts(model, setup.bytes(), step),
                        Usage.of(MeterKind.REQUESTS, 1),
                        RealtimeCall.Cause.LISTENING,
                        null,
                        OptionalLong.empty(),
                        size),
                call -> {
                    if (sides.isOpen()) {
                        begun.accept(new Turn(call, size, step));
                    } else {
                        calls.unused(call, null);
                        refused.run();
                    }
                },
                fault -> refuse(fault, refused));
    }

    private void refuse(Fault fault, Runnable refused) {
        sides.end(RealtimeEnd.refused(fault));
        refused.run();
    }

    // ---- what the provider says

    @Override
    public void heard(RealtimeEvent event, Runnable done) {
        switch (event.type()) {
            case "session.created",
                    "session.updated",
                    "transcription_session.created",
                    "transcription_session.updated" -> {
                byte[] told = setup.told(event);
                if (told != null) {
                    sides.show(told);
                }
                done.run();
            }
            case "input_audio_buffer.speech_stopped" -> {
                stoppedMillis = event.tree().path("audio_end_ms").asLong(NOWHERE);
                show(event, done);
            }
            case "input_audio_buffer.cleared" -> {
                Long mark = clears.poll();
                overMillis = mark == null ? overMillis : Math.max(overMillis, mark);
                show(event, done);
            }
            case "input_audio_buffer.committed" -> committed(event, done);
            case TRANSCRIPT + "delta" -> {
                Turn turn = said.get(item(event.tree()));
                if (turn != null && turn.call.add(event)) {
                    turn.call.waitsSinceNanos = sides.nanoTime();
                    calls.progress(turn.call);
                }
                show(event, done);
            }
            case TRANSCRIPT + "completed" -> written(event, sides.ending(), done);
            case TRANSCRIPT + "failed" ->
                    written(
                            event,
                            Fault.of(
                                    FaultCode.UPSTREAM_ERROR,
                                    "The upstream failed to transcribe what was said."),
                            done);
            case "error" -> {
                refused(event);
                done.run();
            }
            // the limits of the operator's account are not the client's
            case "rate_limits.updated" -> done.run();
            default -> show(event, done);
        }
    }

    private void show(RealtimeEvent event, Runnable done) {
        sides.show(event.bytes());
        done.run();
    }

    private static String item(JsonNode event) {
        return Trees.stringOrEmpty(event, "item_id");
    }

    private void refused(RealtimeEvent event) {
        JsonNode error = event.tree().path("error");
        Fault ofSetup = setup.refused(error);
        if (ofSetup != null) {
            sides.end(RealtimeEnd.refused(ofSetup));
            return;
        }
        if (Trees.stringOrEmpty(error, "code").equals("input_audio_buffer_commit_empty")) {
            commits.poll();
        }
        sides.show(event.bytes());
    }

    /// A turn is over, and will be written down.
    private void committed(RealtimeEvent event, Runnable done) {
        Long mark = commits.poll();
        long until = mark != null ? mark : stoppedMillis == NOWHERE ? heardMillis : stoppedMillis;
        stoppedMillis = NOWHERE;
        until = Math.clamp(until, overMillis, heardMillis);
        long length = until - overMillis;
        Turn turn = speaking;
        if (turn == null && !sides.isOpen()) {
            done.run();
        } else if (turn != null) {
            over(turn, length, event, done);
        } else {
            // one more than could be foreseen
            covered(begun -> over(begun, length, event, done), done);
        }
    }

    private void over(Turn turn, long length, RealtimeEvent event, Runnable done) {
        String id = item(event.tree());
        overMillis += length;
        speaking = null;
        turn.size.heard(length);
        turn.call.waitsSinceNanos = sides.nanoTime();
        said.put(id, turn);
        calls.bound(
                turn.call,
                id,
                mayBe -> {
                    if (mayBe) {
                        sides.show(event.bytes());
                    } else {
                        sides.end(RealtimeEnd.broken(CallShapes.CANNOT_WRITE));
                    }
                    done.run();
                });
    }

    /// The transcript of a turn is there, or will never be: it is shown once that is settled.
    private void written(RealtimeEvent event, @Nullable Fault why, Runnable done) {
        JsonNode told = event.tree();
        Turn turn = said.remove(item(told));
        if (turn == null) {
            show(event, done);
            return;
        }
        calls.answered(
                turn.call,
                result(turn, told),
                why,
                () -> {
                    sides.showLast(event.bytes());
                    done.run();
                });
    }

    /// What the provider reported; where it reported nothing credible, what passed here. What it
    /// failed to write down costs nothing.
    private static Result result(Turn turn, JsonNode told) {
        boolean failed = Trees.stringOrEmpty(told, "type").endsWith("failed");
        Usage usage;
        boolean estimated = false;
        if (failed) {
            usage = Usage.NONE;
        } else if (RealtimeUsage.read(told.path("usage"))
                instanceof UsageReport.Reported(Usage said)) {
            boolean timed = said.count(MeterKind.AUDIO_MILLISECONDS) > 0;
            usage = timed ? said : said.plus(turn.size.length());
        } else {
            usage = turn.call.soFar().usage();
            estimated = true;
        }
        Result nothing = Result.NOTHING;
        return new Result(
                usage,
                estimated,
                failed ? "failed" : "completed",
                null,
                turn.call.attempt.target.upstreamModel(),
                item(told),
                nothing.context());
    }

    // ---- how it ends

    @Override
    public boolean isQuiet() {
        return said.isEmpty();
    }

    @Override
    public boolean isOwed() {
        return !said.isEmpty();
    }

    @Override
    public void stop() {
        // what was said is written down: nothing can stop that
    }

    @Override
    public void giveBack(long nowNanos, long patienceNanos) {
        Turn turn = speaking;
        if (turn != null && nowNanos - spokeNanos > limits.realtimeUnused().toNanos()) {
            speaking = null;
            calls.unused(turn.call, null);
        }
        for (Map.Entry<String, Turn> late : List.copyOf(said.entrySet())) {
            if (nowNanos - late.getValue().call.waitsSinceNanos > patienceNanos) {
                said.remove(late.getKey());
                calls.cut(
                        late.getValue().call,
                        Fault.of(
                                FaultCode.UPSTREAM_TIMEOUT,
                                "The upstream did not transcribe what was said in time."));
            }
        }
    }

    @Override
    public void cutAll(Fault why) {
        said.values().forEach(turn -> calls.cut(turn.call, why));
        said.clear();
        Turn turn = speaking;
        if (turn != null) {
            speaking = null;
            calls.unused(turn.call, null);
        }
    }
}
