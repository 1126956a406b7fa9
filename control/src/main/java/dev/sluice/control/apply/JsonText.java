package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads the same file written in JSON.
final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String text;
    private final Problems problems;
    private final TreeBuilder builder;

    JsonText(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
        this.builder = new TreeBuilder(problems);
    }

    SourceTree read() {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return builder.finish(Json.object().nullNode());
            }
            SourceTree tree = builder.finish(node(parser, "", 0));
            if (parser.nextToken() != null) {
                throw problems.last(at(parser), null, "The file must be one object.");
            }
            return tree;
        } catch (JacksonException e) {
            throw problems.last(
                    position(e.getLocation()),
                    null,
                    "This is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private JsonNode node(JsonParser parser, String path, int depth) {
        Position at = at(parser);
        builder.requireDepth(depth, at);
        builder.count(1, at);
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path, depth);
            case START_ARRAY -> array(parser, path, depth);
            case VALUE_STRING -> make.stringNode(parser.getString());
            case VALUE_TRUE, VALUE_FALSE -> make.booleanNode(parser.getBooleanValue());
            case VALUE_NUMBER_INT -> builder.number(parser.getString(), true, at, path);
            case VALUE_NUMBER_FLOAT -> builder.number(parser.getString(), false, at, path);
            default -> make.nullNode();
        };
    }

    private ObjectNode object(JsonParser parser, String path, int depth) {
        ObjectNode object = Json.object();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Position at = at(parser);
            String name = parser.currentName();
            String field = TreeBuilder.field(path, name);
            builder.note(field, at);
            parser.nextToken();
            builder.put(object, path, name, at, node(parser, field, depth + 1));
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, String path, int depth) {
        ArrayNode array = Json.array();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String item = TreeBuilder.item(path, array.size());
            builder.note(item, at(parser));
            array.add(node(parser, item, depth + 1));
        }
        return array;
    }

    private static Position at(JsonParser parser) {
        return position(parser.currentTokenLocation());
    }

    private static Position position(TokenStreamLocation location) {
        return location.getLineNr() < 1
                ? Position.START
                : new Position(location.getLineNr(), Math.max(1, location.getColumnNr()));
    }
}
