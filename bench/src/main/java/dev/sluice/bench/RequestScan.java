package dev.sluice.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/// Finds whole requests in the bytes of one connection: a head, then as much as it announces.
final class RequestScan {

    private final Consumer<String> requests;
    private Buffer kept = Buffer.buffer();

    RequestScan(Consumer<String> requests) {
        this.requests = requests;
    }

    void push(Buffer bytes) {
        kept.appendBuffer(bytes);
        String text = kept.toString(StandardCharsets.ISO_8859_1);
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n\r\n", at);
            if (end < 0) {
                break;
            }
            int whole = end + 4 + length(text.substring(at, end));
            if (whole > text.length()) {
                break;
            }
            requests.accept(text.substring(at, whole));
            at = whole;
        }
        kept = kept.getBuffer(at, kept.length());
    }

    private static int length(String head) {
        String name = "\r\ncontent-length:";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        if (at < 0) {
            return 0;
        }
        int end = head.indexOf('\r', at + name.length());
        String value = head.substring(at + name.length(), end < 0 ? head.length() : end);
        return Integer.parseInt(value.strip());
    }
}
