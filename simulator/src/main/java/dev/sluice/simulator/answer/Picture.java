package dev.sluice.simulator.answer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// A picture any reader opens: of the size asked for, black and white, no two alike.
public final class Picture {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Picture() {}

    /// A PNG with one bit for each point: a picture of 1024 × 1024 takes less than a kilobyte.
    public static byte[] png(Seed seed, int width, int height) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        byte oneBit = 1;
        byte greyscale = 0;
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(oneBit)
                        .put(greyscale)
                        .array());
        chunk(out, "IDAT", deflated(rows(seed, width, height)));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    /// Stripes in a pattern of the seed's; every row begins with the number of its filter, none.
    private static byte[] rows(Seed seed, int width, int height) {
        int rowBytes = 1 + (width + 7) / 8;
        byte[] rows = new byte[rowBytes * height];
        byte stripe = (byte) seed.number();
        for (int at = 0; at < rows.length; at++) {
            rows[at] = at % rowBytes == 0 ? 0 : stripe;
        }
        return rows;
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater();
        deflater.setInput(plain);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[4_096];
        while (!deflater.finished()) {
            out.write(part, 0, deflater.deflate(part));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(name);
        out.writeBytes(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
