package dev.sluice.control.usage;

import dev.sluice.control.http.Json;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.CallTail;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Writes calls as server-sent events while they end; a comment now and then shows a client that
/// left. Ends when whoever reads it may not any more.
final class RequestTail {

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int PAUSES_PER_COMMENT = 20;

    private final CallTail tail;
    private final Pace pace;
    private final BooleanSupplier allowed;

    /// @param allowed asked before each look whether its reader may still see it
    RequestTail(CallTail tail, Pace pace, BooleanSupplier allowed) {
        this.tail = tail;
        this.pace = pace;
        this.allowed = allowed;
    }

    void writeTo(OutputStream out) throws IOException {
        write(out, ": following\n\n");
        int quiet = 0;
        try {
            while (pace.await(PAUSE)) {
                if (!allowed.getAsBoolean()) {
                    write(out, ": signed out\n\n");
                    return;
                }
                boolean any = false;
                for (StoredCall call : tail.next()) {
                    any = true;
                    write(
                            out,
                            "event: request\nid: %s\ndata: %s\n\n"
                                    .formatted(call.requestId(), Json.text(RequestJson.of(call))));
                }
                quiet = any ? 0 : quiet + 1;
                if (quiet == PAUSES_PER_COMMENT) {
                    write(out, ": nothing new\n\n");
                    quiet = 0;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the tail was stopped");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
