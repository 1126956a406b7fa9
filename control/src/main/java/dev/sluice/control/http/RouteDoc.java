package dev.sluice.control.http;

import java.util.List;
import java.util.Optional;

/// What the OpenAPI document says of a route.
///
/// @param tag the group it is listed under
/// @param status of success
/// @param request the body it takes
/// @param response the body it answers
public record RouteDoc(
        String tag,
        String summary,
        List<Parameter> query,
        Optional<Shape> request,
        int status,
        Optional<Shape> response) {

    /// A parameter of the query.
    public record Parameter(String name, String description) {}

    public static RouteDoc of(String tag, String summary) {
        return new RouteDoc(tag, summary, List.of(), Optional.empty(), 200, Optional.empty());
    }

    public RouteDoc query(String name, String description) {
        List<Parameter> more = new java.util.ArrayList<>(query);
        more.add(new Parameter(name, description));
        return new RouteDoc(tag, summary, List.copyOf(more), request, status, response);
    }

    /// `limit` and `cursor`, and the list envelope around the shape.
    public RouteDoc listOf(Shape item) {
        return query("limit", "how many, 1 to 500; default 50")
                .query("cursor", "`next_cursor` of the page before")
                .answers(200, Shape.listOf(item));
    }

    public RouteDoc takes(Shape body) {
        return new RouteDoc(tag, summary, query, Optional.of(body), status, response);
    }

    public RouteDoc answers(int newStatus, Shape body) {
        return new RouteDoc(tag, summary, query, request, newStatus, Optional.of(body));
    }

    public RouteDoc answersNothing() {
        return new RouteDoc(tag, summary, query, request, 204, Optional.empty());
    }
}
