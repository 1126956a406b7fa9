package dev.sluice.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The rows of one provider, kept as the lines they were read from and parsed one by one when asked
/// for: a book has thousands of rows, a server uses dozens.
final class PriceSection {

    /// The writer puts the model first in each line, so that a row is found without parsing others.
    private static final String MODEL_FIRST = "{\"model\":\"";

    private final PriceRowJson.Header header;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, PriceRow> parsed = new ConcurrentHashMap<>();

    private record Line(String text, int number) {}

    PriceSection(PriceRowJson.Header header) {
        this.header = header;
    }

    String provider() {
        return header.provider();
    }

    PriceRowJson.Header header() {
        return header;
    }

    Collection<String> models() {
        return lines.keySet();
    }

    void add(String line, int number) {
        String model = modelOf(line, number);
        if (lines.putIfAbsent(model, new Line(line, number)) != null) {
            throw new PriceFormatException(
                    path(model, number), "occurs twice for provider " + provider());
        }
    }

    Optional<PriceRow> find(String model) {
        @Nullable Line line = lines.get(model);
        if (line == null) {
            return Optional.empty();
        }
        return Optional.of(parsed.computeIfAbsent(model, name -> parse(name, line)));
    }

    /// Every row in turn; keeps none, so that a walk over a whole book takes the memory of a row.
    Stream<PriceRow> walk() {
        return lines.entrySet().stream()
                .map(entry -> {
                    @Nullable PriceRow kept = parsed.get(entry.getKey());
                    return kept != null ? kept : parse(entry.getKey(), entry.getValue());
                });
    }

    private PriceRow parse(String model, Line line) {
        String path = path(model, line.number);
        return PriceRowJson.row(PriceRowJson.tree(line.text, path), header, path);
    }

    private static String modelOf(String line, int number) {
        if (line.startsWith(MODEL_FIRST)) {
            int end = line.indexOf('"', MODEL_FIRST.length());
            String model = line.substring(MODEL_FIRST.length(), Math.max(end, 10));
            if (end > MODEL_FIRST.length() && model.indexOf('\\') < 0) {
                return model;
            }
        }
        JsonNode model = PriceRowJson.tree(line, "line " + number).path("model");
        if (!model.isString() || model.stringValue().isBlank()) {
            throw new PriceFormatException("line " + number + ".model", "must be a string");
        }
        return model.stringValue();
    }

    private String path(String model, int number) {
        return "line " + number + " (" + provider() + "/" + model + ")";
    }
}
