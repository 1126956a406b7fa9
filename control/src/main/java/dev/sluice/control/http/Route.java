package dev.sluice.control.http;

import dev.sluice.control.access.Access;
import java.util.List;
import java.util.Locale;

/// One path and method of the management plane.
///
/// @param pattern `/admin/v1/keys/{id}/rotate`; a part in braces takes one segment
/// @param access who may call it
public record Route(String method, String pattern, Access access, RouteDoc doc, Handler handler) {

    List<String> segments() {
        return List.of(pattern.substring(1).split("/", -1));
    }

    /// The name of a route in the OpenAPI document and in `GET /admin/v1/me`.
    public static String operationId(String method, String pattern) {
        return method.toLowerCase(Locale.ROOT) + pattern.replaceAll("[^A-Za-z0-9]+", "_");
    }

    /// Whether the path takes the id of one object.
    public boolean namesAnObject() {
        return pattern.contains("{");
    }
}
