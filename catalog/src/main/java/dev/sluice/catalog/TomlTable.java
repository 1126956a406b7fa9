package dev.sluice.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// One table of a TOML text, read strictly: what is not asked for is an error, and every error says
/// where in the text it is.
final class TomlTable {

    private final String file;
    private final String text;
    private final String[] path;
    private final JsonNode node;

    private TomlTable(String file, String text, String[] path, JsonNode node) {
        this.file = file;
        this.text = text;
        this.path = path;
        this.node = node;
    }

    /// The whole text; throws [ProviderFormatException] when it is no TOML.
    static TomlTable read(String file, String text) {
        try {
            return new TomlTable(file, text, new String[0], new TomlMapper().readTree(text));
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new ProviderFormatException(
                    file,
                    at == null ? 1 : Math.max(1, at.getLineNr()),
                    at == null ? 1 : Math.max(1, at.getColumnNr()),
                    e.getOriginalMessage());
        }
    }

    /// An error at a key of this table.
    ProviderFormatException wrong(String key, String problem) {
        String[] whole = Arrays.copyOf(path, path.length + 1);
        whole[path.length] = key;
        TomlPlaces.Place place = TomlPlaces.of(text).of(whole);
        return new ProviderFormatException(
                file, place.line(), place.column(), String.join(".", whole) + " " + problem);
    }

    /// Refuses what is not in the set.
    TomlTable only(Set<String> known) {
        for (String key : keys()) {
            if (!known.contains(key)) {
                throw wrong(
                        key,
                        "is not a known field; there are "
                                + String.join(", ", known.stream().sorted().toList())
                                + ".");
            }
        }
        return this;
    }

    List<String> keys() {
        return List.copyOf(node.propertyNames());
    }

    /// A table in this one; an empty one when it is not there.
    TomlTable table(String key) {
        JsonNode value = node.path(key);
        if (!value.isMissingNode() && !value.isObject()) {
            throw wrong(key, "must be a table.");
        }
        String[] whole = Arrays.copyOf(path, path.length + 1);
        whole[path.length] = key;
        return new TomlTable(file, text, whole, value);
    }

    boolean isTable(String key) {
        return node.path(key).isObject();
    }

    String text(String key) {
        return optionalText(key).orElseThrow(() -> wrong(key, "is missing."));
    }

    Optional<String> optionalText(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw wrong(key, "must be a text that is not empty.");
        }
        return Optional.of(value.stringValue());
    }

    List<String> texts(String key) {
        JsonNode value = node.path(key);
        if (!value.isMissingNode() && !value.isArray()) {
            throw wrong(key, "must be a list of texts.");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value) {
            if (!item.isString()) {
                throw wrong(key, "must be a list of texts.");
            }
            texts.add(item.stringValue());
        }
        return texts;
    }

    /// All keys of this table with their texts.
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        keys().forEach(key -> texts.put(key, text(key)));
        return texts;
    }
}
