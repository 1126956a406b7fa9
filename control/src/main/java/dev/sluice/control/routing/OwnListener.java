package dev.sluice.control.routing;

import dev.sluice.domain.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// A client of this process's own listener.
public interface OwnListener {

    /// What came back.
    ///
    /// @param headers lower-case names, first values
    record Heard(int status, Map<String, String> headers, String body) {}

    /// POSTs JSON with a gateway key and waits for the whole answer.
    ///
    /// @throws IOException when no answer came within the limit
    Heard post(String path, Secret key, byte[] json, Duration limit) throws IOException;
}
