package dev.sluice.app;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON Schema of `sluice.yaml`, for editors: made of what the management API says its objects
/// take, so that the two cannot differ.
final class ConfigSchema {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Lists of the file, each of what `POST /admin/v1/<list>` takes.
    private static final List<String> LISTS =
            List.of("teams", "users", "services", "plans", "upstreams", "models", "keys", "quotas");

    private ConfigSchema() {}

    static ObjectNode of(JsonNode openApi) {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "sluice.yaml").put("type", "object");
        ArrayNode required = schema.putArray("required");
        required.add("version").add("organization");
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("version").put("const", 1).put("description", "of the file's grammar");
        properties.set("organization", body(openApi, "organizations"));
        for (String list : LISTS) {
            ObjectNode array = properties.putObject(list).put("type", "array");
            array.set("items", body(openApi, list));
        }
        ObjectNode policy = properties.putObject("policy").put("type", "object");
        policy.putObject("properties").putObject("posture").putArray("enum").add("open");
        ObjectNode definitions = schema.putObject("$defs");
        for (Map.Entry<String, JsonNode> one : openApi.at("/components/schemas").properties()) {
            definitions.set(one.getKey(), here(one.getValue()));
        }
        return schema;
    }

    private static JsonNode body(JsonNode openApi, String list) {
        return here(
                openApi.path("paths")
                        .path("/admin/v1/" + list)
                        .at("/post/requestBody/content/application~1json/schema"));
    }

    /// References lead into this document.
    private static JsonNode here(JsonNode node) {
        return JSON.readTree(
                JSON.writeValueAsString(node).replace("#/components/schemas/", "#/$defs/"));
    }
}
