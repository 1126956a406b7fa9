package dev.sluice.control.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What the OpenAPI document says of a route.
///
/// @param tag the group it is listed under
/// @param request the body it takes
/// @param requestTypes media types of the body besides JSON
/// @param status of success
/// @param response the body it answers
/// @param responseTypes media types of the answer besides JSON
/// @param failures statuses it can answer besides those that every route of its kind can
/// @param repeatable whether the same again gets the first answer, with 200
public record RouteDoc(
        String tag,
        String summary,
        List<Parameter> query,
        Optional<Shape> request,
        List<String> requestTypes,
        int status,
        Optional<Shape> response,
        List<String> responseTypes,
        List<Integer> failures,
        boolean repeatable) {

    /// A parameter of the query.
    ///
    /// @param schema JSON Schema of its value
    public record Parameter(String name, String description, ObjectNode schema) {}

    public static RouteDoc of(String tag, String summary) {
        return new RouteDoc(
                tag,
                summary,
                List.of(),
                Optional.empty(),
                List.of(),
                200,
                Optional.empty(),
                List.of(),
                List.of(),
                false);
    }

    public RouteDoc query(String name, String description) {
        return query(name, description, Json.object().put("type", "string"));
    }

    /// `true` or `false`.
    public RouteDoc queryFlag(String name, String description) {
        return query(name, description, Json.object().put("type", "boolean"));
    }

    public RouteDoc queryWhole(String name, String description) {
        return query(name, description, Json.object().put("type", "integer"));
    }

    /// One of a few words.
    public RouteDoc queryWord(String name, String description, String... words) {
        ObjectNode schema = Json.object().put("type", "string");
        schema.set("enum", Json.array(List.of(words)));
        return query(name, description, schema);
    }

    private RouteDoc query(String name, String description, ObjectNode schema) {
        return new RouteDoc(
                tag,
                summary,
                plus(query, new Parameter(name, description, schema)),
                request,
                requestTypes,
                status,
                response,
                responseTypes,
                failures,
                repeatable);
    }

    /// `limit` and `cursor`.
    public RouteDoc paged() {
        ObjectNode limit = Json.object().put("type", "integer");
        limit.put("minimum", 1).put("maximum", PageRequest.MAX_LIMIT);
        return query("limit", "how many; default 50", limit)
                .query("cursor", "`next_cursor` of the page before");
    }

    /// `limit` and `cursor`, and the list envelope around the shape.
    public RouteDoc listOf(Shape item) {
        return paged().answers(200, Shape.listOf(item));
    }

    public RouteDoc takes(Shape body) {
        return takes(Optional.of(body), requestTypes);
    }

    /// A body of another type than JSON.
    public RouteDoc takesType(String mediaType) {
        return takes(request, plus(requestTypes, mediaType));
    }

    private RouteDoc takes(Optional<Shape> body, List<String> types) {
        return new RouteDoc(
                tag,
                summary,
                query,
                body,
                types,
                status,
                response,
                responseTypes,
                failures,
                repeatable);
    }

    public RouteDoc answers(int newStatus, Shape body) {
        return answers(newStatus, Optional.of(body), responseTypes);
    }

    /// An answer of another type than JSON.
    public RouteDoc answersType(String mediaType) {
        return answers(status, response, plus(responseTypes, mediaType));
    }

    public RouteDoc answersNothing() {
        return answers(204, Optional.empty(), List.of());
    }

    private RouteDoc answers(int newStatus, Optional<Shape> body, List<String> types) {
        return new RouteDoc(
                tag,
                summary,
                query,
                request,
                requestTypes,
                newStatus,
                body,
                types,
                failures,
                repeatable);
    }

    public RouteDoc fails(int failure) {
        return new RouteDoc(
                tag,
                summary,
                query,
                request,
                requestTypes,
                status,
                response,
                responseTypes,
                plus(failures, failure),
                repeatable);
    }

    public RouteDoc repeatably() {
        return new RouteDoc(
                tag,
                summary,
                query,
                request,
                requestTypes,
                status,
                response,
                responseTypes,
                failures,
                true);
    }

    private static <T> List<T> plus(List<T> list, T item) {
        List<T> more = new ArrayList<>(list);
        more.add(item);
        return List.copyOf(more);
    }
}
