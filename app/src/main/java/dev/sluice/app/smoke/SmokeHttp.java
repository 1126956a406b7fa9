package dev.sluice.app.smoke;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Sends smoke's requests and times the answers.
final class SmokeHttp {

    /// More of an answer is not read.
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (_, _) -> true);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private final Duration timeout;
    private final LongSupplier nanoTime;

    SmokeHttp(Duration timeout, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /// @param secret the key to show, or null for none
    SmokeAnswer post(SmokeTarget target, String url, @Nullable String secret, ObjectNode body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(timeout)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        target.speech().headers().forEach(request::header);
        if (secret != null) {
            Map.Entry<String, String> credential = target.credential(secret);
            request.header(credential.getKey(), credential.getValue());
        }
        long begin = nanoTime.getAsLong();
        try {
            HttpResponse<InputStream> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                return read(response, in, begin);
            }
        } catch (IOException e) {
            return new SmokeAnswer(
                    0, NO_HEADERS, "", null, -1, millisSince(begin), "no answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SmokeAnswer(0, NO_HEADERS, "", null, -1, millisSince(begin), "interrupted");
        }
    }

    private SmokeAnswer read(HttpResponse<?> response, InputStream in, long begin)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long first = -1;
        byte[] buffer = new byte[16 * 1024];
        String trouble = null;
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                first = first < 0 ? millisSince(begin) : first;
                bytes.write(buffer, 0, n);
                if (bytes.size() > MOST_BYTES) {
                    trouble = "the answer is longer than " + MOST_BYTES + " bytes";
                    break;
                }
            }
        } catch (IOException e) {
            trouble = "the answer broke off: " + e.getMessage();
        }
        String body = bytes.toString(StandardCharsets.UTF_8);
        return new SmokeAnswer(
                response.statusCode(),
                response.headers(),
                body,
                SmokeJson.readOrNull(body),
                first,
                millisSince(begin),
                trouble);
    }

    private long millisSince(long begin) {
        return (nanoTime.getAsLong() - begin) / 1_000_000;
    }
}
