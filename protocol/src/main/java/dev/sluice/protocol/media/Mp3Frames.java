package dev.sluice.protocol.media;

import java.nio.ByteBuffer;

/// Adds up the frames of an MP3: each says how long it is, in bytes and in time.
final class Mp3Frames {

    private static final int[] MPEG1 = {
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
    };
    private static final int[] MPEG2 = {
        0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
    };
    private static final int[] RATES = {44_100, 48_000, 32_000};

    /// Fewer frames in a row may be chance.
    private static final int LEAST_FRAMES = 3;

    /// What is no frame at the end: tags of old players.
    private static final int MOST_TRAILING_BYTES = 1 << 16;

    private final ByteBuffer bytes;

    Mp3Frames(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /// 0 when this is no MP3, or not one from its beginning to its end.
    long milliseconds() {
        int at = afterTag();
        long microseconds = 0;
        int frames = 0;
        while (at + 4 <= bytes.limit()) {
            int header = bytes.getInt(at);
            int length = length(header);
            if (length == 0) {
                break;
            }
            microseconds += samples(header) * 1_000_000L / rate(header);
            at += length;
            frames++;
        }
        boolean whole = bytes.limit() - at <= MOST_TRAILING_BYTES;
        return frames < LEAST_FRAMES || !whole ? 0 : Math.ceilDiv(microseconds + frames, 1_000);
    }

    private int afterTag() {
        if (bytes.limit() < 10
                || bytes.get(0) != 'I'
                || bytes.get(1) != 'D'
                || bytes.get(2) != '3') {
            return 0;
        }
        int size = 0;
        for (int i = 6; i < 10; i++) {
            size = size << 7 | (bytes.get(i) & 0x7f);
        }
        return Math.min(bytes.limit(), size + 10);
    }

    private static boolean isMpeg1(int header) {
        return (header >>> 19 & 3) == 3;
    }

    /// Bytes of a frame of layer III; 0 where there is none.
    private static int length(int header) {
        boolean frame = header >>> 21 == 0x7ff && (header >>> 17 & 3) == 1;
        int version = header >>> 19 & 3;
        int bitrate = header >>> 12 & 15;
        if (!frame || version == 1 || bitrate == 0 || bitrate == 15 || (header >>> 10 & 3) == 3) {
            return 0;
        }
        int kilobits = (isMpeg1(header) ? MPEG1 : MPEG2)[bitrate];
        return samples(header) / 8 * kilobits * 1_000 / rate(header) + (header >>> 9 & 1);
    }

    private static int samples(int header) {
        return isMpeg1(header) ? 1_152 : 576;
    }

    private static int rate(int header) {
        int rate = RATES[header >>> 10 & 3];
        return switch (header >>> 19 & 3) {
            case 3 -> rate;
            case 2 -> rate / 2;
            default -> rate / 4;
        };
    }
}
