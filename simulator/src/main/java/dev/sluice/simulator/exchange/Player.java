package dev.sluice.simulator.exchange;

import static dev.sluice.simulator.script.Directive.BODY;
import static dev.sluice.simulator.script.Directive.CLOSE;
import static dev.sluice.simulator.script.Directive.CUT;
import static dev.sluice.simulator.script.Directive.CUT_AT;
import static dev.sluice.simulator.script.Directive.DELAY;
import static dev.sluice.simulator.script.Directive.DROP;
import static dev.sluice.simulator.script.Directive.GAP;
import static dev.sluice.simulator.script.Directive.LENGTH;
import static dev.sluice.simulator.script.Directive.STALL;
import static dev.sluice.simulator.script.Directive.STALL_AT;
import static dev.sluice.simulator.script.Directive.TTFB;

import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.journal.Outcome;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;

/// Sends one answer, obeying every directive about time, bytes and the connection, and writes down
/// how it ended. One per call, on the event loop of its connection.
public final class Player {

    /// Events written in one turn of the event loop before others get theirs.
    private static final int BURST = 16;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final OpenCall call;
    private final InstantSource clock;
    private final Dialect dialect;
    private Directives directives = Directives.NONE;
    private boolean over;
    private boolean stalled;
    private boolean waited;
    private long index;
    private long timer = -1;

    public Player(
            Vertx vertx,
            HttpServerRequest request,
            OpenCall call,
            InstantSource clock,
            Dialect dialect) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.call = call;
        this.clock = clock;
        this.dialect = dialect;
        response.closeHandler(closed -> clientGone());
        response.exceptionHandler(broken -> clientGone());
    }

    /// Sends the answer; call once.
    public void play(Answer decided, Directives asked) {
        directives = asked;
        Answer answer = asked.has(BODY) ? OddBody.instead(decided, asked.text(BODY, "")) : decided;
        call.decided(answer.status(), answer.usage());
        after(
                asked.number(DELAY, 0),
                () -> {
                    if (asked.has(DROP)) {
                        hangUp(asked.text(DROP, "fin"));
                    } else {
                        sendHead(answer);
                    }
                });
    }

    private void sendHead(Answer answer) {
        Heads.write(
                response, answer, directives, dialect.headers(call.requestId(), answer.status()));
        call.headersSent();
        Runnable body =
                switch (answer) {
                    case Answer.Plain plain ->
                            () -> sendWhole(plain, Heads.bytesOf(plain, directives));
                    case Answer.Content content -> () -> sendWhole(content, content.bytes());
                    case Answer.Streamed streamed -> () -> sendStream(streamed);
                };
        long ttfb = directives.number(TTFB, 0);
        boolean stallsFirst = directives.number(STALL_AT, -1) == 0;
        boolean cutsFirst = directives.number(CUT_AT, -1) == 0;
        if (ttfb > 0 || stallsFirst || cutsFirst) {
            response.writeHead().onFailure(failed -> clientGone());
        }
        after(ttfb, body);
    }

    private void sendWhole(Answer answer, Buffer bytes) {
        if (directives.has(STALL_AT) && !stalled) {
            stalled = true;
            stall(() -> sendWhole(answer, bytes));
            return;
        }
        ByteOut out = new ByteOut(vertx, response, call, directives);
        out.onCut(() -> cut(out));
        long cutAt = directives.number(CUT_AT, -1);
        if (cutAt >= 0) {
            Buffer part = bytes.getBuffer(0, cutAt == 0 ? 0 : bytes.length() / 2);
            writeAll(out, part, () -> cut(out));
            return;
        }
        writeAll(
                out,
                bytes,
                () -> {
                    String reported =
                            answer instanceof Answer.Plain plain ? plain.reported() : null;
                    call.eventSent(answer.usage(), reported);
                    finish(out);
                });
    }

    private static void writeAll(ByteOut out, Buffer bytes, Runnable then) {
        out.onIdle(() -> flush(out, then));
        if (out.write(bytes)) {
            flush(out, then);
        }
    }

    private static void flush(ByteOut out, Runnable then) {
        out.onIdle(then);
        if (out.flush()) {
            then.run();
        }
    }

    private void sendStream(Answer.Streamed streamed) {
        FrameFaults frames = new FrameFaults(streamed, directives);
        FrameText text = new FrameText(streamed.framing(), directives);
        ByteOut out = new ByteOut(vertx, response, call, directives);
        out.onCut(() -> cut(out));
        run(frames, text, out);
    }

    private void run(FrameFaults frames, FrameText text, ByteOut out) {
        Runnable again = () -> run(frames, text, out);
        for (int burst = 0; burst < BURST; burst++) {
            if (over || held(again, out)) {
                return;
            }
            if (!frames.hasNext()) {
                flush(out, () -> finish(out));
                return;
            }
            Frame frame = frames.next();
            boolean through = out.write(Buffer.buffer(text.write(frame, index)));
            Runnable sent =
                    () -> {
                        call.eventSent(frame.soFar(), frame.reported());
                        index++;
                        waited = false;
                    };
            if (!through) {
                out.onIdle(() -> {
                    sent.run();
                    again.run();
                });
                return;
            }
            sent.run();
        }
        vertx.runOnContext(next -> again.run());
    }

    /// True when the next event must wait, or never comes.
    private boolean held(Runnable again, ByteOut out) {
        if (index == directives.number(CUT_AT, -1)) {
            flush(out, () -> cut(out));
            return true;
        }
        if (index == directives.number(STALL_AT, -1) && !stalled) {
            stalled = true;
            stall(again);
            return true;
        }
        long gap = directives.number(GAP, 0);
        if (gap > 0 && index > 0 && !waited) {
            waited = true;
            after(gap, again);
            return true;
        }
        return false;
    }

    private void stall(Runnable then) {
        String howLong = directives.text(STALL, "forever");
        if (howLong.matches("\\d{1,9}")) {
            after(Long.parseLong(howLong), then);
        }
    }

    private void after(long milliseconds, Runnable action) {
        if (over) {
            return;
        }
        if (milliseconds <= 0) {
            action.run();
            return;
        }
        timer =
                vertx.setTimer(
                        milliseconds,
                        fired -> {
                            if (!over) {
                                action.run();
                            }
                        });
    }

    private void finish(ByteOut out) {
        if (over) {
            return;
        }
        if (directives.number(LENGTH, 0) != 0) {
            // The length that was announced is a lie: only closing tells the client so.
            cut(out);
            return;
        }
        boolean close = directives.flag(CLOSE);
        response.end()
                .onComplete(done -> {
                    end(done.succeeded() ? Outcome.FINISHED : Outcome.CANCELLED);
                    if (close) {
                        Hangup.fin(request);
                    }
                });
    }

    private void cut(ByteOut out) {
        if (over) {
            return;
        }
        end(Outcome.CUT);
        out.lastWrite().onComplete(written -> Hangup.how(directives.text(CUT, "fin"), request));
    }

    private void hangUp(String how) {
        end(Outcome.CUT);
        Hangup.how(how, request);
    }

    /// The connection is closed, or the stream was reset, before the answer was whole.
    private void clientGone() {
        end(Outcome.CANCELLED);
    }

    private void end(Outcome how) {
        if (!over) {
            over = true;
            if (timer >= 0) {
                vertx.cancelTimer(timer);
            }
            call.end(how, clock.instant());
        }
    }
}
