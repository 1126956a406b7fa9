package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A JSON value in one line for a person: `team support, environment staging` for an object,
/// `main/gpt-5@1*80` for a target, as commands take it.
final class Words {

    static final String ABSENT = "-";

    private static final Set<String> TARGET = Set.of("upstream", "model", "priority", "weight");

    /// A line stays a line, and nothing a caller stored steers the terminal: the control characters
    /// of both sets, what separates lines and paragraphs, and what turns the direction of writing.
    private static final Pattern STEERING =
            Pattern.compile("[\\p{gc=Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+");

    private Words() {}

    static String of(@Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return ABSENT;
        }
        if (value.isArray()) {
            return list(value);
        }
        if (value.isObject()) {
            return isTarget(value)
                    ? target(value)
                    : isWindow(value) ? window(value) : fields(value);
        }
        String text = value.asString();
        return text.isEmpty() ? ABSENT : STEERING.matcher(text).replaceAll(" ");
    }

    private static String list(JsonNode value) {
        if (value.isEmpty()) {
            return ABSENT;
        }
        boolean plain = value.valueStream().noneMatch(JsonNode::isContainer);
        return String.join(plain ? "," : "; ", value.valueStream().map(Words::of).toList());
    }

    private static String fields(JsonNode value) {
        List<String> parts = new ArrayList<>();
        for (var field : value.properties()) {
            String words = of(field.getValue());
            if (!words.equals(ABSENT)) {
                boolean inner = field.getValue().isObject();
                parts.add(field.getKey() + " " + (inner ? "(" + words + ")" : words));
            }
        }
        return parts.isEmpty() ? ABSENT : String.join(", ", parts);
    }

    private static boolean isWindow(JsonNode value) {
        return value.path("calendar").isString() || value.path("lifetime").asBoolean(false);
    }

    /// As `--window` takes it, and whose days those are.
    private static String window(JsonNode value) {
        String span = value.path("calendar").isString() ? of(value.get("calendar")) : "lifetime";
        String zone = of(value.get("time_zone"));
        return zone.equals(ABSENT) ? span : span + " in " + zone;
    }

    private static boolean isTarget(JsonNode value) {
        return value.path("upstream").isString()
                && value.path("model").isString()
                && TARGET.containsAll(value.propertyNames());
    }

    private static String target(JsonNode value) {
        String words = of(value.get("upstream")) + "/" + of(value.get("model"));
        String priority = of(value.get("priority"));
        String weight = of(value.get("weight"));
        return words
                + (priority.equals(ABSENT) ? "" : "@" + priority)
                + (weight.equals(ABSENT) ? "" : "*" + weight);
    }
}
