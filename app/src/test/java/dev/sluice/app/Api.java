package dev.sluice.app;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What tests ask of a running server over HTTP, whichever process it lives in.
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String baseUrl;
    private final HttpClient http;

    /// @param baseUrl without a path: `http://127.0.0.1:40123`
    Api(String baseUrl, HttpClient http) {
        this.baseUrl = baseUrl;
        this.http = http;
    }

    /// Adds a simulator as an upstream and its models at the given price, in the organization
    /// `default`.
    void addModels(URI simulator, String price, String... models) {
        admin(
                "POST",
                "/admin/v1/upstreams",
                "{\"name\":\"sim\",\"provider\":\"simulator\",\"base_url\":\"%s\"}"
                        .formatted(simulator));
        for (String model : models) {
            admin(
                    "POST",
                    "/admin/v1/models",
                    "{\"name\":\"%s\",\"targets\":[{\"upstream\":\"sim\",\"model\":\"%s\"}],\"price\":%s}"
                            .formatted(model, model, price));
        }
    }

    /// A new key of a team that is made when it is missing; returns the credential.
    String key(String label, String team, String environment) {
        boolean known = false;
        for (JsonNode item : admin("GET", "/admin/v1/teams", null).path("data")) {
            known |= item.path("name").asString().equals(team);
        }
        if (!known) {
            admin("POST", "/admin/v1/teams", "{\"name\":\"%s\"}".formatted(team));
        }
        return admin(
                        "POST",
                        "/admin/v1/keys",
                        "{\"label\":\"%s\",\"team\":\"%s\",\"environment\":\"%s\",\"owner\":\"service:tests\"}"
                                .formatted(label, team, environment))
                .path("key")
                .asString();
    }

    /// Puts money on the account of `default`.
    void topUp(String amount) {
        admin(
                "POST",
                "/admin/v1/topups",
                "{\"amount\":\"%s\",\"reference\":\"r-%d\"}".formatted(amount, System.nanoTime()));
    }

    /// A rule over a calendar month that blocks at its limit; returns its id.
    ///
    /// @param scope in JSON
    String quota(String name, String scope, String unit, String limit) {
        return admin(
                        "POST",
                        "/admin/v1/quotas",
                        """
                        {"name":"%s","scope":%s,"unit":"%s","limit":"%s",
                         "window":{"calendar":"month"},"at_limit":"block"}
                        """
                                .formatted(name, scope, unit, limit))
                .path("id")
                .asString();
    }

    /// A management call that must succeed.
    JsonNode admin(String method, String path, @Nullable String body) {
        HttpResponse<String> answer = adminAnswer(method, path, body, Map.of());
        if (answer.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + ": " + answer.body());
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    /// A management call, whatever it answers.
    HttpResponse<String> adminAnswer(
            String method, String path, @Nullable String body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(baseUrl + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .timeout(Duration.ofSeconds(30));
        request.setHeader("authorization", "Bearer " + Installation.ADMIN_KEY);
        request.setHeader("content-type", "application/json");
        headers.forEach(request::setHeader);
        return send(request.build());
    }

    /// All items of a management list, over all its pages.
    ///
    /// @param path with its filters, which must be at least one
    List<JsonNode> all(String path) {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = admin("GET", path + "&limit=500" + cursor, null);
            page.path("data").forEach(items::add);
            cursor = "&cursor=" + page.path("next_cursor").asString("");
        } while (!cursor.equals("&cursor="));
        return items;
    }

    /// Reads a management object until it is as wanted.
    JsonNode await(String path, Predicate<JsonNode> wanted, Duration patience) {
        HttpResponse<String> last =
                Await.until(
                        () -> adminAnswer("GET", path, null, Map.of()),
                        answer ->
                                answer.statusCode() == 200
                                        && wanted.test(JSON.readTree(answer.body())),
                        patience);
        return JSON.readTree(last.body());
    }

    /// A chat call with the given body.
    HttpResponse<String> chat(String key, String body) {
        return send(chatRequest(key, body).build());
    }

    /// As [#chat], for those who expect that no answer may come.
    HttpResponse<String> tryChat(String key, String body) throws IOException, InterruptedException {
        return http.send(chatRequest(key, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Any path without a credential.
    HttpResponse<String> get(String path, Duration patience)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(patience).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder chatRequest(String key, String body) {
        return request(key, "/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /// What a client of the data plane asks with this key.
    HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60));
    }

    /// Calls the data plane.
    ///
    /// @param body none where it is empty
    HttpResponse<String> call(String key, String method, String path, String body) {
        return call(key, method, path, body, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> call(
            String key,
            String method,
            String path,
            String body,
            HttpResponse.BodyHandler<T> reader) {
        return send(
                request(key, path)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                reader);
    }

    private HttpResponse<String> send(HttpRequest request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> reader) {
        try {
            return http.send(request, reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
