package dev.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/// A multipart form as clients send it.
final class MultipartBody {

    private static final String BOUNDARY = "----client7a";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    MultipartBody field(String name, String value) {
        return part("name=\"" + name + "\"\r\n", value.getBytes(StandardCharsets.UTF_8));
    }

    MultipartBody file(String name, String filename, String type, byte[] content) {
        return part(
                "name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n"
                        .formatted(name, filename, type),
                content);
    }

    private MultipartBody part(String head, byte[] content) {
        text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + head + "\r\n");
        out.writeBytes(content);
        text("\r\n");
        return this;
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    HttpRequest.Builder to(HttpRequest.Builder request) {
        return cutTo(request, 0);
    }

    /// Without its last bytes.
    HttpRequest.Builder cutTo(HttpRequest.Builder request, int missing) {
        text("--" + BOUNDARY + "--\r\n");
        byte[] whole = out.toByteArray();
        byte[] sent = java.util.Arrays.copyOf(whole, whole.length - missing);
        return request.setHeader("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(sent));
    }
}
