package dev.sluice.protocol.media;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a request, as it was sent.
public sealed interface RequestContent {

    /// Bytes that are the same for the same request.
    byte[] identity();

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

        /// The form as it is sent.
        public byte[] bytes() {
            int size = parts.stream().mapToInt(part -> part.content().length + 256).sum();
            ByteArrayOutputStream out = new ByteArrayOutputStream(size + 64);
            for (Part part : parts) {
                out.writeBytes(head(part).getBytes(StandardCharsets.UTF_8));
                out.writeBytes(part.content());
                out.writeBytes(CRLF.getBytes(StandardCharsets.US_ASCII));
            }
            out.writeBytes(("--" + boundary + "--" + CRLF).getBytes(StandardCharsets.US_ASCII));
            return out.toByteArray();
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
