package dev.sluice.bench;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/// Finds the end of one response at a time: by its length, or chunk by chunk. It does no more than
/// that, so that the load costs little beside what it measures.
final class ResponseScan {

    private enum At {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK,
        END
    }

    private final StringBuilder line = new StringBuilder();
    private At at = At.HEAD;
    private int status;
    private long left;

    /// Takes the next bytes.
    ///
    /// @return whether the response is whole; the next bytes belong to the next one
    boolean push(Buffer bytes) {
        int i = 0;
        int size = bytes.length();
        while (i < size) {
            switch (at) {
                case HEAD -> {
                    line.append((char) bytes.getByte(i++));
                    if (endsHead()) {
                        head();
                    }
                }
                case LENGTH, CHUNK -> {
                    int taken = (int) Math.min(left, size - i);
                    i += taken;
                    left -= taken;
                    if (left == 0) {
                        at = at == At.LENGTH ? At.END : At.CHUNK_SIZE;
                    }
                }
                case CHUNK_SIZE -> {
                    char c = (char) bytes.getByte(i++);
                    if (c == '\n') {
                        chunk();
                    } else if (c != '\r') {
                        line.append(c);
                    }
                }
                case END -> throw new IllegalStateException("bytes after the end of a response");
            }
        }
        return at == At.END;
    }

    int status() {
        return status;
    }

    /// Ready for the next response.
    void reset() {
        at = At.HEAD;
        line.setLength(0);
        left = 0;
    }

    private boolean endsHead() {
        int size = line.length();
        return size > 3 && line.charAt(size - 1) == '\n' && line.charAt(size - 3) == '\n';
    }

    private void head() {
        String text = line.toString().toLowerCase(Locale.ROOT);
        line.setLength(0);
        status = Integer.parseInt(text.substring(9, 12));
        int length = text.indexOf("\ncontent-length:");
        if (length >= 0) {
            int from = length + "\ncontent-length:".length();
            left = Long.parseLong(text.substring(from, text.indexOf('\r', from)).strip());
            at = left == 0 ? At.END : At.LENGTH;
        } else {
            at = At.CHUNK_SIZE;
        }
    }

    /// The last chunk has no bytes but a closing line; no trailer is expected here.
    private void chunk() {
        if (line.isEmpty()) {
            at = At.END;
            return;
        }
        left = Long.parseLong(line.toString(), 16) + 2;
        line.setLength(0);
        if (left > 2) {
            at = At.CHUNK;
        }
    }
}
