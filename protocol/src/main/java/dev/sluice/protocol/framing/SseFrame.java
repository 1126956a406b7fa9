package dev.sluice.protocol.framing;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One frame of an event stream: the bytes as they came, and what they say.
///
/// A frame without data is a heartbeat, a comment or a lone field; it carries nothing for the
/// reader of the stream but may be forwarded.
public final class SseFrame {

    private final byte[] raw;
    private final @Nullable String event;
    private final byte[] data;
    private final int dataOffset;
    private final int dataLength;
    private final boolean hasData;
    private final boolean terminated;

    private SseFrame(
            byte[] raw,
            @Nullable String event,
            byte[] data,
            int dataOffset,
            int dataLength,
            boolean hasData,
            boolean terminated) {
        this.raw = raw;
        this.event = event;
        this.data = data;
        this.dataOffset = dataOffset;
        this.dataLength = dataLength;
        this.hasData = hasData;
        this.terminated = terminated;
    }

    /// Reads the lines of one frame. `raw` is kept, not copied.
    static SseFrame parse(byte[] raw, boolean terminated) {
        String event = null;
        int dataLines = 0;
        int firstFrom = 0;
        int firstTo = 0;
        byte[] joined = raw;
        int joinedLength = 0;
        int at = 0;
        while (at < raw.length) {
            int end = endOfLine(raw, at);
            if (isField(raw, at, end, DATA)) {
                int from = valueStart(raw, at + DATA.length, end);
                dataLines++;
                if (dataLines == 1) {
                    firstFrom = from;
                    firstTo = end;
                } else {
                    if (dataLines == 2) {
                        joined = new byte[raw.length];
                        joinedLength = firstTo - firstFrom;
                        System.arraycopy(raw, firstFrom, joined, 0, joinedLength);
                    }
                    joined[joinedLength++] = '\n';
                    System.arraycopy(raw, from, joined, joinedLength, end - from);
                    joinedLength += end - from;
                }
            } else if (isField(raw, at, end, EVENT)) {
                int from = valueStart(raw, at + EVENT.length, end);
                event = new String(raw, from, end - from, StandardCharsets.UTF_8);
            }
            at =
                    end < raw.length
                                    && raw[end] == '\r'
                                    && end + 1 < raw.length
                                    && raw[end + 1] == '\n'
                            ? end + 2
                            : end + 1;
        }
        return dataLines > 1
                ? new SseFrame(raw, event, joined, 0, joinedLength, true, terminated)
                : new SseFrame(
                        raw, event, raw, firstFrom, firstTo - firstFrom, dataLines > 0, terminated);
    }

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};

    private static int endOfLine(byte[] raw, int at) {
        int end = at;
        while (end < raw.length && raw[end] != '\n' && raw[end] != '\r') {
            end++;
        }
        return end;
    }

    private static boolean isField(byte[] raw, int from, int end, byte[] name) {
        int after = from + name.length;
        if (after > end || (after < end && raw[after] != ':')) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (raw[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static int valueStart(byte[] raw, int afterName, int end) {
        if (afterName >= end) {
            return end;
        }
        int from = afterName + 1;
        return from < end && raw[from] == ' ' ? from + 1 : from;
    }

    /// The frame's own bytes with its terminator, ready to be forwarded; not to be changed.
    ///
    /// All frames' raw bytes in a row are the stream's bytes without the byte order mark.
    public byte[] raw() {
        return raw;
    }

    /// The event's name, or null when the frame names none.
    public @Nullable String event() {
        return event;
    }

    /// True when the frame has at least one data line, be it empty.
    public boolean hasData() {
        return hasData;
    }

    /// The array that holds the data, from [#dataOffset] for [#dataLength] bytes; several data
    /// lines are joined by LF. Not to be changed.
    public byte[] dataArray() {
        return data;
    }

    public int dataOffset() {
        return dataOffset;
    }

    public int dataLength() {
        return dataLength;
    }

    /// The data as text; for tests and short frames.
    public String dataText() {
        return new String(data, dataOffset, dataLength, StandardCharsets.UTF_8);
    }

    public boolean dataStartsWith(String ascii) {
        if (dataLength < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (data[dataOffset + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// False for the last frame of a stream that ended without the blank line.
    public boolean terminated() {
        return terminated;
    }
}
