package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.DataPlane;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The document describes what this very server serves, the data plane's routes included.
class OpenApiRoutesTest {

    @Test
    void theDataPlanesRoutesAreThoseOfTheDocument() throws Exception {
        try (Installation installation = Installation.start()) {
            JsonNode document = installation.admin("GET", "/openapi.json", null);
            Set<String> documented = new TreeSet<>();
            for (var path : document.path("paths").properties()) {
                boolean models =
                        path.getValue().path("post").path("tags").toString().contains("\"models\"");
                if (models && path.getKey().startsWith("/v1")) {
                    documented.add(path.getKey());
                    String id = path.getKey();
                    JsonNode operation = path.getValue().path("post");
                    assertThat(operation.at("/requestBody/content").isEmpty()).as(id).isFalse();
                    assertThat(operation.at("/responses/200/content").isEmpty()).as(id).isFalse();
                    assertThat(operation.path("responses").has("429")).as(id).isTrue();
                }
            }
            Set<String> served = new TreeSet<>(DataPlane.paths());
            served.add("/v1/messages/count_tokens");
            served.add("/v1/responses/input_tokens");
            served.addAll(DataPlane.secretPaths());
            assertThat(documented)
                    .as("add new endpoints to control/openapi/DataPlaneRoutes")
                    .isEqualTo(served);
            for (String path :
                    Set.of(
                            "/livez",
                            "/readyz",
                            "/v1/models",
                            "/v1/files",
                            "/v1/batches",
                            "/openapi.json")) {
                assertThat(document.path("paths").path(path).has("get")).as(path).isTrue();
            }
        }
    }
}
