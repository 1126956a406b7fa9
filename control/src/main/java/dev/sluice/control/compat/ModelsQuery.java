package dev.sluice.control.compat;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.domain.Fault;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which models a client of OpenRouter's list asks for. Filters on what is not known here (such as
/// benchmarks or data policies) are refused: a list that ignored them would be a wrong answer.
record ModelsQuery(Set<String> reads, Set<String> makes, Set<String> heeds, String part) {

    private static final String INPUT = "input_modalities";
    private static final String OUTPUT = "output_modalities";
    private static final String PARAMETERS = "supported_parameters";
    private static final String PART = "q";

    private static final Set<String> FILTERS =
            new TreeSet<>(Set.of(INPUT, OUTPUT, PARAMETERS, PART));

    static ModelsQuery of(ManagementRequest request) {
        for (String name : request.query().keySet()) {
            if (!FILTERS.contains(name)) {
                throw Fault.invalid(
                                "'%s' is no filter here; there are %s."
                                        .formatted(name, String.join(", ", FILTERS)),
                                name)
                        .asException();
            }
        }
        return new ModelsQuery(
                words(request, INPUT),
                words(request, OUTPUT),
                words(request, PARAMETERS),
                request.query(PART).orElse("").toLowerCase(Locale.ROOT));
    }

    private static Set<String> words(ManagementRequest request, String name) {
        return request.query().getOrDefault(name, List.of()).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The answer: all that fits, on one page.
    ObjectNode page(List<ObjectNode> models) {
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        models.stream().filter(this::fits).forEach(data::add);
        answer.put("total_count", data.size());
        answer.putObject("links").putNull("next");
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
