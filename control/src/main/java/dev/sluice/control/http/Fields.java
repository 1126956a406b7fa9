package dev.sluice.control.http;

import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One JSON object being read strictly: every read names a field, wrong types and missing fields
/// are a 400 with the field's path, and [#done] refuses what nobody asked for. A null counts as
/// absent.
///
/// Paths look like `quotas[2].window.calendar`; the file's reader turns them into line and column.
public final class Fields {

    private static final int MAX_TEXT = 2_000;
    private static final int MAX_NAME = 128;
    private static final int MAX_ITEMS = 10_000;

    private final JsonNode node;
    private final String path;
    private final Consumer<Fault> surplus;
    private final Set<String> read = new TreeSet<>();
    private final Set<String> later = new HashSet<>();

    private Fields(JsonNode node, String path, Consumer<Fault> surplus) {
        this.node = node;
        this.path = path;
        this.surplus = surplus;
    }

    /// The fields of an object; anything else is a 400.
    ///
    /// @param path of the object itself; empty for the body
    public static Fields of(JsonNode node, String path) {
        return collecting(
                node,
                path,
                fault -> {
                    throw fault.asException();
                });
    }

    /// The same, but fields that are too many are handed over instead of ending the reading, so
    /// that all of them can be reported at once. What was read must then be thrown away.
    public static Fields collecting(JsonNode node, String path, Consumer<Fault> surplus) {
        if (!node.isObject()) {
            String what = path.isEmpty() ? "The body" : "'" + path + "'";
            throw Fault.invalid(what + " must be an object.", path.isEmpty() ? null : path)
                    .asException();
        }
        return new Fields(node, path, surplus);
    }

    public static Fields ofBody(ManagementRequest request) {
        return of(Json.read(request.body()), "");
    }

    /// The body, or no fields at all when there is none.
    public static Fields ofOptionalBody(ManagementRequest request) {
        byte[] body = request.body();
        return of(body.length == 0 ? Json.object() : Json.read(body), "");
    }

    public String path() {
        return path;
    }

    /// The path of a field of this object.
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    public JsonNode tree() {
        return node;
    }

