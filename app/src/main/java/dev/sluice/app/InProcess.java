package dev.sluice.app;

import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The management API called from within the process, with the installation's credential: what is
/// set up at the start goes the same way as what an operator sets up later.
final class InProcess {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Router router;
    private final Secret adminKey;
    private final @Nullable String organization;

    InProcess(Router router, Secret adminKey) {
        this(router, adminKey, null);
    }

    private InProcess(Router router, Secret adminKey, @Nullable String organization) {
        this.router = router;
        this.adminKey = adminKey;
        this.organization = organization;
    }

    /// The same, on behalf of one organization.
    InProcess in(String organizationName) {
        return new InProcess(router, adminKey, organizationName);
    }

    /// The objects of a list, its first page.
    List<JsonNode> list(String path) {
        return call("GET", path, "application/json", "").path("data").valueStream().toList();
    }

    Optional<JsonNode> find(String path, String name) {
        return list(path).stream()
                .filter(item -> item.path("name").asString("").equals(name))
                .findFirst();
    }

    /// What the objects of a list are known by: names, and labels of keys.
    Set<String> names(String path) {
        return list(path).stream()
                .map(item -> item.path("name").asString(item.path("label").asString("")))
                .collect(Collectors.toSet());
    }

    JsonNode post(String path, String json) {
        return call("POST", path, "application/json", json);
    }

    JsonNode postText(String path, String contentType, String text) {
        return call("POST", path, contentType, text);
    }

    JsonNode patch(String path, String json) {
        return call("PATCH", path, "application/json", json);
    }

    private JsonNode call(String method, String path, String contentType, String body) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("authorization", List.of("Bearer " + adminKey.reveal()));
        headers.put("content-type", List.of(contentType));
        if (organization != null) {
            headers.put("x-sluice-organization", List.of(organization));
        }
        ManagementResponse answer =
                router.handle(
                        new ManagementRequest(
                                method,
                                path,
                                Map.of(),
                                headers,
                                body.getBytes(StandardCharsets.UTF_8),
                                "127.0.0.1"));
        if (answer.status() >= 300) {
            throw new IllegalStateException(
                    JSON.readTree(answer.body()).path("error").path("message").asString(""));
        }
        return answer.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }
}
