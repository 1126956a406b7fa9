package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The playground's credentials: a person calls models from a page as any client does.
@Tag("slow")
class PlaygroundTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/admin/v1/playground/keys";

    private static String token(Installation installation, String user, String role) {
        String body = "{\"user\":\"%s\",\"roles\":[\"%s\"]}".formatted(user, role);
        return installation
                .admin("POST", "/admin/v1/admin-tokens", body)
                .path("admin_token")
                .asString();
    }

    private static HttpResponse<String> mint(Installation installation, String token) {
        return installation.adminAnswer(
                "POST", PATH, "{}", Map.of("authorization", "Bearer " + token));
    }

    @Test
    void itsCallsAreHeldMeteredAndPutDownToThePersonLikeAnyOther() throws Exception {
        try (Installation installation = Installation.start().withModels("null", "sim-chat")) {
            installation.topUp("5.00");
            installation.admin("POST", "/admin/v1/teams", "{\"name\":\"research\"}");
            String developer = token(installation, "dana", "developer");

            HttpResponse<String> first = mint(installation, developer);
            assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
            assertThat(first.headers().firstValue("cache-control")).contains("no-store");
            JsonNode minted = JSON.readTree(first.body());
            assertThat(minted.path("team_name").asString()).isEqualTo("research");
            assertThat(Instant.parse(minted.path("expires_at").asString()))
                    .isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(5)));
            JsonNode second = JSON.readTree(mint(installation, developer).body());
            assertThat(second.path("id")).isEqualTo(minted.path("id"));
            assertThat(second.path("key")).isNotEqualTo(minted.path("key"));

            String body = Installation.chatBody("sim-chat", "Hello", 20);
            for (JsonNode key : new JsonNode[] {minted, second}) {
                HttpResponse<String> answer = installation.chat(key.path("key").asString(), body);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            String embeddings = "/v1/embeddings";
            HttpResponse<String> outside =
                    installation.adminAnswer(
                            "POST",
                            embeddings,
                            "{\"model\":\"sim-chat\",\"input\":\"x\"}",
                            Map.of("authorization", "Bearer " + minted.path("key").asString()));
            assertThat(outside.statusCode()).isEqualTo(403);
            JsonNode rows =
                    installation.await(
                            "/admin/v1/requests?state=settled&key=" + minted.path("id").asString(),
                            list -> list.path("data").size() == 2);
            assertThat(rows.at("/data/0/attribution/owner").asString()).isEqualTo("user:dana");
            assertThat(rows.at("/data/0/attribution/workflow").asString()).isEqualTo("playground");
        }
    }

    @Test
    void everyModeIsForetoldAsItIsCharged() throws Exception {
        try (Installation installation =
                Installation.start()
                        .withModels(
                                "null", "sim-picture", "sim-video", "sim-speech", "sim-whisper")) {
            installation.topUp("5.00");
            installation.admin("POST", "/admin/v1/teams", "{\"name\":\"research\"}");
            JsonNode minted =
                    JSON.readTree(mint(installation, token(installation, "d", "developer")).body());
            Map<String, String> key =
                    Map.of("authorization", "Bearer " + minted.path("key").asString());
            String picture =
                    "{\"model\":\"sim-picture\",\"prompt\":\"a gate\",\"quality\":\"hd\",\"size\":\"1024x1024\"}";
            String speech = "{\"model\":\"sim-speech\",\"input\":\"Hello\",\"voice\":\"alloy\"}";

            assertThat(foretold(installation, "images/generations", picture)).isEqualTo("0.08");
            assertThat(foretold(installation, "audio/speech", speech)).isEqualTo("0.000075");
            String video =
                    "{\"model\":\"sim-video\",\"prompt\":\"a gate [[sim takes=100]]\",\"size\":\"1280x720\",\"seconds\":\"4\"}";
            assertThat(foretold(installation, "videos", video)).isEqualTo("0.4");
            // what cannot be sent as JSON says how long it is
            String heard = "{\"model\":\"sim-whisper\",\"seconds\":60}";
            assertThat(foretold(installation, "audio/transcriptions", heard)).isEqualTo("0.006");
            HttpResponse<String> withoutLength =
                    estimate(installation, "audio/transcriptions", "{\"model\":\"sim-whisper\"}");
            assertThat(withoutLength.statusCode()).isEqualTo(400);
            assertThat(withoutLength.body()).contains("seconds");

            for (String[] call :
                    new String[][] {
                        {"/v1/images/generations", picture}, {"/v1/audio/speech", speech}
                    }) {
                HttpResponse<String> answer =
                        installation.adminAnswer("POST", call[0], call[1], key);
                assertThat(answer.statusCode()).as(call[0]).isEqualTo(200);
            }
            JsonNode rows =
                    installation.await(
                            "/admin/v1/requests?state=settled&key=" + minted.path("id").asString(),
                            list -> list.path("data").size() == 2);
            assertThat(rows.at("/data/0/cost_usd").asString()).isEqualTo("0.000075");
            assertThat(rows.at("/data/1/cost_usd").asString()).isEqualTo("0.08");
        }
    }

    @Test
    void aVideoIsWaitedForWithTheNextCredential() throws Exception {
        try (Installation installation = Installation.start().withModels("null", "sim-video")) {
            installation.topUp("5.00");
            installation.admin("POST", "/admin/v1/teams", "{\"name\":\"research\"}");
            String developer = token(installation, "d", "developer");
            String first =
                    JSON.readTree(mint(installation, developer).body()).path("key").asString();
            String video =
                    "{\"model\":\"sim-video\",\"prompt\":\"a gate [[sim takes=100]]\",\"size\":\"1280x720\",\"seconds\":\"4\"}";
            HttpResponse<String> begun =
                    installation.adminAnswer(
                            "POST",
                            "/v1/videos",
                            video,
                            Map.of("authorization", "Bearer " + first));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
            String path = "/v1/videos/" + JSON.readTree(begun.body()).path("id").asString();

            JsonNode next = JSON.readTree(mint(installation, developer).body());
            Map<String, String> key =
                    Map.of("authorization", "Bearer " + next.path("key").asString());
            installation.await(
                    "/admin/v1/requests?state=settled&key=" + next.path("id").asString(),
                    list ->
                            list.path("data").size() == 1
                                    && list.at("/data/0/cost_usd").asString().equals("0.4"));
            HttpResponse<String> made = installation.adminAnswer("GET", path, null, key);
            assertThat(made.body()).contains("\"completed\"");
            HttpResponse<String> content =
                    installation.adminAnswer("GET", path + "/content", null, key);
            assertThat(content.statusCode()).isEqualTo(200);
            assertThat(content.body()).contains("ftyp");
        }
    }

    private static HttpResponse<String> estimate(
            Installation installation, String endpoint, String body) {
        return installation.adminAnswer(
                "POST",
                "/admin/v1/estimate",
                "{\"endpoint\":\"/v1/" + endpoint + "\",\"body\":" + body + "}",
                Map.of());
    }

    /// What the call will probably cost.
    private static String foretold(Installation installation, String endpoint, String body)
            throws Exception {
        HttpResponse<String> answer = estimate(installation, endpoint, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("expected_usd").asString();
    }

    @Test
    void whoReviewsGetsNoneAndARevokedOneStaysClosed() throws Exception {
        try (Installation installation = Installation.start()) {
            HttpResponse<String> teamless = mint(installation, token(installation, "o", "owner"));
            assertThat(teamless.statusCode()).isEqualTo(400);
            assertThat(teamless.body()).contains("make one first");
            installation.admin("POST", "/admin/v1/teams", "{\"name\":\"research\"}");
            for (String role : new String[] {"finance", "auditor", "security", "support"}) {
                assertThat(mint(installation, token(installation, role, role)).statusCode())
                        .as(role)
                        .isEqualTo(403);
            }
            assertThat(installation.adminAnswer("POST", PATH, "{}", Map.of()).statusCode())
                    .as("the installation's key belongs to nobody")
                    .isEqualTo(403);

            String developer = token(installation, "dana", "developer");
            JsonNode minted = JSON.readTree(mint(installation, developer).body());
            String id = minted.path("id").asString();
            installation.admin("POST", "/admin/v1/keys/" + id + "/revoke", "{}");
            HttpResponse<String> closed = mint(installation, developer);
            assertThat(closed.statusCode()).isEqualTo(403);
            assertThat(closed.body()).contains("playground user:dana");
        }
    }
}