    /// Marks a field as known and returns it; absent and null are empty.
    public Optional<JsonNode> get(String name) {
        read.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public boolean has(String name) {
        return get(name).isPresent();
    }

    public FaultException wrong(String name, String problem) {
        return Fault.invalid("'" + path(name) + "' " + problem, path(name)).asException();
    }

    private FaultException missing(String name, String expected) {
        return wrong(name, "is required: " + expected + ".");
    }

    /// A field of the wider grammar that this version refuses rather than ignores.
    public void notYet(String name) {
        later.add(name);
        if (has(name)) {
            surplus.accept(wrong(name, "is not supported yet.").fault());
        }
    }

    public String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name, "a text"));
    }

    public @Nullable String textOrNull(String name) {
        return optionalText(name).orElse(null);
    }

    public Optional<String> optionalText(String name) {
        return get(name).map(value -> text(name, value, MAX_TEXT));
    }

    /// A name people and URLs use: one line, at most 128 characters, no blanks at the ends.
    public String name(String name) {
        return optionalName(name).orElseThrow(() -> missing(name, "a name"));
    }

    public Optional<String> optionalName(String name) {
        return get(name).map(value -> text(name, value, MAX_NAME));
    }

    public @Nullable String nameOrNull(String name) {
        return optionalName(name).orElse(null);
    }

    private String text(String name, JsonNode value, int most) {
        if (!value.isString()) {
            throw wrong(name, "must be a string.");
        }
        String text = value.stringValue();
        if (text.isBlank() || text.length() > most) {
            throw wrong(name, "must have 1 to " + most + " characters.");
        }
        if (!text.equals(text.strip()) || text.chars().anyMatch(Character::isISOControl)) {
            throw wrong(name, "must be one line without blanks at its ends.");
        }
        return text;
    }

    /// One of the given words.
    public Optional<String> word(String name, Set<String> allowed) {
        Optional<String> word = optionalText(name);
        word.filter(text -> !allowed.contains(text))
                .ifPresent(text -> {
                    throw wrong(
                            name, "must be one of " + sorted(allowed) + ", not '" + text + "'.");
                });
        return word;
    }

    /// Words of a list, each of the allowed ones.
    public Set<String> words(String name, Set<String> allowed) {
        List<String> words = texts(name);
        for (int i = 0; i < words.size(); i++) {
            if (!allowed.contains(words.get(i))) {
                throw wrong(
                        name + "[" + i + "]",
                        "must be one of " + sorted(allowed) + ", not '" + words.get(i) + "'.");
            }
        }
        return new LinkedHashSet<>(words);
    }

    private static String sorted(Set<String> allowed) {
        return String.join(", ", allowed.stream().sorted().toList());
    }

    public boolean flag(String name, boolean absent) {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrong(name, "must be true or false.");
        }
        return value.map(JsonNode::booleanValue).orElse(absent);
    }

    /// A whole number between the two, both included.
    public Optional<Long> whole(String name, long least, long most) {
        return get(name)
                .map(value -> {
                    if (!value.isIntegralNumber()
                            || !value.canConvertToLong()
                            || value.longValue() < least
                            || value.longValue() > most) {
                        throw wrong(
                                name, "must be a whole number from " + least + " to " + most + ".");
                    }
                    return value.longValue();
                });
    }

    /// A decimal from a string, or from a number by its exact text.
    public Optional<BigDecimal> decimal(String name) {
        return get(name)
                .map(value -> {
                    try {
                        if (value.isString()) {
                            return Decimals.parse(value.stringValue());
                        }
                        if (value.isNumber()) {
                            return Decimals.parse(value.decimalValue().toPlainString());
                        }
                    } catch (NumberFormatException e) {
                        throw wrong(name, "must be a decimal with at most 12 decimals.");
                    }
                    throw wrong(name, "must be a decimal string such as \"0.25\".");
                });
    }

    /// A decimal that is not negative.
    public Optional<BigDecimal> amount(String name) {
        Optional<BigDecimal> amount = decimal(name);
        if (amount.isPresent() && amount.get().signum() < 0) {
            throw wrong(name, "must not be negative.");
        }
        return amount;
    }

    public BigDecimal requiredAmount(String name) {
        return amount(name).orElseThrow(() -> missing(name, "a decimal string such as \"0.25\""));
    }

    /// An RFC 3339 time with an offset.
    public @Nullable Instant timeOrNull(String name) {
        String text = textOrNull(name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw wrong(name, "must be an RFC 3339 time such as 2026-11-21T08:00:00Z.");
        }
    }

    public List<String> texts(String name) {
        Optional<JsonNode> value = get(name);
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list(name, value)) {
            texts.add(text(name + "[" + texts.size() + "]", item, MAX_TEXT));
        }
        return List.copyOf(texts);
    }

    public Optional<Fields> object(String name) {
        return get(name).map(value -> collecting(value, path(name), surplus));
    }

    public List<Fields> objects(String name) {
        Optional<JsonNode> value = get(name);
        List<Fields> objects = new ArrayList<>();
        for (JsonNode item : list(name, value)) {
            objects.add(collecting(item, path(name) + "[" + objects.size() + "]", surplus));
        }
        return objects;
    }

    public List<JsonNode> items(String name) {
        Optional<JsonNode> value = get(name);
        List<JsonNode> items = new ArrayList<>();
        list(name, value).forEach(items::add);
        return items;
    }

    private Iterable<JsonNode> list(String name, Optional<JsonNode> value) {
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray()) {
            throw wrong(name, "must be a list.");
        }
        if (value.get().size() > MAX_ITEMS) {
            throw wrong(name, "has more than " + MAX_ITEMS + " items.");
        }
        return value.get();
    }

    /// Refuses fields that were never asked for.
    public void done() {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!read.contains(entry.getKey())) {
                surplus.accept(
                        wrong(entry.getKey(), "is not a known field; there are " + known() + ".")
                                .fault());
            }
        }
    }

    /// What may stand here; what this version refuses is not offered.
    private String known() {
        return String.join(", ", read.stream().filter(name -> !later.contains(name)).toList());
    }
}
