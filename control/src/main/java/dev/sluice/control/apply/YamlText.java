package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads YAML 1.2 (core schema: `yes` and `on` are words) from the parser's events, so that depth,
/// aliases and duplicate keys are bounded and every value has its place.
final class YamlText {

    private static final String STANDARD_TAG = "tag:yaml.org,2002:";

    private record Anchored(JsonNode node, int size) {}

    private final String text;
    private final Problems problems;
    private final TreeBuilder builder;
    private final ScalarResolver resolver = new CoreScalarResolver(false);
    private final Map<Anchor, Optional<Anchored>> anchors = new HashMap<>();

    YamlText(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
        this.builder = new TreeBuilder(problems);
    }

    SourceTree read() {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(SourceTree.MAX_BYTES).build();
        try {
            return document(new Parse(settings).parseString(text).iterator());
        } catch (MarkedYamlEngineException e) {
            throw problems.last(
                    e.getProblemMark().map(YamlText::position).orElse(Position.START),
                    null,
                    "This is not valid YAML: " + e.getProblem() + ".");
        } catch (YamlEngineException e) {
            throw problems.last(Position.START, null, "This is not valid YAML.");
        }
    }

    private SourceTree document(Iterator<Event> events) {
        JsonNode root = Json.object().nullNode();
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (++documents > 1) {
                        throw problems.last(at(event), null, "The file must be one document.");
                    }
                }
                case Scalar, SequenceStart, MappingStart, Alias ->
                        root = node(events, event, "", 0);
                case StreamStart, StreamEnd, DocumentEnd, SequenceEnd, MappingEnd, Comment -> {}
            }
        }
        return builder.finish(root);
    }

    private JsonNode node(Iterator<Event> events, Event event, String path, int depth) {
        Position at = at(event);
        builder.requireDepth(depth, at);
        if (event instanceof AliasEvent alias) {
            Optional<Anchored> anchored = anchors.getOrDefault(alias.getAlias(), Optional.empty());
            if (anchored.isEmpty()) {
                throw problems.last(
                        at, path, "'*" + alias.getAlias() + "' names no anchor before it.");
            }
            builder.count(anchored.get().size, at);
            return anchored.get().node.deepCopy();
        }
        builder.count(1, at);
        Optional<Anchor> anchor =
                event instanceof NodeEvent named ? named.getAnchor() : Optional.empty();
        anchor.ifPresent(name -> anchors.put(name, Optional.empty()));
        JsonNode node =
                switch (event.getEventId()) {
                    case SequenceStart -> sequence(events, path, depth);
                    case MappingStart -> mapping(events, path, depth);
                    default -> scalar((ScalarEvent) event, at, path);
                };
        anchor.ifPresent(name -> anchors.put(name, Optional.of(new Anchored(node, size(node)))));
        return node;
    }

    private ArrayNode sequence(Iterator<Event> events, String path, int depth) {
        ArrayNode array = Json.array();
        Event event = events.next();
        while (event.getEventId() != Event.ID.SequenceEnd) {
            String item = TreeBuilder.item(path, array.size());
            builder.note(item, at(event));
            array.add(node(events, event, item, depth + 1));
            event = events.next();
        }
        return array;
    }

    private ObjectNode mapping(Iterator<Event> events, String path, int depth) {
        ObjectNode object = Json.object();
        Event event = events.next();
        while (event.getEventId() != Event.ID.MappingEnd) {
            Position at = at(event);
            if (!(event instanceof ScalarEvent key)) {
                throw problems.last(at, path, "The name of a field must be a plain word.");
            }
            String name = key.getValue();
            if (name.equals("<<") && key.isPlain()) {
                problems.add(at, path, "Merge keys (<<) are not supported.");
            }
            String field = TreeBuilder.field(path, name);
            builder.note(field, at);
            JsonNode value = node(events, events.next(), field, depth + 1);
            if (!name.equals("<<")) {
                builder.put(object, path, name, at, value);
            }
            event = events.next();
        }
        return object;
    }

    private JsonNode scalar(ScalarEvent event, Position at, String path) {
        String value = event.getValue();
        String tag = event.getTag().filter(given -> !given.equals("!")).orElse("");
        if (tag.isEmpty()) {
            boolean plain = event.isPlain() && event.getTag().isEmpty();
            Tag guessed = plain ? resolver.resolve(value, true) : Tag.STR;
            // ${NAME} is expanded by Variables
            tag = (guessed.equals(Tag.ENV_TAG) ? Tag.STR : guessed).getValue();
        }
        return switch (tag) {
            case STANDARD_TAG + "str" -> JsonNodeFactory.instance.stringNode(value);
            case STANDARD_TAG + "null" -> JsonNodeFactory.instance.nullNode();
            case STANDARD_TAG + "bool" ->
                    JsonNodeFactory.instance.booleanNode(value.equalsIgnoreCase("true"));
            case STANDARD_TAG + "int" -> builder.number(value, true, at, path);
            case STANDARD_TAG + "float" -> builder.number(value, false, at, path);
            default -> {
                problems.add(at, path, "The tag '" + tag + "' is not supported.");
                yield JsonNodeFactory.instance.nullNode();
            }
        };
    }

    private static int size(JsonNode node) {
        int size = 1;
        for (JsonNode child : node) {
            size += size(child);
        }
        return size;
    }

    private static Position at(Event event) {
        return event.getStartMark().map(YamlText::position).orElse(Position.START);
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
