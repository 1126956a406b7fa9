package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A browser's session over the real listener.
class SessionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aCookieOpensTheManagementPlaneAndNoModel() throws Exception {
        try (Installation installation = Installation.start()) {
            String token =
                    installation
                            .admin(
                                    "POST",
                                    "/admin/v1/invitations",
                                    "{\"email\":\"ana@example.com\",\"roles\":[\"owner\"]}")
                            .path("token")
                            .asString();
            String body = "{\"token\":\"" + token + "\",\"password\":\"a long walk at dusk\"}";
            HttpResponse<String> accepted =
                    send(installation, post("/admin/v1/invitations/accept", body));
            assertThat(accepted.statusCode()).isEqualTo(201);
            String cookie = accepted.headers().firstValue("set-cookie").orElseThrow();
            JsonNode session = JSON.readTree(accepted.body());
            String pair = cookie.substring(0, cookie.indexOf(';'));

            Asked me = new Asked("GET", "/admin/v1/me", "", pair, "");
            assertThat(send(installation, me).statusCode()).isEqualTo(200);
            Asked team = new Asked("POST", "/admin/v1/teams", "{\"name\":\"t\"}", pair, "");
            assertThat(send(installation, team).statusCode()).isEqualTo(403);
            String csrf = session.path("csrf_token").asString();
            Asked allowed = new Asked("POST", "/admin/v1/teams", "{\"name\":\"t\"}", pair, csrf);
            assertThat(send(installation, allowed).statusCode()).isEqualTo(201);
            Asked models = new Asked("GET", "/v1/models", "", pair, csrf);
            assertThat(send(installation, models).statusCode()).isEqualTo(401);
        }
    }

    private record Asked(String method, String path, String body, String cookie, String csrf) {}

    private static Asked post(String path, String body) {
        return new Asked("POST", path, body, "", "");
    }

    private static HttpResponse<String> send(Installation installation, Asked asked)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(installation.baseUrl() + asked.path))
                        .header("content-type", "application/json")
                        .method(
                                asked.method,
                                asked.body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(asked.body));
        if (!asked.cookie.isEmpty()) {
            request.header("cookie", asked.cookie).header("x-sluice-csrf", asked.csrf);
        }
        return installation.http().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
