package dev.sluice.control.http;

import dev.sluice.domain.Fault;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a [Fault] in the OpenAI envelope: what the management plane and unknown paths speak.
public final class Faults {

    private Faults() {}

    public static ManagementResponse response(Fault fault, String requestId) {
        ObjectNode error = Json.object();
        error.put("message", fault.message());
        error.put("type", type(fault));
        error.put("code", fault.code().wireName());
        error.put("param", fault.param());
        ObjectNode details = error.putObject("sluice");
        details.put("request_id", requestId);
        fault.details().forEach((name, value) -> details.set(name, tree(value)));
        ObjectNode envelope = Json.object();
        envelope.set("error", error);
        ManagementResponse response = ManagementResponse.json(fault.status(), envelope);
        if (fault.retryAfter() != null) {
            long seconds = Math.max(1, fault.retryAfter().plusMillis(999).toSeconds());
            response = response.withHeader("retry-after", Long.toString(seconds));
        }
        if (fault.shouldRetry() != null) {
            response = response.withHeader("x-should-retry", fault.shouldRetry().toString());
        }
        return response;
    }

    private static String type(Fault fault) {
        return switch (fault.code()) {
            case INVALID_API_KEY -> "authentication_error";
            case INSUFFICIENT_BALANCE, QUOTA_EXCEEDED -> "insufficient_quota";
            case POLICY_DENIED, PERMISSION_DENIED -> "permission_error";
            case RATE_LIMIT_EXCEEDED -> "rate_limit_error";
            default -> fault.status() >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    private static JsonNode tree(@Nullable Object value) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (value) {
            case null -> make.nullNode();
            case Boolean flag -> make.booleanNode(flag);
            case Integer number -> make.numberNode(number);
            case Long number -> make.numberNode(number);
            case BigDecimal number -> make.stringNode(String.valueOf(Json.decimal(number)));
            case Collection<?> items -> {
                ArrayNode array = make.arrayNode();
                items.forEach(item -> array.add(tree(item)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = make.objectNode();
                map.forEach((name, item) -> object.set(String.valueOf(name), tree(item)));
                yield object;
            }
            default -> make.stringNode(value.toString());
        };
    }
}
