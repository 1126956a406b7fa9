package dev.sluice.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// The providers Sluice knows, one TOML file each under `catalog/providers`.
public final class Providers {

    private static final String FOLDER = "/catalog/providers/";
    private static final Set<String> FIELDS =
            Set.of(
                    "display_name",
                    "aliases",
                    "dialects",
                    "auth_header",
                    "auth_scheme",
                    "default_headers",
                    "base_url",
                    "output_limit_field",
                    "price_providers");

    private final Map<String, ProviderEntry> byName = new LinkedHashMap<>();
    private final List<ProviderEntry> entries;

    private Providers(List<ProviderEntry> entries) {
        this.entries = List.copyOf(entries);
        for (ProviderEntry entry : entries) {
            claim(entry.id(), entry);
            entry.aliases().forEach(alias -> claim(alias, entry));
        }
    }

    private void claim(String name, ProviderEntry entry) {
        if (byName.put(name, entry) != null) {
            throw new PriceFormatException(entry.id(), "the name " + name + " is taken");
        }
    }

    /// The entries that came with this build; read once.
    public static Providers shipped() {
        return Shipped.PROVIDERS;
    }

    private static final class Shipped {
        static final Providers PROVIDERS = load();
    }

    /// By id or alias.
    public Optional<ProviderEntry> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Collection<ProviderEntry> all() {
        return entries;
    }

    /// One entry; throws [PriceFormatException] naming the field.
    static ProviderEntry parse(String id, String toml) {
        JsonNode node;
        try {
            node = new TomlMapper().readTree(toml);
        } catch (JacksonException e) {
            throw new PriceFormatException(id, e.getOriginalMessage());
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new PriceFormatException(id + "." + field.getKey(), "is not a known field");
            }
        }
        return new ProviderEntry(
                id,
                required(node, id, "display_name"),
                texts(node, id, "aliases"),
                texts(node, id, "dialects"),
                required(node, id, "auth_header"),
                text(node, id, "auth_scheme"),
                texts(node, id, "default_headers"),
                text(node, id, "base_url"),
                text(node, id, "output_limit_field").orElse("max_tokens"),
                texts(node, id, "price_providers"));
    }

    private static Providers load() {
        List<ProviderEntry> entries = new ArrayList<>();
        for (String id : (Iterable<String>) resource("index.txt").lines()::iterator) {
            entries.add(parse(id, resource(id + ".toml")));
        }
        return new Providers(entries);
    }

    private static String resource(String name) {
        try (InputStream in = Providers.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String required(JsonNode node, String id, String key) {
        return text(node, id, key)
                .orElseThrow(() -> new PriceFormatException(id + "." + key, "is missing"));
    }

    private static Optional<String> text(JsonNode node, String id, String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new PriceFormatException(id + "." + key, "must be a string");
        }
        return Optional.of(value.stringValue());
    }

    private static List<String> texts(JsonNode node, String id, String key) {
        JsonNode value = node.path(key);
        List<String> texts = new ArrayList<>();
        if (!value.isMissingNode() && !value.isArray()) {
            throw new PriceFormatException(id + "." + key, "must be a list of strings");
        }
        for (JsonNode item : value) {
            if (!item.isString()) {
                throw new PriceFormatException(id + "." + key, "must be a list of strings");
            }
            texts.add(item.stringValue());
        }
        return texts;
    }
}
