package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A POST as it lies in a buffer, read only if it is of the plainest form: HTTP/1.1, a path, one
/// host, one length, and no header that changes how it is read or what becomes of its connection.
/// For whatever else might be meant there is no request; [StrictHttpDecoder] says what is wrong.
final class PlainRequest {

    private static final int POST = 'P' << 24 | 'O' << 16 | 'S' << 8 | 'T';
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TARGET_FROM = "POST ".length();
    private static final int MOST_LENGTH_DIGITS = 8;

    private final ByteBuf in;
    private final int headers;
    private final String path;
    private boolean hasHost;
    private int bodyLength = -1;

    private PlainRequest(ByteBuf in, int headers, String path) {
        this.in = in;
        this.headers = headers;
        this.path = path;
    }

    /// The request that the buffer begins with; null where its first line is not plain or not all
    /// there.
    static @Nullable PlainRequest beginning(ByteBuf in) {
        int from = in.readerIndex();
        int lf = in.indexOf(from, in.writerIndex(), (byte) '\n');
        int target = from + TARGET_FROM;
        int version = lf + 1 - VERSION.length;
        if (lf < 0
                || version <= target
                || in.getInt(from) != POST
                || in.getByte(target - 1) != ' '
                || in.getByte(target) != '/'
                || !isVersion(in, version)) {
            return null;
        }
        int end = version;
        for (int i = target; i < version; i++) {
            byte b = in.getByte(i);
            if (b <= ' ' || b == 0x7f || b == '#') {
                return null;
            }
            if (b == '?' && end == version) {
                end = i;
            }
        }
        String path = in.toString(target, end - target, StandardCharsets.US_ASCII);
        return new PlainRequest(in, lf + 1, path);
    }

    private static boolean isVersion(ByteBuf in, int from) {
        for (int i = 0; i < VERSION.length; i++) {
            if (in.getByte(from + i) != VERSION[i]) {
                return false;
            }
        }
        return true;
    }

    /// Without its query.
    String path() {
        return path;
    }

    /// Reads the headers.
    ///
    /// @return where the next request begins; -1 when this one is not plain or not all there
    int end() {
        int at = headers;
        int end = in.writerIndex();
        while (true) {
            int lf = in.indexOf(at, end, (byte) '\n');
            if (lf <= at || in.getByte(lf - 1) != '\r') {
                return -1;
            }
            if (lf - at == 1) {
                boolean whole = hasHost && bodyLength >= 0 && bodyLength <= end - lf - 1;
                return whole ? lf + 1 + bodyLength : -1;
            }
            if (!takes(at, lf - 1)) {
                return -1;
            }
            at = lf + 1;
        }
    }

    private boolean takes(int from, int end) {
        int colon = in.indexOf(from, end, (byte) ':');
        if (colon <= from || !isWellFormed(from, colon, end)) {
            return false;
        }
        return switch (name(from, colon)) {
            case "host" -> takesHost(value(colon + 1, end));
            case "content-length" -> takesLength(colon + 1, end);
            case "connection" -> value(colon + 1, end).equalsIgnoreCase("keep-alive");
            case "" -> true;
            default -> false;
        };
    }

    private boolean takesHost(String value) {
        boolean first = !hasHost;
        hasHost = true;
        return first && StrictHttpDecoder.isHost(value);
    }

    private boolean takesLength(int from, int end) {
        int at = from < end && in.getByte(from) == ' ' ? from + 1 : from;
        if (bodyLength >= 0 || at >= end || end - at > MOST_LENGTH_DIGITS) {
            return false;
        }
        int length = 0;
        for (; at < end; at++) {
            int digit = in.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            length = 10 * length + digit;
        }
        bodyLength = length;
        return true;
    }

    /// Letters, digits and hyphens before the colon, nothing that controls after it.
    private boolean isWellFormed(int from, int colon, int end) {
        for (int i = from; i < colon; i++) {
            byte b = in.getByte(i);
            int small = b | 0x20;
            boolean letter = small >= 'a' && small <= 'z';
            if (!letter && (b < '0' || b > '9') && b != '-') {
                return false;
            }
        }
        for (int i = colon + 1; i < end; i++) {
            byte b = in.getByte(i);
            if (b < ' ' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /// Of headers that say how a request is read or what becomes of its connection, in small
    /// letters; else empty.
    private String name(int from, int colon) {
        String like =
                switch (colon - from) {
                    case 4 -> "host";
                    case 6 -> "expect";
                    case 7 -> "upgrade";
                    case 10 -> "connection";
                    case 14 -> "content-length";
                    case 17 -> "transfer-encoding";
                    default -> "";
                };
        for (int i = 0; i < like.length(); i++) {
            if ((in.getByte(from + i) | 0x20) != (like.charAt(i) | 0x20)) {
                return "";
            }
        }
        return like;
    }

    private String value(int from, int end) {
        return in.toString(from, end - from, StandardCharsets.ISO_8859_1).strip();
    }
}
