package dev.sluice.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Who takes part in the demonstration: its objects, in the order in which they are made, and the
/// traffic of its keys. `demo/organization.json` is the one source.
public record Cast(List<Thing> things, List<Traffic> traffic) {

    /// An object of the management API.
    ///
    /// @param to the collection it is posted to
    /// @param name what it is known by there
    /// @param is the body
    public record Thing(String to, String name, String is) {}

    /// What one key does with one model.
    ///
    /// @param callsPerDay on an ordinary working day
    /// @param untilDaysAgo nothing after that; 0 for traffic that goes on
    /// @param hours of the day in which it happens, or null for office hours
    public record Traffic(
            String key,
            String model,
            String family,
            int callsPerDay,
            Span input,
            Span output,
            Span pictures,
            int cachedPercent,
            int reasoningPercent,
            int streamPercent,
            List<String> workflows,
            List<String> productAreas,
            List<String> customers,
            int untilDaysAgo,
            @Nullable Span hours) {}

    /// From `least` to `most`, both included.
    public record Span(int least, int most) {}

    private static final String RESOURCE = "/demo/organization.json";

    /// The one that is shipped.
    public static Cast shipped() {
        try (InputStream bytes = Cast.class.getResourceAsStream(RESOURCE)) {
            if (bytes == null) {
                throw new IllegalStateException("the jar has no " + RESOURCE);
            }
            return of(JsonMapper.shared().readTree(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Cast of(JsonNode root) {
        return new Cast(
                root.path("objects").valueStream().map(Cast::thing).toList(),
                root.path("traffic").valueStream().map(Cast::traffic).toList());
    }

    private static Thing thing(JsonNode node) {
        JsonNode is = node.path("is");
        return new Thing(
                node.path("to").asString(),
                is.path("name").asString(is.path("label").asString("")),
                is.toString());
    }

    private static Traffic traffic(JsonNode node) {
        return new Traffic(
                node.path("key").asString(),
                node.path("model").asString(),
                node.path("family").asString(),
                node.path("calls_per_day").asInt(),
                span(node.path("input")),
                span(node.path("output")),
                span(node.path("pictures")),
                node.path("cached_percent").asInt(0),
                node.path("reasoning_percent").asInt(0),
                node.path("stream_percent").asInt(0),
                texts(node.path("workflows")),
                texts(node.path("product_areas")),
                texts(node.path("customers")),
                node.path("until_days_ago").asInt(0),
                node.has("hours") ? span(node.path("hours")) : null);
    }

    private static Span span(JsonNode node) {
        return new Span(node.path(0).asInt(0), node.path(1).asInt(0));
    }

    private static List<String> texts(JsonNode node) {
        return node.valueStream().map(JsonNode::asString).toList();
    }
}
