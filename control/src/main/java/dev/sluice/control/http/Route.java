package dev.sluice.control.http;

import dev.sluice.control.access.Access;
import java.util.List;

/// One path and method of the management plane.
///
/// @param pattern `/admin/v1/keys/{id}/rotate`; a part in braces takes one segment
/// @param access who may call it
public record Route(String method, String pattern, Access access, RouteDoc doc, Handler handler) {

    List<String> segments() {
        return List.of(pattern.substring(1).split("/", -1));
    }

    /// Whether the path takes the id of one object.
    public boolean namesAnObject() {
        return pattern.contains("{");
    }
}
