package dev.sluice.protocol.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// How long a piece of sound lasts, read from its own frame: WAV, FLAC, Ogg (Opus, Vorbis), MP4 and
/// MP3. What is none of these, or does not say, has only a bound.
final class AudioLength {

    /// No codec that providers take sounds like anything below 6 kbit/s.
    private static final int LEAST_BYTES_PER_SECOND = 750;

    /// 128 kbit/s, what music and recorded speech usually have.
    private static final int USUAL_BYTES_PER_SECOND = 16_000;

    private static final int SECOND = 1_000;
    private static final int OPUS_RATE = 48_000;
    private static final long MOST = 1L << 40;

    private final ByteBuffer bytes;

    private AudioLength(byte[] sound) {
        this.bytes = ByteBuffer.wrap(sound);
    }

    /// The length in milliseconds, begun ones included; empty when unknown.
    static OptionalLong milliseconds(byte[] sound) {
        AudioLength reader = new AudioLength(sound);
        try {
            long length = reader.read();
            return length > 0 && length < MOST ? OptionalLong.of(length) : OptionalLong.empty();
        } catch (IndexOutOfBoundsException | ArithmeticException cut) {
            return OptionalLong.empty();
        }
    }

    /// No sound of this size is longer.
    static long mostMilliseconds(byte[] sound) {
        return Math.ceilDiv((long) sound.length * SECOND, LEAST_BYTES_PER_SECOND);
    }

    static long likelyMilliseconds(byte[] sound) {
        return milliseconds(sound)
                .orElse(Math.ceilDiv((long) sound.length * SECOND, USUAL_BYTES_PER_SECOND));
    }

    private long read() {
        if (is(0, "RIFF") && is(8, "WAVE")) {
            return wav();
        }
        if (is(0, "fLaC")) {
            return flac();
        }
        if (is(0, "OggS")) {
            return ogg();
        }
        if (is(4, "ftyp")) {
            return mp4(0, bytes.limit());
        }
        return new Mp3Frames(bytes).milliseconds();
    }

    private boolean is(int at, String ascii) {
        byte[] wanted = ascii.getBytes(StandardCharsets.US_ASCII);
        if (at < 0 || at + wanted.length > bytes.limit()) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static long duration(long units, long perSecond) {
        return perSecond <= 0 || units <= 0
                ? 0
                : Math.ceilDiv(Math.multiplyExact(units, (long) SECOND), perSecond);
    }

    private long wav() {
        ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long bytesPerSecond = 0;
        for (int at = 12; at + 8 <= bytes.limit(); ) {
            long size = little.getInt(at + 4) & 0xffff_ffffL;
            if (is(at, "fmt ")) {
                int rate = little.getInt(at + 12);
                int block = little.getShort(at + 20) & 0xffff;
                bytesPerSecond = (long) rate * block;
            } else if (is(at, "data")) {
                long there = bytes.limit() - at - 8L;
                // A size of a stream that was not known when it began.
                return duration(size == 0 ? there : Math.min(size, there), bytesPerSecond);
            }
            long next = at + 8L + size + (size & 1);
            if (next > bytes.limit()) {
                break;
            }
            at = (int) next;
        }
        return 0;
    }

    private long flac() {
        long packed = bytes.getLong(18);
        return duration(packed & 0xf_ffff_ffffL, packed >>> 44);
    }

    private long ogg() {
        ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int first = 27 + (bytes.get(26) & 0xff);
        long rate = 0;
        if (is(first, "OpusHead")) {
            rate = OPUS_RATE;
        } else if (is(first + 1, "vorbis")) {
            rate = little.getInt(first + 12) & 0xffff_ffffL;
        }
        for (int at = bytes.limit() - 14; at > 0; at--) {
            if (is(at, "OggS")) {
                return duration(little.getLong(at + 6), rate);
            }
        }
        return 0;
    }

    private long mp4(int from, int to) {
        for (int at = from; at + 8 <= to; ) {
            long size = bytes.getInt(at) & 0xffff_ffffL;
            int head = 8;
            if (size == 1) {
                size = bytes.getLong(at + 8);
                head = 16;
            }
            long end = size == 0 ? to : at + size;
            if ((size != 0 && size < head) || end > to) {
                return 0;
            }
            if (is(at + 4, "moov")) {
                return mp4(at + head, (int) end);
            }
            if (is(at + 4, "mvhd")) {
                boolean wide = bytes.get(at + head) == 1;
                long scale = bytes.getInt(at + head + (wide ? 20 : 12)) & 0xffff_ffffL;
                long units =
                        wide
                                ? bytes.getLong(at + head + 24)
                                : bytes.getInt(at + head + 16) & 0xffff_ffffL;
                return duration(units, scale);
            }
            at = (int) end;
        }
        return 0;
    }
}
