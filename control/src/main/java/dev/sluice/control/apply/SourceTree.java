package dev.sluice.control.apply;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// A configuration file, read: its tree, and where each path such as `quotas[2].window.calendar`
/// stands in the text.
record SourceTree(ObjectNode tree, Map<String, Position> positions) {

    /// No configuration is longer.
    static final int MAX_BYTES = 4 << 20;

    /// No configuration nests deeper.
    static final int MAX_DEPTH = 40;

    /// Bounds what aliases can blow up to.
    static final int MAX_NODES = 200_000;

    private static final Pattern JSON_START = Pattern.compile("\\s*\\{\\s*(\"|\\})");
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    /// Reads YAML or JSON, by the content type, else by the looks of it.
    static SourceTree read(byte[] body, String contentType, Problems problems) {
        if (body.length > MAX_BYTES) {
            throw dev.sluice.domain.Fault.of(
                            dev.sluice.domain.FaultCode.REQUEST_TOO_LARGE,
                            "A configuration file has at most " + MAX_BYTES + " bytes.")
                    .asException();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw problems.last(Position.START, null, "The file is not valid UTF-8.");
        }
        String stripped = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String type = contentType.toLowerCase(Locale.ROOT);
        boolean json =
                !type.contains("yaml")
                        && (type.contains("json") || JSON_START.matcher(stripped).lookingAt());
        return json
                ? new JsonText(stripped, problems).read()
                : new YamlText(stripped, problems).read();
    }

    /// Where a path stands, or else the nearest thing around it.
    Position at(String path) {
        String rest = path;
        while (!rest.isEmpty()) {
            Position position = positions.get(rest);
            if (position != null) {
                return position;
            }
            rest = rest.substring(0, Math.max(0, Math.max(dot(rest), rest.lastIndexOf('['))));
        }
        return Position.START;
    }

    private static int dot(String path) {
        return path.lastIndexOf('.');
    }

    /// What stands at a path; a missing node when nothing does.
    JsonNode value(String path) {
        JsonNode node = tree;
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            String name = step.group(1);
            node = name != null ? node.path(name) : node.path(Integer.parseInt(step.group(2)));
        }
        return path.isEmpty() ? MissingNode.getInstance() : node;
    }
}
