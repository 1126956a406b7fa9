package dev.sluice.simulator.video;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A small film that players play: a bright band that wanders over one colour, in the proportions
/// and the length that were asked for. MP4 (ISO/IEC 14496-12) with H.264 whose macroblocks are kept
/// as they are (`I_PCM` of ITU-T H.264), so that nothing has to be compressed.
final class Film {

    private static final int FRAMES_PER_SECOND = 4;
    private static final byte PROFILE = 66;
    private static final byte LEVEL = 20;
    private static final int LONG_SIDE = 64;
    private static final int BLOCK = 16;
    private static final int BAND = 24;
    private static final int DARK = 50;
    private static final int STEP = 6;
    private static final int GREY = 128;
    private static final int COLOURS = 97;
    private static final long UNITY = 0x10000;

    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final int frames;
    private final int cb;
    private final int cr;

    private Film(int width, int height, int seconds, long seed) {
        int longer = Math.max(width, height);
        this.width = even(width, longer);
        this.height = even(height, longer);
        this.columns = Math.ceilDiv(this.width, BLOCK);
        this.rows = Math.ceilDiv(this.height, BLOCK);
        this.frames = seconds * FRAMES_PER_SECOND;
        this.cb = GREY + Math.floorMod(seed, COLOURS) - COLOURS / 2;
        this.cr = GREY + Math.floorMod(seed / COLOURS, COLOURS) - COLOURS / 2;
    }

    /// The same for the same numbers.
    ///
    /// @param width of the video that was asked for; the film has its proportions
    static Buffer of(int width, int height, int seconds, long seed) {
        return new Film(width, height, seconds, seed).file();
    }

    private static int even(int side, int longer) {
        return Math.max(2, (LONG_SIDE * side + longer) / (2 * longer) * 2);
    }

    private Buffer file() {
        List<Buffer> pictures = new ArrayList<>();
        for (int frame = 0; frame < frames; frame++) {
            Buffer unit = picture(frame);
            pictures.add(Buffer.buffer().appendInt(unit.length()).appendBuffer(unit));
        }
        Buffer first = box("ftyp", text("isom").appendInt(512).appendBuffer(text("isomavc1mp41")));
        Buffer data = box("mdat", pictures.toArray(Buffer[]::new));
        int begin = first.length() + 2 * Integer.BYTES;
        return first.appendBuffer(data).appendBuffer(index(pictures, begin));
    }

    private Buffer index(List<Buffer> pictures, int begin) {
        Buffer matrix = longs(UNITY, 0, 0, 0, UNITY, 0, 0, 0, 0x40000000);
        Buffer movie =
                longs(0, 0, 0, FRAMES_PER_SECOND, frames, UNITY, 0x0100_0000, 0, 0)
                        .appendBuffer(matrix)
                        .appendBuffer(longs(0, 0, 0, 0, 0, 0, 2));
        Buffer track =
                longs(3, 0, 0, 1, 0, frames, 0, 0, 0, 0)
                        .appendBuffer(matrix)
                        .appendBuffer(longs(width * UNITY, height * UNITY));
        Buffer media = longs(0, 0, 0, FRAMES_PER_SECOND, frames, 0x55C4_0000);
        Buffer handler =
                longs(0, 0)
                        .appendBuffer(text("vide"))
                        .appendBuffer(longs(0, 0, 0))
                        .appendBuffer(text("film"))
                        .appendByte((byte) 0);
        Buffer where = box("dinf", box("dref", longs(0, 1).appendBuffer(box("url ", longs(1)))));
        Buffer tables =
                box(
                        "stbl",
                        box("stsd", longs(0, 1), sampleEntry()),
                        box("stts", longs(0, 1, frames, 1)),
                        box("stsc", longs(0, 1, 1, frames, 1)),
                        box("stsz", longs(0, 0, frames), sizes(pictures)),
                        box("stco", longs(0, 1, begin)));
        Buffer information = box("minf", box("vmhd", longs(1, 0, 0)), where, tables);
        return box(
                "moov",
                box("mvhd", movie),
                box(
                        "trak",
                        box("tkhd", track),
                        box("mdia", box("mdhd", media), box("hdlr", handler), information)));
    }

    private static Buffer sizes(List<Buffer> pictures) {
        Buffer sizes = Buffer.buffer();
        pictures.forEach(one -> sizes.appendInt(one.length()));
        return sizes;
    }

