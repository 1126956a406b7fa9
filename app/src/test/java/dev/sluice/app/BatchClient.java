package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Files and batches as one key has them.
final class BatchClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOUNDARY = "----batches";
    private static final List<String> UNDER_WAY =
            List.of("validating", "in_progress", "finalizing", "cancelling");

    private final String baseUrl;
    private final HttpClient http;
    private final String key;
    private final Map<String, String> headers;

    BatchClient(String baseUrl, HttpClient http, String key) {
        this(baseUrl, http, key, Map.of());
    }

    private BatchClient(String baseUrl, HttpClient http, String key, Map<String, String> headers) {
        this.baseUrl = baseUrl;
        this.http = http;
        this.key = key;
        this.headers = headers;
    }

    /// The same caller with the headers of Anthropic's clients.
    BatchClient asAnthropic() {
        return new BatchClient(
                baseUrl,
                http,
                key,
                Map.of(
                        "anthropic-version",
                        "2023-06-01",
                        "anthropic-beta",
                        "files-api-2025-04-14"));
    }

    /// A line that asks a model.
    static String chatLine(String customId, String model, String text) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":%s}\
        """
                .formatted(customId, Installation.chatBody(model, text, 30));
    }

    /// As many lines as asked for, `line-0` first, each with a text of its own.
    static String chatLines(int count, String model, String directives) {
        return IntStream.range(0, count)
                .mapToObj(i -> chatLine("line-" + i, model, "Number " + i + " " + directives))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    HttpResponse<String> tryUpload(String purpose, byte[] content, Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("purpose", purpose));
        all.putAll(fields);
        return tryUploadNamed("calls.jsonl", content, all);
    }

    HttpResponse<String> tryUploadNamed(
            String filename, byte[] content, Map<String, String> fields) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        fields.forEach(
                (name, value) -> text(form, part("name=\"%s\"".formatted(name)) + value + "\r\n"));
        text(form, part("name=\"file\"; filename=\"%s\"".formatted(filename)));
        form.writeBytes(content);
        text(form, "\r\n--" + BOUNDARY + "--\r\n");
        return send(
                request("/v1/files")
                        .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(BodyPublishers.ofByteArray(form.toByteArray())));
    }

    private static String part(String disposition) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n";
    }

    private static void text(ByteArrayOutputStream form, String text) {
        form.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode upload(String content) {
        return ok(tryUpload("batch", content.getBytes(StandardCharsets.UTF_8), Map.of()));
    }

    HttpResponse<String> tryCreate(String inputFileId, String endpoint, String... headers) {
        HttpRequest.Builder request = request("/v1/batches");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(
                request.header("content-type", "application/json")
                        .POST(
                                BodyPublishers.ofString(
                                        """
                                        {"input_file_id":"%s","endpoint":"%s",
                                         "completion_window":"24h","metadata":{"run":"nightly"}}
                                        """
                                                .formatted(inputFileId, endpoint))));
    }

    /// Has lines of chat run.
    JsonNode create(String lines, String... headers) {
        return createOf("/v1/chat/completions", lines, headers);
    }

    JsonNode createOf(String endpoint, String lines, String... headers) {
        return ok(tryCreate(upload(lines).path("id").asString(), endpoint, headers));
    }

    JsonNode batch(String id) {
        return ok(get("/v1/batches/" + id));
    }

    JsonNode awaitEnd(String id, Duration patience) {
        return await(id, batch -> !UNDER_WAY.contains(batch.path("status").asString()), patience);
    }

    JsonNode awaitEnd(String id) {
        return awaitEnd(id, Duration.ofSeconds(30));
    }

    JsonNode await(String id, Predicate<JsonNode> wanted, Duration patience) {
        return Await.until(() -> batch(id), wanted, patience);
    }

    /// The lines of a file that a batch left behind; none where it left none.
    ///
    /// @param file `output_file_id` or `error_file_id`
    List<JsonNode> lines(JsonNode batch, String file) {
        JsonNode id = batch.path(file);
        if (id.isNull()) {
            return List.of();
        }
        HttpResponse<String> answer = get("/v1/files/" + id.asString() + "/content");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().lines().map(JSON::readTree).toList();
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    HttpResponse<String> post(String path, @Nullable String json) {
        return send(
                request(path)
                        .header("content-type", "application/json")
                        .POST(
                                json == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(json)));
    }

    static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(baseUrl + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("authorization", "Bearer " + key);
        headers.forEach(request::header);
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
