package dev.sluice.protocol.media;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request that came as JSON.
final class JsonForm implements Form {

    private final byte[] body;
    private final JsonNode root;
    private final @Nullable Span model;

    private JsonForm(byte[] body, @Nullable Span model) {
        this.body = body;
        this.model = model;
        this.root = Trees.read(body);
    }

    static JsonForm read(byte[] body) {
        return StrictJson.withDefaults()
                .read(
                        body,
                        p -> {
                            Span model = null;
                            for (String name = p.nextName(); name != null; name = p.nextName()) {
                                p.nextToken();
                                if (name.equals("model")) {
                                    Fields.model(p);
                                    model = Fields.span(p);
                                } else {
                                    p.skipChildren();
                                }
                            }
                            return new JsonForm(body, model);
                        });
    }

    /// A member as it is; null where it is absent.
    @Nullable JsonNode node(String name) {
        return Trees.present(root, name);
    }

    @Override
    public @Nullable String text(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw Fields.wrong(name, "a string");
        }
        return value.stringValue();
    }

    @Override
    public OptionalLong whole(String name, long min, long max) {
        JsonNode value = node(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw Fields.wrong(name, "an integer from " + min + " to " + max);
        }
        return OptionalLong.of(value.longValue());
    }

    @Override
    public boolean flag(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw Fields.wrong(name, "a boolean");
        }
        return value.booleanValue();
    }

    @Override
    public List<Part> files(String name) {
        return List.of();
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(root.propertyNames());
    }

    @Override
    public int count(String name) {
        JsonNode value = node(name);
        if (value == null) {
            return 0;
        }
        return value.isArray() ? value.size() : 1;
    }

    @Override
    public byte[] withModel(String newModel) {
        Span at = model;
        return at == null
                ? body
                : new PointEdits(body).replace(at, PointEdits.quote(newModel)).apply();
    }

    @Override
    public String contentType() {
        return "application/json";
    }
}
