package dev.sluice.simulator.exchange;

import static dev.sluice.simulator.script.Directive.BOM;
import static dev.sluice.simulator.script.Directive.COMMENTS;
import static dev.sluice.simulator.script.Directive.CRLF;
import static dev.sluice.simulator.script.Directive.SSE_IDS;

import dev.sluice.simulator.script.Directives;

/// Writes frames in their framing, server-sent events with the oddities that were asked for.
final class FrameText {

    /// The frame that closes a JSON array.
    private static final String CLOSING = "]";

    private final boolean array;
    private final String eol;
    private final boolean bom;
    private final boolean ids;
    private final long commentEvery;

    FrameText(Framing framing, Directives directives) {
        this.array = framing == Framing.JSON_ARRAY;
        this.eol = framing == Framing.SSE_CRLF || directives.flag(CRLF) ? "\r\n" : "\n";
        this.bom = directives.flag(BOM);
        this.ids = directives.flag(SSE_IDS);
        this.commentEvery = directives.number(COMMENTS, 0);
    }

    String write(Frame frame, long index) {
        if (array) {
            String before = index == 0 ? "[" : frame.data().equals(CLOSING) ? "\n" : ",\r\n";
            return before + frame.data();
        }
        return event(frame, index);
    }

    private String event(Frame frame, long index) {
        StringBuilder out = new StringBuilder(frame.data().length() + 64);
        if (bom && index == 0) {
            out.append('\uFEFF');
        }
        if (commentEvery > 0 && index % commentEvery == 0) {
            out.append(": keep-alive").append(eol).append(eol);
        }
        if (frame.event() != null) {
            out.append("event: ").append(frame.event()).append(eol);
        }
        if (ids) {
            out.append("id: ").append(index).append(eol).append("retry: 1000").append(eol);
        }
        return out.append("data: ").append(frame.data()).append(eol).append(eol).toString();
    }
}
