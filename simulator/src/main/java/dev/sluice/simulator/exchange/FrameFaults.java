package dev.sluice.simulator.exchange;

import static dev.sluice.simulator.script.Directive.ERROR_AT;
import static dev.sluice.simulator.script.Directive.HUGE;
import static dev.sluice.simulator.script.Directive.HUGE_AT;
import static dev.sluice.simulator.script.Directive.MALFORMED_AT;
import static dev.sluice.simulator.script.Directive.NO_DONE;

import dev.sluice.simulator.script.Directives;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The frames of an answer with what is to go wrong in them: the terminator at the end, an error
/// event in the middle, a broken or a huge one.
final class FrameFaults implements Iterator<Frame> {

    private final Answer.Streamed answer;
    private final long malformedAt;
    private final long errorAt;
    private final long hugeAt;
    private final int hugeBytes;
    private @Nullable Frame end;
    private boolean failed;
    private long index;

    FrameFaults(Answer.Streamed answer, Directives directives) {
        this.answer = answer;
        this.malformedAt = directives.number(MALFORMED_AT, -1);
        this.errorAt = directives.number(ERROR_AT, -1);
        this.hugeBytes = Math.toIntExact(directives.number(HUGE, 0));
        this.hugeAt = hugeBytes > 0 ? directives.number(HUGE_AT, 1) : -1;
        this.end = directives.flag(NO_DONE) ? null : answer.end();
    }

    @Override
    public boolean hasNext() {
        return !failed && (answer.frames().hasNext() || end != null);
    }

    @Override
    public Frame next() {
        if (failed) {
            throw new NoSuchElementException("the stream has failed");
        }
        long at = index++;
        if (at == errorAt) {
            failed = true;
            return answer.error();
        }
        Frame frame = pull();
        if (at == malformedAt) {
            return frame.withData(broken(frame.data()));
        }
        return at == hugeAt ? frame.withData(padded(frame.data(), hugeBytes)) : frame;
    }

    private Frame pull() {
        if (answer.frames().hasNext()) {
            return answer.frames().next();
        }
        Frame last = end;
        if (last == null) {
            throw new NoSuchElementException("the stream is over");
        }
        end = null;
        return last;
    }

    static String broken(String json) {
        return json.substring(0, Math.max(1, json.length() / 2));
    }

    static String padded(String json, int bytes) {
        if (!json.endsWith("}")) {
            return json;
        }
        return json.substring(0, json.length() - 1) + ",\"padding\":\"" + "x".repeat(bytes) + "\"}";
    }
}
