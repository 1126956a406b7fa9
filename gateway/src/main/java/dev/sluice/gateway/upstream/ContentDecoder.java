package dev.sluice.gateway.upstream;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Undoes the `content-encoding` of an answer, one small piece at a time: a few bytes that unpack
/// to gigabytes cost no more memory than a piece, and whoever counts the pieces can stop.
///
/// Reads gzip (RFC 1952, several members too) and deflate (RFC 1950, and the bare RFC 1951 that
/// some servers send under that name).
final class ContentDecoder {

    static final int PIECE_BYTES = 16 << 10;

    /// A gzip head carries a file's name and comment, which nobody needs here.
    private static final int MAX_HEAD_BYTES = 4 << 10;

    private static final int TRAILER_BYTES = 8;
    private static final int FLAG_HEAD_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private enum Part {
        HEAD,
        BODY,
        TRAILER,
        OVER
    }

    private final boolean gzip;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final CRC32 checksum = new CRC32();
    private Inflater inflater = new Inflater(true);
    private Part part = Part.HEAD;
    private byte[] input = {};

    private ContentDecoder(boolean gzip) {
        this.gzip = gzip;
    }

    /// Null for an answer that is not encoded, or in a way that is not understood.
    static @Nullable ContentDecoder of(@Nullable String contentEncoding) {
        String name = contentEncoding == null ? "" : contentEncoding.strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new ContentDecoder(true);
            case "deflate" -> new ContentDecoder(false);
            default -> null;
        };
    }

    /// Takes more of the encoded answer.
    void push(byte[] more) {
        byte[] rest = part == Part.BODY ? unread() : input;
        input = Arrays.copyOf(rest, rest.length + more.length);
        System.arraycopy(more, 0, input, rest.length, more.length);
        if (part == Part.BODY) {
            inflater.setInput(input);
        }
    }

    private byte[] unread() {
        return Arrays.copyOfRange(input, input.length - inflater.getRemaining(), input.length);
    }

    /// The next piece of the decoded answer, or null when more of the encoded one is needed.
    @Nullable Buffer next() throws DataFormatException {
        while (true) {
            if (part == Part.BODY) {
                int length = inflater.inflate(piece);
                if (length > 0) {
                    checksum.update(piece, 0, length);
                    return Buffer.buffer(Arrays.copyOf(piece, length));
                }
            }
            boolean goesOn =
                    switch (part) {
                        case HEAD -> readHead();
                        case BODY -> readBodyEnd();
                        case TRAILER -> readTrailer();
                        case OVER -> false;
                    };
            if (!goesOn) {
                return null;
            }
        }
    }

    /// Whether the encoded answer may end here. An answer without a body is not encoded, whatever
    /// its head says.
    boolean isComplete() {
        return part == Part.OVER || (part == Part.HEAD && input.length == 0);
    }

    /// Frees what the JDK holds outside the heap; nothing may be asked afterwards.
    void close() {
        inflater.end();
    }

    private boolean readHead() throws DataFormatException {
        int length = gzip ? gzipHeadLength(input) : deflateHeadLength();
        if (length < 0) {
            if (input.length > MAX_HEAD_BYTES) {
                throw new DataFormatException("the head of the gzip member does not end");
            }
            return false;
        }
        input = Arrays.copyOfRange(input, length, input.length);
        inflater.setInput(input);
        checksum.reset();
        part = Part.BODY;
        return true;
    }

    /// Nothing is skipped: the inflater reads the zlib head itself, if there is one.
    private int deflateHeadLength() {
        if (input.length < 2) {
            return -1;
        }
        int head = (input[0] & 0xFF) << 8 | (input[1] & 0xFF);
        if ((input[0] & 0x0F) == 8 && head % 31 == 0) {
            inflater.end();
            inflater = new Inflater(false);
        }
        return 0;
    }

    /// The length of the head that `bytes` begin with; -1 when they do not hold all of it.
    private static int gzipHeadLength(byte[] bytes) throws DataFormatException {
        if (bytes.length < 10) {
            return -1;
        }
        if ((bytes[0] & 0xFF) != 0x1F || (bytes[1] & 0xFF) != 0x8B || bytes[2] != 8) {
            throw new DataFormatException("not gzip");
        }
        int flags = bytes[3];
        int at = 10;
        if ((flags & FLAG_EXTRA) != 0) {
            if (bytes.length < at + 2) {
                return -1;
            }
            at += 2 + ((bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8);
        }
        for (int flag : new int[] {FLAG_NAME, FLAG_COMMENT}) {
            if ((flags & flag) != 0) {
                while (at < bytes.length && bytes[at] != 0) {
                    at++;
                }
                at++;
            }
        }
        if ((flags & FLAG_HEAD_CRC) != 0) {
            at += 2;
        }
        return at <= bytes.length ? at : -1;
    }

    /// Called when the inflater gave nothing: it is done, hungry, or asks for the impossible.
    private boolean readBodyEnd() throws DataFormatException {
        if (inflater.needsDictionary()) {
            throw new DataFormatException("a preset dictionary is needed");
        }
        if (!inflater.finished()) {
            return false;
        }
        input = unread();
        part = gzip ? Part.TRAILER : Part.OVER;
        return true;
    }

    private boolean readTrailer() throws DataFormatException {
        if (input.length < TRAILER_BYTES) {
            return false;
        }
        long expected = 0;
        for (int i = 3; i >= 0; i--) {
            expected = expected << 8 | (input[i] & 0xFF);
        }
        if (expected != checksum.getValue()) {
            throw new DataFormatException("the checksum differs");
        }
        input = Arrays.copyOfRange(input, TRAILER_BYTES, input.length);
        inflater.reset();
        part = Part.HEAD;
        return true;
    }
}
