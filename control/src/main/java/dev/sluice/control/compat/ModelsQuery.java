package dev.sluice.control.compat;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.domain.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which models a client of OpenRouter's list asks for. Filters on what is not known here (such as
/// benchmarks or data policies) are refused: a list that ignored them would be a wrong answer.
///
/// @param limit of one page
/// @param parts of the query that the next page keeps, as `name=value`
record ModelsQuery(
        Set<String> reads,
        Set<String> makes,
        Set<String> heeds,
        String part,
        long limit,
        long offset,
        List<String> parts) {

    private static final String INPUT = "input_modalities";
    private static final String OUTPUT = "output_modalities";
    private static final String PARAMETERS = "supported_parameters";
    private static final String PART = "q";
    private static final String LIMIT = "limit";
    private static final String OFFSET = "offset";

    private static final Set<String> FILTERS = Set.of(INPUT, OUTPUT, PARAMETERS, PART, LIMIT);

    static ModelsQuery of(ManagementRequest request) {
        List<String> parts = new ArrayList<>();
        request.query()
                .forEach((name, values) -> {
                    boolean kept = FILTERS.contains(name);
                    if (!kept && !name.equals(OFFSET)) {
                        throw Fault.invalid(
                                        "'%s' is no filter here; there are %s, %s, %s, %s, %s, %s."
                                                .formatted(
                                                        name,
                                                        INPUT,
                                                        OUTPUT,
                                                        PARAMETERS,
                                                        PART,
                                                        LIMIT,
                                                        OFFSET),
                                        name)
                                .asException();
                    }
                    if (kept) {
                        values.forEach(value ->
                                parts.add(
                                        name
                                                + "="
                                                + URLEncoder.encode(
                                                        value, StandardCharsets.UTF_8)));
                    }
                });
        return new ModelsQuery(
                words(request, INPUT),
                words(request, OUTPUT),
                words(request, PARAMETERS),
                request.query(PART).orElse("").toLowerCase(Locale.ROOT),
                whole(request, LIMIT, 1, Integer.MAX_VALUE),
                whole(request, OFFSET, 0, 0),
                List.copyOf(parts));
    }

    private static Set<String> words(ManagementRequest request, String name) {
        return request.query().getOrDefault(name, List.of()).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static long whole(ManagementRequest request, String name, long least, long usual) {
        String text = request.query(name).orElse("");
        if (text.isEmpty()) {
            return usual;
        }
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < least) {
            throw Fault.invalid(
                            "'%s' must be a whole number from %d on.".formatted(name, least), name)
                    .asException();
        }
        return Long.parseLong(text);
    }

    /// The answer: what fits, as far as this page goes.
    ObjectNode page(List<ObjectNode> models) {
        List<ObjectNode> fitting = models.stream().filter(this::fits).toList();
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        fitting.stream().skip(offset).limit(limit).forEach(data::add);
        answer.put("total_count", fitting.size());
        long next = offset + limit;
        List<String> query = new ArrayList<>(parts);
        query.add(OFFSET + "=" + next);
        answer.putObject("links")
                .put(
                        "next",
                        next < fitting.size() ? "/api/v1/models?" + String.join("&", query) : null);
        return answer;
    }

    private boolean fits(ObjectNode model) {
        Set<String> made = texts(model.at("/architecture/output_modalities"));
        return texts(model.at("/architecture/input_modalities")).containsAll(reads)
                && texts(model.path(PARAMETERS)).containsAll(heeds)
                && (makes.isEmpty()
                        || makes.contains("all")
                        || made.stream().anyMatch(makes::contains))
                && model.path("id").asString().toLowerCase(Locale.ROOT).contains(part);
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).collect(Collectors.toUnmodifiableSet());
    }
}
