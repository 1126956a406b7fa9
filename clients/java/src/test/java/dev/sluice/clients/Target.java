package dev.sluice.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the suite is pointed at, and how to look behind it. The environment is the only parameter.
final class Target {

    static final ObjectMapper JSON = new ObjectMapper();

    /// As OpenAI's SDK takes its base URL, with `/v1`.
    static final String V1 = required("SLUICE_BASE_URL").replaceAll("/+$", "");

    /// As the others take theirs.
    static final String ORIGIN = V1.substring(0, V1.length() - "/v1".length());

    static final String KEY = required("SLUICE_KEY");

    private static final String SIMULATOR = required("SLUICE_SIM_URL") + "/sim";
    private static final String ADMIN = required("SLUICE_URL") + "/admin/v1/";
    private static final String ADMIN_KEY = required("SLUICE_ADMIN_KEY");
    private static final JsonNode PRICES = read(required("SLUICE_PRICES"));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Target() {}

    private static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("set " + name);
        }
        return value;
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    static JsonNode price(String model) {
        return PRICES.path(model);
    }

    /// How many calls the provider has had.
    static long position() {
        return read(send("GET", SIMULATOR + "/stats", Map.of(), null)).path("calls").asLong();
    }

    /// The provider's calls after a position.
    static List<JsonNode> calls(long since) {
        List<JsonNode> calls = new ArrayList<>();
        String lines = send("GET", SIMULATOR + "/journal?since=" + since, Map.of(), null);
        for (String line : lines.split("\n", -1)) {
            if (!line.isBlank()) {
                calls.add(read(line));
            }
        }
        return calls;
    }

    static JsonNode admin(String method, String path, Object body) {
        try {
            String json = body == null ? null : JSON.writeValueAsString(body);
            Map<String, String> headers = Map.of("authorization", "Bearer " + ADMIN_KEY);
            return read(send(method, ADMIN + path, headers, json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String send(
            String method, String url, Map<String, String> headers, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (body != null) {
            request.header("content-type", "application/json");
        }
        try {
            HttpResponse<String> answer =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        method + " " + url + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
