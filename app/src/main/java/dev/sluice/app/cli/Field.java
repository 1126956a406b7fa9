package dev.sluice.app.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A parameter or option of a command, and where its value goes.
///
/// @param option `--like-this`
/// @param label what stands for the value in the help
/// @param target the field of the body (`a.b` for one inside another) or the name in the query
/// @param required whether the call makes no sense without it
record Field(
        String option, String label, String words, Kind kind, String target, boolean required) {

    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

    /// How the text of a value becomes JSON.
    enum Kind {
        TEXT,
        /// Several, separated by commas or given several times.
        WORDS,
        WHOLE,
        /// A decimal number, sent as the string that was typed.
        DECIMAL,
        /// An option alone means true.
        FLAG,
        JSON,
        /// `name=value`, several; a value with a dot or digits stays a string.
        PAIRS,
        /// `minute hour day week month lifetime none`.
        WINDOW,
        /// `upstream/model[@priority[*weight]]`, several.
        TARGETS
    }

    static Field text(String option, String label, String words) {
        return of(option, label, words, Kind.TEXT);
    }

    static Field words(String option, String label, String words) {
        return of(option, label, words, Kind.WORDS);
    }

    static Field decimal(String option, String words) {
        return of(option, "AMOUNT", words, Kind.DECIMAL);
    }

    static Field whole(String option, String words) {
        return of(option, "N", words, Kind.WHOLE);
    }

    static Field flag(String option, String words) {
        return of(option, "BOOL", words, Kind.FLAG);
    }

    static Field of(String option, String label, String words, Kind kind) {
        String target = option.substring(2).replace('-', '_');
        return new Field(option, label, words, kind, target, false);
    }

    Field to(String newTarget) {
        return new Field(option, label, words, kind, newTarget, required);
    }

    /// The call makes no sense without it.
    Field must() {
        return new Field(option, label, words, kind, target, true);
    }

    Field optional() {
        return new Field(option, label, words, kind, target, false);
    }

    /// Whether the option takes more than one value.
    boolean several() {
        return switch (kind) {
            case WORDS, PAIRS, TARGETS -> true;
            case TEXT, WHOLE, DECIMAL, FLAG, JSON, WINDOW -> false;
        };
    }

    /// What stands in the body. A single empty value clears the field.
    JsonNode json(List<String> values) {
        if (values.size() == 1 && values.getFirst().isEmpty()) {
            return several() ? MAKE.arrayNode() : MAKE.nullNode();
        }
        String first = values.getFirst();
        return switch (kind) {
            case TEXT -> MAKE.stringNode(first);
            case WORDS -> array(values, MAKE::stringNode);
            case WHOLE -> MAKE.numberNode(whole(first));
            case DECIMAL -> MAKE.stringNode(checked(first));
            case FLAG -> MAKE.booleanNode(bool(first));
            case JSON -> parsed(first);
            case PAIRS -> pairs(values);
            case WINDOW -> window(first);
            case TARGETS -> array(values, this::routeTarget);
        };
    }

    private static ArrayNode array(
            List<String> values, java.util.function.Function<String, JsonNode> each) {
        ArrayNode array = MAKE.arrayNode();
        values.forEach(value -> array.add(each.apply(value)));
        return array;
    }

    private CliException wrong(String expected, String value) {
        return CliException.usage("%s must be %s: %s".formatted(option, expected, value));
    }

    private long whole(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException _) {
            throw wrong("a whole number", value);
        }
    }

    /// The digits as they were typed: only whether they are digits is looked at.
    private String checked(String value) {
        if (!value.matches("[+-]?[0-9]+(\\.[0-9]+)?")) {
            throw wrong("a decimal number such as 12.50", value);
        }
        return new BigDecimal(value).signum() < 0 ? value : value.replaceFirst("^\\+", "");
    }

    private boolean bool(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("true or false", value);
        };
    }

    private JsonNode parsed(String value) {
        JsonNode node = Json.parseOrNull(value);
        if (node == null) {
            throw wrong("JSON", value);
        }
        return node;
    }

    private ObjectNode pairs(List<String> values) {
        ObjectNode object = MAKE.objectNode();
        for (String pair : values) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw wrong("NAME=VALUE", pair);
            }
            object.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return object;
    }

    private JsonNode window(String value) {
        ObjectNode window = MAKE.objectNode();
        return switch (value) {
            case "none" -> MAKE.nullNode();
            case "lifetime" -> window.put("lifetime", true);
            case "minute", "hour", "day", "week", "month" -> window.put("calendar", value);
            default -> throw wrong("minute, hour, day, week, month, lifetime or none", value);
        };
    }

    private JsonNode routeTarget(String value) {
        int slash = value.indexOf('/');
        if (slash < 1 || slash == value.length() - 1) {
            throw wrong("UPSTREAM/MODEL[@PRIORITY[*WEIGHT]]", value);
        }
        ObjectNode node = MAKE.objectNode().put("upstream", value.substring(0, slash));
        String rest = value.substring(slash + 1);
        // a model's own name may hold an @
        var suffix = java.util.regex.Pattern.compile("(.+)@([0-9]+)(?:\\*([0-9]+))?").matcher(rest);
        if (!suffix.matches()) {
            return node.put("model", rest);
        }
        node.put("model", suffix.group(1)).put("priority", whole(suffix.group(2)));
        return suffix.group(3) == null ? node : node.put("weight", whole(suffix.group(3)));
    }

    /// As it stands in a query.
    String queryText(List<String> values) {
        UnaryOperator<String> check =
                value -> {
                    JsonNode node = json(List.of(value));
                    return node.isNull() ? "" : value;
                };
        return String.join(",", values.stream().map(several() ? v -> v : check).toList());
    }
}
