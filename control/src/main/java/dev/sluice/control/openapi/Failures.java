package dev.sluice.control.openapi;

import dev.sluice.control.access.Access;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.Route;
import dev.sluice.domain.FaultCode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// How a route can fail: one response of the document for each status, with the codes it carries.
final class Failures {

    private Failures() {}

    /// `#/components/responses`: every status of [FaultCode].
    static ObjectNode components() {
        ObjectNode responses = Json.object();
        for (int status : statuses()) {
            ObjectNode response = responses.putObject(name(status));
            response.put("description", codes(status));
            response.putObject("content")
                    .putObject(ManagementResponse.JSON)
                    .putObject("schema")
                    .put("$ref", "#/components/schemas/Error");
        }
        return responses;
    }

    /// The envelope of every error.
    static ObjectNode schema() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putArray("required").add("error");
        ObjectNode error = schema.putObject("properties").putObject("error").put("type", "object");
        error.set("required", Json.array(List.of("message", "type", "code")));
        ObjectNode fields = error.putObject("properties");
        fields.putObject("message").put("type", "string");
        fields.putObject("type").put("type", "string");
        fields.putObject("code")
                .put("type", "string")
                .set(
                        "enum",
                        Json.array(
                                Arrays.stream(FaultCode.values())
                                        .map(FaultCode::wireName)
                                        .toList()));
        fields.putObject("param").putArray("type").add("string").add("null");
        fields.putObject("sluice")
                .put("type", "object")
                .put("description", "`request_id`, and what applies of rule, limit, owner, …");
        return schema;
    }

    /// What a route of the management plane can answer instead of success.
    static Set<Integer> of(Route route) {
        Set<Integer> statuses = new TreeSet<>(route.doc().failures());
        statuses.addAll(List.of(400, 413, 500, 503));
        if (!route.method().equals("GET")) {
            statuses.add(403);
        }
        if (route.access().reach() != Access.Reach.PUBLIC) {
            statuses.addAll(List.of(401, 403, 404));
        }
        if (!route.method().equals("GET")) {
            statuses.addAll(List.of(401, 404, 409));
        }
        if (route.method().equals("PATCH") || route.method().equals("DELETE")) {
            statuses.add(412);
        }
        return statuses;
    }

    /// What a call to a model can answer instead of success: everything a fault can be.
    static Set<Integer> ofModelCall() {
        Set<Integer> statuses = new TreeSet<>(statuses());
        statuses.removeAll(List.of(FaultCode.CLIENT_CLOSED.httpStatus(), 412));
        return statuses;
    }

    static void add(ObjectNode responses, Set<Integer> statuses) {
        for (int status : statuses) {
            responses
                    .putObject(Integer.toString(status))
                    .put("$ref", "#/components/responses/" + name(status));
        }
    }

    private static Set<Integer> statuses() {
        return Arrays.stream(FaultCode.values())
                .map(FaultCode::httpStatus)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String codes(int status) {
        return Arrays.stream(FaultCode.values())
                .filter(code -> code.httpStatus() == status)
                .map(FaultCode::wireName)
                .collect(Collectors.joining("`, `", "`", "`"));
    }

    private static String name(int status) {
        return "Error" + status;
    }
}
