package dev.sluice.control.apply;

import dev.sluice.control.http.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the readers of both formats share: bounds, duplicate keys, numbers, positions.
final class TreeBuilder {

    private static final int MAX_DIGITS = 400;

    private final Problems problems;
    private final Map<String, Position> positions = new HashMap<>();
    private int nodes;

    TreeBuilder(Problems problems) {
        this.problems = problems;
    }

    static String field(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    void note(String path, Position at) {
        positions.putIfAbsent(path, at);
    }

    /// Counts nodes, those that aliases repeat included.
    void count(int more, Position at) {
        nodes += more;
        if (nodes > SourceTree.MAX_NODES) {
            throw problems.last(at, null, "The file holds too many values.");
        }
    }

    void requireDepth(int depth, Position at) {
        if (depth > SourceTree.MAX_DEPTH) {
            throw problems.last(at, null, "The file nests too deeply.");
        }
    }

    /// Puts a field unless it is there already, which is a problem.
    void put(ObjectNode object, String path, String name, Position at, JsonNode value) {
        if (object.has(name)) {
            problems.add(at, field(path, name), "'" + field(path, name) + "' is there twice.");
        } else {
            object.set(name, value);
        }
    }

    /// A number by its exact text.
    JsonNode number(String text, boolean whole, Position at, String path) {
        try {
            if (text.length() <= MAX_DIGITS) {
                if (whole) {
                    return JsonNodeFactory.instance.numberNode(integer(text));
                }
                BigDecimal number = new BigDecimal(text);
                if (Math.abs(number.scale()) <= MAX_DIGITS) {
                    return JsonNodeFactory.instance.numberNode(number);
                }
            }
        } catch (NumberFormatException _) {
            // told below: not a finite number
        }
        problems.add(at, path, "'" + path + "' is a number out of range.");
        return Json.object().nullNode();
    }

    private static BigInteger integer(String text) {
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        }
        return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    }

    SourceTree finish(JsonNode root) {
        if (!(root instanceof ObjectNode tree)) {
            throw problems.last(
                    Position.START, null, "The file must be an object that starts: version: 1.");
        }
        return new SourceTree(tree, positions);
    }
}
