package dev.sluice.simulator.answer;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes a value that is valid against a JSON schema: the keywords that tool definitions and
/// structured outputs use, local references included. Fills what is required, leaves out the rest.
public final class SchemaSample {

    private static final int DEEPEST = 12;

    private final JsonNode root;
    private final Random random;
    private final Map<String, String> known;

    /// @param known values for string properties by name: a city the user spoke of
    public SchemaSample(JsonNode root, Seed seed, Map<String, String> known) {
        this.root = root;
        this.random = seed.random();
        this.known = known;
    }

    public JsonNode value() {
        return value(root, "", 0);
    }

    private JsonNode value(JsonNode given, String name, int depth) {
        JsonNode schema = resolved(given);
        if (schema.has("const")) {
            return schema.get("const");
        }
        JsonNode choices = schema.path("enum");
        if (choices.isArray() && !choices.isEmpty()) {
            return choices.get(random.nextInt(choices.size()));
        }
        for (String union : new String[] {"anyOf", "oneOf"}) {
            JsonNode options = schema.path(union);
            if (options.isArray() && !options.isEmpty()) {
                return value(cheapest(options, depth), name, depth + 1);
            }
        }
        if (schema.path("allOf").isArray()) {
            return value(merged(schema), name, depth + 1);
        }
        return ofType(typeOf(schema), schema, name, depth);
    }

