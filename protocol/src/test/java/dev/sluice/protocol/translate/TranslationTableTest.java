package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The reference of what each pair of dialects carries is what the code does with each field of
/// `fields/CLIENT.json`. Run with `-Dgolden.write=true` to write it anew.
final class TranslationTableTest {

    private static final Path FIELDS = Path.of("src/test/resources/translate/fields");
    private static final Path PAGE = Path.of("../docs/reference/translation.md");
    private static final String MARK = "<!-- generated from here on -->\n";

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        StringBuilder tables = new StringBuilder();
        for (Wire from : Wire.all()) {
            for (Wire to : Wire.all()) {
                if (from != to) {
                    table(from, to, tables);
                }
            }
        }
        String page = Files.readString(PAGE);
        String written = page.substring(0, page.indexOf(MARK) + MARK.length()) + tables;
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    private static void table(Wire from, Wire to, StringBuilder out) throws IOException {
        out.append(
                "\n## From a client that speaks %s to an upstream that speaks %s\n\n"
                        .formatted(from, to));
        out.append("| field | what becomes of it |\n|---|---|\n");
        JsonNode fields = Trees.read(Files.readAllBytes(FIELDS.resolve(from.id() + ".json")));
        JsonNode plain = fields.path("plain");
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (!field.getKey().equals("plain")) {
                out.append(
                        "| %s | %s |\n"
                                .formatted(
                                        field.getKey(),
                                        outcome(from, to, plain, field.getValue())));
            }
        }
    }

    private static String outcome(Wire from, Wire to, JsonNode plain, JsonNode members) {
        Translation translation;
        Map<String, JsonNode> more = new LinkedHashMap<>();
        members.properties().forEach(member -> more.put(member.getKey(), member.getValue()));
        try {
            translation = translated(from, to, plain, more);
        } catch (FaultException refused) {
            return "**refused**: 400";
        }
        JsonNode without = sent(translated(from, to, plain, Map.of()));
        Set<String> changed = changed(without, sent(translation));
        List<String> parts = new ArrayList<>();
        if (!changed.isEmpty()) {
            parts.add("in " + quoted(changed));
        }
        if (!translation.dropped().isEmpty()) {
            parts.add("dropped, reported as " + quoted(translation.dropped()));
        }
        return parts.isEmpty() ? "says nothing that is not said anyway" : String.join("; ", parts);
    }

    private static String quoted(Iterable<String> names) {
        List<String> quoted = new ArrayList<>();
        names.forEach(name -> quoted.add("`" + name + "`"));
        return String.join(", ", quoted);
    }

    private static Set<String> changed(JsonNode plain, JsonNode sent) {
        return sent.propertyNames().stream()
                .filter(name -> !sent.get(name).equals(plain.get(name)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Translation translated(
            Wire from, Wire to, JsonNode plain, Map<String, JsonNode> members) {
        ObjectNode request = Trees.object();
        plain.properties().forEach(member -> request.set(member.getKey(), member.getValue()));
        members.forEach(request::set);
        return TranslationGoldenTest.translated(from, to, Trees.bytes(request));
    }

    private static JsonNode sent(Translation translation) {
        return Trees.read(translation.upstreamBody("target", OptionalLong.empty(), "max_tokens"));
    }
}
