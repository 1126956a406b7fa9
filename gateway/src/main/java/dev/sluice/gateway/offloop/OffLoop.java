package dev.sluice.gateway.offloop;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What serves the paths that are not calls to models: the management plane, health, metrics, docs.
/// Runs on a virtual thread and may block.
public interface OffLoop {

    Answer handle(Ask ask);

    /// A whole request, its body read within the limit of the listener.
    ///
    /// @param query decoded parameters in the order they came
    /// @param headers by lower-case name
    /// @param remoteAddress the client's, behind the trusted proxies; empty where it is not known
    record Ask(
            String requestId,
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            Content body,
            String remoteAddress) {

        /// The first value of a parameter of the query, or `otherwise` where there is none.
        public String parameter(String name, String otherwise) {
            return query.getOrDefault(name, List.of(otherwise)).getFirst();
        }
    }

    /// A whole answer, or one whose body is written piece by piece.
    ///
    /// @param stream null for whole answers
    record Answer(
            int status, Map<String, String> headers, Content body, @Nullable Streamed stream) {

        public static Answer of(int status, Map<String, String> headers, byte[] body) {
            return new Answer(status, headers, new Content(body), null);
        }
    }

    /// Bytes of a body. A plain class: records compare arrays by identity.
    final class Content {
        public static final Content EMPTY = new Content(new byte[0]);

        private final byte[] bytes;

        public Content(byte[] bytes) {
            this.bytes = bytes;
        }

        /// The bytes themselves, not a copy.
        public byte[] bytes() {
            return bytes;
        }
    }

    /// Writes a body piece by piece.
    interface Streamed {
        void writeTo(Sink sink);
    }

    /// Takes pieces of a body; blocks while the client is behind.
    interface Sink {
        /// Returns false when the client has gone: stop writing.
        boolean write(byte[] piece);
    }
}
