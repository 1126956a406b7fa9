package dev.sluice.protocol.framing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message of an AWS event stream.
public final class EventStreamMessage {

    private final Map<String, String> headers;
    private final byte[] payload;

    /// @param headers those whose value is a text
    /// @param payload is kept, not copied
    EventStreamMessage(Map<String, String> headers, byte[] payload) {
        this.headers = headers;
        this.payload = payload;
    }

    /// Those whose value is a text.
    public Map<String, String> headers() {
        return headers;
    }

    byte[] payload() {
        return payload;
    }

    /// Which exception or error it is; null for an event.
    public @Nullable String failure() {
        String exception = headers.get(":exception-type");
        return exception == null ? headers.get(":error-code") : exception;
    }
}
