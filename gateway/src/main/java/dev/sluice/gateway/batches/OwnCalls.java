package dev.sluice.gateway.batches;

import dev.sluice.domain.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How this process calls its own listener. Calls block.
public interface OwnCalls {

    /// What was answered.
    final class Heard {
        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        /// @param headers by lower-case name
        public Heard(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = Map.copyOf(headers);
            this.body = body;
        }

        public int status() {
            return status;
        }

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        /// Not to be changed.
        public byte[] body() {
            return body;
        }
    }

    /// Makes one call.
    ///
    /// @param key a credential of the listener
    /// @throws IOException when no answer came: nobody knows what became of the call
    Heard post(String path, Secret key, Map<String, String> headers, byte[] json, Duration limit)
            throws IOException;
}
