package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Over random documents: the edited document reads as the original with only the edited fields
/// changed, and every byte outside them is the original's.
final class PointEditPropertyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String[] SPACES = {"", " ", "\n", "\t ", "\r\n  "};

    @Test
    void onlyTheEditedFieldsDiffer() {
        Random random = new Random(2026);
        for (int round = 0; round < 3_000; round++) {
            List<String> members = members(random);
            Collections.shuffle(members, random);
            String document = object(members, random);
            byte[] original = document.getBytes(StandardCharsets.UTF_8);
            ChatRequest request = OpenAiChat.decode(original);
            OptionalLong limit =
                    random.nextBoolean()
                            ? OptionalLong.of(random.nextInt(1, 999))
                            : OptionalLong.empty();
            byte[] edited = request.upstreamBody("new/model \"ü\"", limit, "max_tokens");

            ObjectNode expected = (ObjectNode) JSON.readTree(original);
            expected.put("model", "new/model \"ü\"");
            limit.ifPresent(l -> expectLimit(expected, l));
            if (request.facts().stream()) {
                JsonNode options = expected.get("stream_options");
                ObjectNode with =
                        options instanceof ObjectNode object
                                ? object
                                : expected.putObject("stream_options");
                with.put("include_usage", true);
            }
            assertThat((Object) JSON.readTree(edited))
                    .as(document)
                    .isEqualTo(JSON.readTree(JSON.writeValueAsString(expected)));
            assertThat(withoutEdited(new String(edited, StandardCharsets.UTF_8)))
                    .isEqualTo(withoutEdited(document));
            ChatRequest again = OpenAiChat.decode(edited);
            assertThat(again.facts().model()).isEqualTo("new/model \"ü\"");
            assertThat(again.upstreamBody(again.facts().model(), OptionalLong.empty(), "x"))
                    .as("edits are done once")
                    .isEqualTo(edited);
        }
    }

    private static void expectLimit(ObjectNode expected, long limit) {
        boolean any = false;
        for (String field : List.of("max_tokens", "max_completion_tokens")) {
            if (expected.has(field)) {
                expected.put(field, limit);
                any = true;
            }
        }
        if (!any) {
            expected.put("max_tokens", limit);
        }
    }

    private static final Pattern EDITED =
            Pattern.compile(
                    "\"(?:model|max_tokens|max_completion_tokens)\"(\\s*):(\\s*)"
                            + "(?:\"(?:[^\"\\\\]|\\\\.)*\"|\\d+|null)"
                            + "|\"stream_options\"(\\s*):(\\s*)(?:null|\\{[^}]*\\})");

    /// The document with the edited members cut out, and with them the comma of inserted ones.
    private static String withoutEdited(String document) {
        Matcher matcher = EDITED.matcher(document);
        String cut = matcher.replaceAll("");
        return cut.replaceAll("[,\\s]", "");
    }

    private static List<String> members(Random random) {
        List<String> members = new ArrayList<>();
        members.add(
                member(
                        "model",
                        random.nextBoolean() ? "\"old\"" : "\"o\\u006cd \\\"x\\\"\"",
                        random));
        members.add(
                member(
                        "messages",
                        "[{\"role\":\"user\",\"content\":\"héllo \\ud83d\\ude00 😀\"}]",
                        random));
        members.add(member("temperature", "0.70000e+0", random));
        members.add(
                member(
                        "unknown",
                        "{ \"deep\" : [ 1 , { \"x\" : null } ] , \"big\":12345678901234567890 }",
                        random));
        if (random.nextBoolean()) {
            members.add(member("stream", random.nextBoolean() ? "true" : "false", random));
        }
        if (random.nextInt(3) == 0) {
            members.add(member("max_tokens", random.nextBoolean() ? "500" : "null", random));
        }
        if (random.nextInt(3) == 0) {
            members.add(member("max_completion_tokens", "700", random));
        }
        String[] options = {
            "null",
            "{}",
            "{ }",
            "{\"include_usage\":false}",
            "{ \"include_usage\" : true }",
            "{\"x\":1}",
            "{\"x\":[1],\"include_usage\": null}"
        };
        if (random.nextBoolean()) {
            members.add(member("stream_options", options[random.nextInt(options.length)], random));
        }
        return members;
    }

    private static String member(String name, String value, Random random) {
        return '"' + name + '"' + space(random) + ':' + space(random) + value;
    }

    private static String object(List<String> members, Random random) {
        StringBuilder json = new StringBuilder(space(random)).append('{').append(space(random));
        for (int i = 0; i < members.size(); i++) {
            json.append(i == 0 ? "" : space(random) + "," + space(random)).append(members.get(i));
        }
        return json.append(space(random)).append('}').append(space(random)).toString();
    }

    private static String space(Random random) {
        return SPACES[random.nextInt(SPACES.length)];
    }
}