    private JsonNode ofType(String type, JsonNode schema, String name, int depth) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (type) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> make.numberNode(number(schema, true).toBigInteger());
            case "number" -> make.numberNode(number(schema, false));
            case "boolean" -> make.booleanNode(random.nextBoolean());
            case "null" -> make.nullNode();
            default -> make.stringNode(string(schema, name));
        };
    }

    /// Follows local references; anything else is an empty schema, which every value satisfies.
    private JsonNode resolved(JsonNode schema) {
        JsonNode at = schema;
        for (int hops = 0; at.path("$ref").isString() && hops < DEEPEST; hops++) {
            String ref = at.get("$ref").stringValue();
            if (!ref.startsWith("#")) {
                return JsonNodeFactory.instance.objectNode();
            }
            at = ref.length() == 1 ? root : root.at(ref.substring(1));
        }
        return at;
    }

    /// Deep inside a recursive schema the option that ends it: null or a plain value.
    private JsonNode cheapest(JsonNode options, int depth) {
        if (depth > 2) {
            for (JsonNode option : options) {
                String type = typeOf(resolved(option));
                if (!type.equals("object") && !type.equals("array")) {
                    return option;
                }
            }
        }
        return options.get(0);
    }

    private ObjectNode merged(JsonNode schema) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ObjectNode properties = all.putObject("properties");
        ArrayNode required = all.putArray("required");
        for (JsonNode part : schema.path("allOf")) {
            absorb(resolved(part), all, properties, required);
        }
        absorb(schema, all, properties, required);
        all.remove("allOf");
        return all;
    }

    private static void absorb(
            JsonNode part, ObjectNode all, ObjectNode properties, ArrayNode required) {
        part.properties()
                .forEach(field -> {
                    if (field.getKey().equals("properties")) {
                        field.getValue()
                                .properties()
                                .forEach(p -> properties.set(p.getKey(), p.getValue()));
                    } else if (field.getKey().equals("required")) {
                        field.getValue().forEach(required::add);
                    } else {
                        all.set(field.getKey(), field.getValue());
                    }
                });
        if (properties.isEmpty()) {
            return;
        }
        all.set("properties", properties);
        all.set("required", required);
    }

    private static String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isString()) {
            return type.stringValue();
        }
        for (JsonNode option : type) {
            if (!option.asString("").equals("null")) {
                return option.asString("string");
            }
        }
        if (schema.has("properties") || schema.has("required")) {
            return "object";
        }
        return schema.has("items") || schema.has("prefixItems") ? "array" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        Set<String> names = new LinkedHashSet<>();
        schema.path("required").forEach(name -> names.add(name.asString("")));
        if (names.isEmpty() && depth == 0) {
            schema.path("properties").properties().forEach(entry -> names.add(entry.getKey()));
        }
        for (String name : names) {
            JsonNode of = schema.path("properties").path(name);
            object.set(name, depth > DEEPEST ? shallow(of) : value(of, name, depth + 1));
        }
        int least = schema.path("minProperties").asInt(0);
        for (int extra = object.size(); extra < least; extra++) {
            JsonNode of = schema.path("additionalProperties");
            object.set("extra" + extra, of.isObject() ? value(of, "", depth + 1) : shallow(of));
        }
        return object;
    }

    private static JsonNode shallow(JsonNode schema) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (typeOf(schema)) {
            case "object" -> make.objectNode();
            case "array" -> make.arrayNode();
            case "integer", "number" -> make.numberNode(1);
            case "boolean" -> make.booleanNode(true);
            default -> make.stringNode("x");
        };
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (JsonNode fixed : schema.path("prefixItems")) {
            array.add(value(fixed, name, depth + 1));
        }
        int least = schema.path("minItems").asInt(0);
        int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
        int wanted = depth > 2 ? least : Math.min(most, Math.max(least, 1));
        boolean unique = schema.path("uniqueItems").asBoolean(false);
        Set<JsonNode> seen = new LinkedHashSet<>();
        for (int tries = 0; array.size() < wanted && tries < 50 * wanted; tries++) {
            JsonNode item = value(schema.path("items"), name, depth + 1);
            if (!unique || seen.add(item)) {
                array.add(item);
            }
        }
        return array;
    }

    private BigDecimal number(JsonNode schema, boolean whole) {
        BigDecimal step = schema.path("multipleOf").asDecimal(BigDecimal.ONE);
        BigDecimal low = bound(schema, "minimum", "exclusiveMinimum", step);
        BigDecimal high = bound(schema, "maximum", "exclusiveMaximum", step.negate());
        BigDecimal wish = BigDecimal.valueOf(1 + random.nextInt(40));
        if (low != null && wish.compareTo(low) < 0) {
            wish = low.add(step);
        }
        if (high != null && wish.compareTo(high) > 0) {
            wish = low == null ? high : low;
        }
        BigDecimal steps = wish.divideToIntegralValue(step);
        BigDecimal value = steps.multiply(step);
        if (low != null && value.compareTo(low) < 0) {
            value = value.add(step);
        }
        return whole ? value.setScale(0, java.math.RoundingMode.CEILING) : value;
    }

    private static @org.jspecify.annotations.Nullable BigDecimal bound(
            JsonNode schema, String inclusive, String exclusive, BigDecimal inward) {
        if (schema.path(exclusive).isNumber()) {
            BigDecimal bound = schema.get(exclusive).asDecimal();
            // Half a step inside suffices for fractions, a whole one for integers.
            return bound.add(inward);
        }
        return schema.path(inclusive).isNumber() ? schema.get(inclusive).asDecimal() : null;
    }

    private String string(JsonNode schema, String name) {
        String format = schema.path("format").asString("");
        if (!format.isEmpty()) {
            return formatted(format);
        }
        if (schema.path("pattern").isString()) {
            return PatternSample.of(schema.get("pattern").stringValue(), random);
        }
        String value = known.getOrDefault(name, name.isEmpty() ? "answer" : name + " value");
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        if (value.length() < least) {
            value = value + "x".repeat(least - value.length());
        }
        return value.length() > most ? value.substring(0, most) : value;
    }

    private String formatted(String format) {
        int day = 10 + random.nextInt(18);
        return switch (format) {
            case "date-time" -> "2026-01-" + day + "T12:00:00Z";
            case "date" -> "2026-01-" + day;
            case "time" -> "12:00:00Z";
            case "duration" -> "PT" + day + "M";
            case "email" -> "user" + day + "@example.org";
            case "hostname" -> "host" + day + ".example.org";
            case "ipv4" -> "192.0.2." + day;
            case "ipv6" -> "2001:db8::" + day;
            case "uuid" -> "00000000-0000-4000-8000-0000000000" + day;
            case "uri", "url" -> "https://example.org/" + day;
            default -> "value";
        };
    }
}
