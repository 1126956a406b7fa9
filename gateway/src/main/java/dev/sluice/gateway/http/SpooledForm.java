package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.spool.SpooledFile;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a multipart form on disk apart. Where its parts are is found out here; what their headers
/// say is left to [MultipartReader], which gets the same form with a byte in place of each large
/// content, so that a form means the same however large it is.
public final class SpooledForm {

    /// Contents up to this size are read into memory.
    private static final int SMALL_BYTES = 16 << 10;

    private static final int WINDOW_BYTES = 256 << 10;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};
    private static final byte[] STAND_IN = {'x'};
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"\\r\\n]{1,200})\"|([^\\s;\",]{1,200}))");

    private final SpooledFile file;
    private final Limits limits;
    private final byte[] delimiter;

    private SpooledForm(SpooledFile file, Limits limits, byte[] delimiter) {
        this.file = file;
        this.limits = limits;
        this.delimiter = delimiter;
    }

    /// Throws the fault of a form that is not well-formed. The parts can be read until the file is
    /// closed.
    public static RequestContent.Multipart read(
            String contentType, SpooledFile file, Limits limits) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw invalid("has no boundary in its content type");
        }
        String name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
        return new SpooledForm(
                        file, limits, ("\r\n--" + name).getBytes(StandardCharsets.ISO_8859_1))
                .read(contentType);
    }

    private RequestContent.Multipart read(String contentType) {
        List<Long> places = delimiters();
        ByteArrayOutputStream shadow = new ByteArrayOutputStream();
        List<long[]> contents = new ArrayList<>();
        for (int i = 0; i + 1 < places.size(); i++) {
            long from = places.get(i) + delimiter.length + CRLF.length;
            long to = places.get(i + 1);
            int head = head(from, to);
            shadow.write(delimiter, CRLF.length, delimiter.length - CRLF.length);
            shadow.writeBytes(CRLF);
            shadow.writeBytes(file.read(from, head));
            long content = from + head;
            contents.add(new long[] {content, to});
            shadow.writeBytes(
                    to - content > SMALL_BYTES
                            ? STAND_IN
                            : file.read(content, (int) (to - content)));
            shadow.writeBytes(CRLF);
        }
        shadow.write(delimiter, CRLF.length, delimiter.length - CRLF.length);
        shadow.writeBytes("--\r\n".getBytes(StandardCharsets.US_ASCII));
        RequestContent.Multipart form =
                MultipartReader.read(contentType, shadow.toByteArray(), limits);
        if (form.parts().size() != contents.size()) {
            throw invalid("is not well-formed");
        }
        return new RequestContent.Multipart(form.boundary(), whole(form.parts(), contents));
    }

    private List<Part> whole(List<Part> parts, List<long[]> contents) {
        List<Part> whole = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            long from = contents.get(i)[0];
            long to = contents.get(i)[1];
            if (!part.isFile()) {
                MultipartReader.requireShort(to - from, limits);
            }
            whole.add(
                    to - from > SMALL_BYTES
                            ? new Part(
                                    part.name(),
                                    part.filename(),
                                    part.contentType(),
                                    file.region(from, to))
                            : part);
        }
        return whole;
    }

    /// The bytes of a part's headers, blank line included.
    private int head(long from, long to) {
        int most = (int) Math.min(limits.formHeaderBytes() + BLANK_LINE.length, to - from);
        byte[] begin = file.read(from, most);
        // a part without headers begins with its blank line
        int end = startsWith(begin, 0, CRLF) ? 0 : indexOf(begin, BLANK_LINE, 0);
        if (end < 0) {
            throw to - from > most
                    ? invalid(
                            "has a part whose headers are longer than "
                                    + limits.formHeaderBytes()
                                    + " bytes")
                    : invalid("is not well-formed");
        }
        return end + (end == 0 ? CRLF.length : BLANK_LINE.length);
    }

    /// Where the delimiters are, the closing one last. The first has no line before it.
    private List<Long> delimiters() {
        List<Long> found = new ArrayList<>();
        long length = file.length();
        byte[] first = file.read(0, (int) Math.min(length, delimiter.length));
        if (startsWith(first, 0, Arrays.copyOfRange(delimiter, CRLF.length, delimiter.length))) {
            found.add(-(long) CRLF.length);
        }
        int overlap = delimiter.length + CRLF.length;
        for (long at = 0; at < length; at += WINDOW_BYTES) {
            byte[] window = file.read(at, (int) Math.min(WINDOW_BYTES + overlap, length - at));
            for (int i = indexOf(window, delimiter, 0);
                    i >= 0 && i < WINDOW_BYTES;
                    i = indexOf(window, delimiter, i + 1)) {
                int after = i + delimiter.length;
                if (startsWith(window, after, CRLF)) {
                    found.add(at + i);
                    if (found.size() > limits.formParts() + 1) {
                        throw invalid("has more than " + limits.formParts() + " parts");
                    }
                } else if (startsWith(window, after, new byte[] {'-', '-'})) {
                    found.add(at + i);
                    return found;
                }
            }
        }
        throw invalid("ends before its last boundary");
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] wanted) {
        return at + wanted.length <= bytes.length
                && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (bytes[i] == wanted[0] && startsWith(bytes, i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static RuntimeException invalid(String what) {
        return Fault.invalid("The form in the request's body " + what + ".", null).asException();
    }
}