    private Buffer sampleEntry() {
        Buffer sequence = sequence();
        Buffer parameters = parameters();
        Buffer configuration =
                Buffer.buffer()
                        .appendBytes(
                                new byte[] {
                                    1, PROFILE, (byte) 0xC0, LEVEL, (byte) 0xFF, (byte) 0xE1
                                })
                        .appendShort((short) sequence.length())
                        .appendBuffer(sequence)
                        .appendByte((byte) 1)
                        .appendShort((short) parameters.length())
                        .appendBuffer(parameters);
        Buffer entry =
                longs(0, 1, 0, 0, 0, 0)
                        .appendShort((short) width)
                        .appendShort((short) height)
                        .appendBuffer(longs(0x48_0000, 0x48_0000, 0))
                        .appendShort((short) 1)
                        .appendBytes(new byte[32])
                        .appendBuffer(longs(0x18_FFFF))
                        .appendBuffer(box("avcC", configuration));
        return box("avc1", entry);
    }

    /// How every picture is kept: baseline profile, level 2, cut to size.
    private Buffer sequence() {
        int right = (columns * BLOCK - width) / 2;
        int bottom = (rows * BLOCK - height) / 2;
        Bits bits = new Bits(0x67).fixed(PROFILE, 8).fixed(0xC0, 8).fixed(LEVEL, 8);
        bits.ue(0).ue(0).ue(2).ue(1).fixed(0, 1);
        bits.ue(columns - 1).ue(rows - 1).fixed(0b11, 2);
        bits.fixed(1, 1).ue(0).ue(right).ue(0).ue(bottom);
        return bits.fixed(0, 1).end();
    }

    private static Buffer parameters() {
        Bits bits = new Bits(0x68).ue(0).ue(0).fixed(0, 2).ue(0).ue(0).ue(0).fixed(0, 3);
        return bits.ue(0).ue(0).ue(0).fixed(0, 3).end();
    }

    /// A picture that needs no other.
    private Buffer picture(int frame) {
        Bits bits = new Bits(0x65).ue(0).ue(7).ue(0).fixed(0, 4).ue(frame % 2).fixed(0, 2).ue(0);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                bits.ue(25).align();
                for (int y = 0; y < BLOCK; y++) {
                    for (int x = 0; x < BLOCK; x++) {
                        bits.fixed(light(column * BLOCK + x, row * BLOCK + y, frame), 8);
                    }
                }
                for (int of : new int[] {cb, cr}) {
                    for (int sample = 0; sample < BLOCK * BLOCK / 4; sample++) {
                        bits.fixed(of, 8);
                    }
                }
            }
        }
        return bits.end();
    }

    private int light(int x, int y, int frame) {
        int from = Math.floorMod(x + y / 2 - frame * 2, LONG_SIDE);
        return DARK + STEP * Math.max(0, BAND - Math.abs(from - LONG_SIDE / 2));
    }

    private static Buffer text(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Numbers of four bytes.
    private static Buffer longs(long... values) {
        Buffer all = Buffer.buffer();
        for (long value : values) {
            all.appendUnsignedInt(value);
        }
        return all;
    }

    private static Buffer box(String type, Buffer... parts) {
        Buffer inside = Buffer.buffer();
        for (Buffer part : parts) {
            inside.appendBuffer(part);
        }
        return Buffer.buffer()
                .appendInt(2 * Integer.BYTES + inside.length())
                .appendBuffer(text(type))
                .appendBuffer(inside);
    }

    /// The bits of one unit of the stream.
    private static final class Bits {
        private final Buffer bytes = Buffer.buffer();
        private int open;
        private int count;
        private int zeros;

        Bits(int header) {
            fixed(header, 8);
        }

        Bits fixed(int value, int length) {
            for (int bit = length - 1; bit >= 0; bit--) {
                open = (open << 1) | ((value >> bit) & 1);
                if (++count == Byte.SIZE) {
                    write(open);
                    open = 0;
                    count = 0;
                }
            }
            return this;
        }

        /// Two zero bytes and a small one would look like the beginning of a unit.
        private void write(int value) {
            if (zeros == 2 && value <= 3) {
                bytes.appendByte((byte) 3);
                zeros = 0;
            }
            bytes.appendByte((byte) value);
            zeros = value == 0 ? zeros + 1 : 0;
        }

        /// An unsigned number in Exp-Golomb code.
        Bits ue(int value) {
            int length = Integer.SIZE - Integer.numberOfLeadingZeros(value + 1);
            return fixed(0, length - 1).fixed(value + 1, length);
        }

        Bits align() {
            return count == 0 ? this : fixed(0, Byte.SIZE - count);
        }

        Buffer end() {
            fixed(1, 1).align();
            return bytes;
        }
    }
}
