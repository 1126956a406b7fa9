package dev.sluice.protocol.media;

import dev.sluice.protocol.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a request, as it was sent.
public sealed interface RequestContent {

    /// Bytes that are the same for the same request.
    byte[] identity();

    /// The same bytes one after the other.
    default Pieces identityPieces() {
        return Pieces.of(identity());
    }

    /// One JSON document.
    final class Json implements RequestContent {
        private final byte[] bytes;

        public Json(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] identity() {
            return bytes;
        }
    }

    /// A form with files.
    ///
    /// @param boundary what separates the parts when they are written; occurs in none of them
    record Multipart(String boundary, List<Part> parts) implements RequestContent {

        private static final String CRLF = "\r\n";

        public Multipart {
            parts = List.copyOf(parts);
        }

        @Override
        public byte[] identity() {
            return new Multipart("", parts).bytes();
        }

        @Override
        public Pieces identityPieces() {
            return new Multipart("", parts).pieces();
        }

        /// Whether the whole form is in memory.
        public boolean inMemory() {
            return parts.stream().allMatch(part -> part.pieces().inMemory());
        }

        /// The form as it is sent.
        public byte[] bytes() {
            return pieces().whole();
        }

        /// The same one after the other.
        public Pieces pieces() {
            List<Pieces> pieces = new ArrayList<>();
            for (Part part : parts) {
                pieces.add(Pieces.of(head(part).getBytes(StandardCharsets.UTF_8)));
                pieces.add(part.pieces());
                pieces.add(Pieces.of(CRLF.getBytes(StandardCharsets.US_ASCII)));
            }
            pieces.add(
                    Pieces.of(("--" + boundary + "--" + CRLF).getBytes(StandardCharsets.US_ASCII)));
            return Pieces.joined(pieces);
        }

        private String head(Part part) {
            StringBuilder head = new StringBuilder("--").append(boundary).append(CRLF);
            head.append("Content-Disposition: form-data; name=").append(quoted(part.name()));
            if (part.filename() != null) {
                head.append("; filename=").append(quoted(part.filename()));
            }
            head.append(CRLF);
            if (part.contentType() != null) {
                head.append("Content-Type: ").append(part.contentType()).append(CRLF);
            }
            return head.append(CRLF).toString();
        }

        /// As browsers and the SDKs do it.
        private static String quoted(@Nullable String text) {
            String safe = text == null ? "" : text;
            return '"' + safe.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22") + '"';
        }
    }
}
