package dev.sluice.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Talks to a simulator as any program would.
final class SimClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final String CHAT = "/v1/chat/completions";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI origin;

    SimClient(Simulator simulator) {
        this.origin = simulator.origin();
    }

    static String chat(String model, String text, String moreFields) {
        return """
        {"model":"%s","messages":[{"role":"user","content":%s}]%s}\
        """
                .formatted(
                        model,
                        JsonMapper.shared().writeValueAsString(text),
                        moreFields.isEmpty() ? "" : "," + moreFields);
    }

    HttpResponse<String> post(String path, String body) {
        return post(path, body, "");
    }

    HttpResponse<String> post(String path, String body, String key) {
        return send(request(path, key).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> post(String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path, "");
        headers.forEach(request::header);
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> get(String path) {
        return send(request(path, "").GET().build());
    }

    HttpResponse<String> get(String path, Map<String, String> headers) {
        HttpRequest.Builder request = request(path, "");
        headers.forEach(request::header);
        return send(request.GET().build());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path, "").DELETE().build());
    }

    HttpResponse<InputStream> open(String path, String body) throws IOException {
        try {
            return http.send(
                    request(path, "").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path, String key) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(origin.resolve(path))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json");
        return key.isEmpty() ? builder : builder.header("authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /// The data of every event, in order, `[DONE]` included.
    static List<String> events(String stream) {
        List<String> events = new ArrayList<>();
        for (String line : stream.split("\r\n|\n|\r", -1)) {
            if (line.startsWith("data: ")) {
                events.add(line.substring(6));
            }
        }
        return events;
    }

    static List<JsonNode> chunks(String stream) {
        return events(stream).stream()
                .filter(data -> !data.equals("[DONE]"))
                .map(data -> JsonMapper.shared().readTree(data))
                .toList();
    }

    /// The content of one choice of a stream, joined.
    static String content(String stream, int choice) {
        StringBuilder text = new StringBuilder();
        for (JsonNode chunk : chunks(stream)) {
            for (JsonNode one : chunk.path("choices")) {
                if (one.path("index").intValue() == choice) {
                    text.append(one.path("delta").path("content").asString(""));
                }
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        http.close();
    }
}
