package dev.sluice.protocol.framing;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of bytes into [SseFrame]s. Feed it as bytes arrive; any split gives the same
/// frames.
///
/// It only looks for the blank line; the lines of a frame are read when it is whole. One copy per
/// frame, none per byte. Holds at most one frame of `maxFrameBytes`.
///
/// A blank line that ends in CR is the only thing a split could make ambiguous, because an LF that
/// belongs to it may follow. After a line that ended in CR LF it waits for that LF; after one that
/// ended in a bare CR the frame is complete at once, and an LF that follows nevertheless belongs to
/// the next frame's raw bytes.
public final class SseParser {

    private enum LineEnd {
        NONE,
        LF,
        CR,
        CRLF
    }

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final int FIRST_BYTES = 512;

    /// A larger buffer is given back after the frame that needed it.
    private static final int KEPT_BYTES = 64 * 1024;

    private final int maxFrameBytes;
    private final String limitName;
    private final Consumer<SseFrame> sink;

    private byte[] carry = new byte[FIRST_BYTES];
    private int carried;

    /// How many bytes of the mark were matched; -1 once the start of the stream is behind.
    private int bomMatched;

    private boolean lineEmpty = true;

    /// How the line before the current one ended.
    private LineEnd previousEnd = LineEnd.NONE;

    /// A CR ended a line and the next byte decides whether an LF belongs to it.
    private boolean pendingCr;

    /// That CR ended a blank line, so that the frame ends with or after it.
    private boolean pendingFrame;

    /// A frame was given out at its bare CR; an LF that follows is part of that line end.
    private boolean swallowLf;

    private boolean ended;

    /// A parser at the start of a stream.
    ///
    /// @param maxFrameBytes a frame that grows beyond this is a fault
    /// @param limitName the limit's name as operators set it, for the fault's message
    /// @param sink takes each frame as soon as it is whole
    public SseParser(int maxFrameBytes, String limitName, Consumer<SseFrame> sink) {
        this.maxFrameBytes = maxFrameBytes;
        this.limitName = limitName;
        this.sink = sink;
    }

    /// Reads more of the stream; the bytes may be reused afterwards.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error` when a frame is too large; nothing
    ///     may be pushed after that
    public void push(byte[] bytes, int offset, int length) {
        if (ended) {
            throw new IllegalStateException("the stream has ended");
        }
        int from = offset;
        int end = offset + length;
        if (bomMatched >= 0) {
            from = skipBom(bytes, from, end);
        }
        int start = from;
        for (int i = from; i < end; i++) {
            byte b = bytes[i];
            if (swallowLf) {
                swallowLf = false;
                if (b == '\n') {
                    previousEnd = LineEnd.CRLF;
                    continue;
                }
            }
            if (pendingCr) {
                pendingCr = false;
                if (b == '\n') {
                    previousEnd = LineEnd.CRLF;
                    if (pendingFrame) {
                        start = emit(bytes, start, i + 1);
                    }
                    continue;
                }
                previousEnd = LineEnd.CR;
                if (pendingFrame) {
                    start = emit(bytes, start, i);
                }
            }
            if (b == '\n') {
                if (lineEmpty) {
                    start = emit(bytes, start, i + 1);
                }
                previousEnd = LineEnd.LF;
                lineEmpty = true;
            } else if (b == '\r') {
                if (lineEmpty && previousEnd != LineEnd.CRLF) {
                    start = emit(bytes, start, i + 1);
                    previousEnd = LineEnd.CR;
                    swallowLf = true;
                } else {
                    pendingCr = true;
                    pendingFrame = lineEmpty;
                    lineEmpty = true;
                }
            } else {
                lineEmpty = false;
            }
        }
        keep(bytes, start, end);
    }

    /// Reads the buffer's remaining bytes and moves its position to its limit.
    public void push(ByteBuffer buffer) {
        int length = buffer.remaining();
        if (buffer.hasArray()) {
            push(buffer.array(), buffer.arrayOffset() + buffer.position(), length);
            buffer.position(buffer.limit());
        } else {
            byte[] copy = new byte[length];
            buffer.get(copy);
            push(copy, 0, length);
        }
    }

    /// Ends the stream. Returns the last frame when it lacks its blank line, else null.
    public @Nullable SseFrame end() {
        ended = true;
        if (bomMatched > 0) {
            keep(BOM, 0, bomMatched);
        }
        boolean onlyLineEnd = carried == 1 && carry[0] == '\n' && lineEmpty;
        if (carried == 0 || onlyLineEnd) {
            return null;
        }
        SseFrame last = SseFrame.parse(Arrays.copyOf(carry, carried), pendingCr && pendingFrame);
        carried = 0;
        return last;
    }

    /// How many bytes of an unfinished frame are held.
    public int heldBytes() {
        return carried;
    }

    private int skipBom(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bomMatched < BOM.length && bytes[at] == BOM[bomMatched]) {
            bomMatched++;
            at++;
        }
        if (bomMatched == BOM.length) {
            bomMatched = -1;
        } else if (at < end) {
            int matched = bomMatched;
            bomMatched = -1;
            if (matched > 0) {
                keep(BOM, 0, matched);
                lineEmpty = false;
            }
        }
        return at;
    }

    private int emit(byte[] bytes, int start, int end) {
        checkSize(end - start);
        byte[] raw = new byte[carried + end - start];
        System.arraycopy(carry, 0, raw, 0, carried);
        System.arraycopy(bytes, start, raw, carried, end - start);
        carried = 0;
        if (carry.length > KEPT_BYTES) {
            carry = new byte[FIRST_BYTES];
        }
        lineEmpty = true;
        pendingFrame = false;
        sink.accept(SseFrame.parse(raw, true));
        return end;
    }

    private void keep(byte[] bytes, int start, int end) {
        int more = end - start;
        if (more <= 0) {
            return;
        }
        checkSize(more);
        if (carried + more > carry.length) {
            long doubled = Math.max(carry.length * 2L, carried + more);
            carry =
                    Arrays.copyOf(
                            carry, (int) Math.min(doubled, Math.max(maxFrameBytes, FIRST_BYTES)));
        }
        System.arraycopy(bytes, start, carry, carried, more);
        carried += more;
    }

    private void checkSize(int more) {
        if ((long) carried + more > maxFrameBytes) {
            throw Fault.of(
                            FaultCode.UPSTREAM_ERROR,
                            "The upstream sent a stream event larger than %s (%d bytes)."
                                    .formatted(limitName, maxFrameBytes))
                    .asException();
        }
    }
}
