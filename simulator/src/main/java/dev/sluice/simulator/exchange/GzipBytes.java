package dev.sluice.simulator.exchange;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/// Compresses piece by piece, so that every event can be read as soon as it arrives.
final class GzipBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final GZIPOutputStream gzip;

    GzipBytes() {
        try {
            gzip = new GZIPOutputStream(bytes, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Buffer compress(Buffer plain) {
        try {
            gzip.write(plain.getBytes());
            gzip.flush();
            return taken();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Buffer finish() {
        try {
            gzip.finish();
            return taken();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Buffer taken() {
        Buffer out = Buffer.buffer(bytes.toByteArray());
        bytes.reset();
        return out;
    }
}
