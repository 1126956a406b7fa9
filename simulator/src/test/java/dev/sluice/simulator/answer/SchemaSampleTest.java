package dev.sluice.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaSampleTest {

    private static JsonNode sample(String schema) {
        JsonNode root = JsonMapper.shared().readTree(schema);
        return new SchemaSample(root, Seed.of(schema), Map.of("city", "Rome")).value();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"integer\",\"minimum\":7,\"maximum\":7}|7",
                "{\"type\":\"integer\",\"exclusiveMinimum\":7,\"maximum\":8}|8",
                "{\"type\":\"integer\",\"minimum\":-5,\"maximum\":-5}|-5",
                "{\"type\":\"integer\",\"minimum\":10,\"multipleOf\":25,\"maximum\":30}|25",
                "{\"const\":{\"a\":1}}|{\"a\":1}",
                "{\"enum\":[\"x\"]}|\"x\"",
                "{\"type\":[\"null\",\"boolean\"],\"enum\":[true]}|true",
                "{\"type\":\"null\"}|null",
                "{\"type\":\"string\",\"maxLength\":2}|\"an\"",
                "{\"type\":\"array\",\"items\":{\"const\":1},\"minItems\":2}|[1,1]",
                "{\"type\":\"array\",\"maxItems\":0}|[]",
                "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"const\":\"b\"}],\"maxItems\":2}|[1,\"b\"]",
                "{\"required\":[\"city\"],\"properties\":{\"city\":{\"type\":\"string\"}}}|{\"city\":\"Rome\"}",
                "{\"allOf\":[{\"properties\":{\"a\":{\"const\":1}},\"required\":[\"a\"]},{\"properties\":{\"b\":{\"const\":2}},\"required\":[\"b\"]}]}|{\"a\":1,\"b\":2}",
                "{\"oneOf\":[{\"const\":3},{\"const\":4}]}|3"
            })
    void theValueIsTheOnlyOneThatFits(String schema, String value) {
        assertThat(sample(schema).toString()).isEqualTo(value);
    }

    @Test
    void recursionEnds() {
        JsonNode tree =
                sample(
                        """
                        {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{
                        "name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}},
                        "next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},
                        "required":["name","children","next"]}}}\
                        """);
        assertThat(tree.get("name").isString()).isTrue();
        assertThat(tree.toString()).hasSizeLessThan(2_000);
        JsonNode forever =
                sample("{\"properties\":{\"me\":{\"$ref\":\"#\"}},\"required\":[\"me\"]}");
        assertThat(forever.toString()).hasSizeLessThan(500);
        assertThat(sample("{\"$ref\":\"#/$defs/none\"}").isString()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^\\d{3}-\\d{4}$",
                "^[A-Z]{2}[0-9]+$",
                "(foo|bar)x?",
                "^a.c$",
                "[^0-9]",
                "^(?:ab){2}$",
                "^\\w+@\\w+\\.com$",
                "v\\d+(\\.\\d+)*"
            })
    void patternsAreMatched(String pattern) {
        String made = PatternSample.of(pattern, new Random(1));
        assertThat(made).containsPattern(pattern).isNotEqualTo("value");
    }

    @Test
    void tokensAreWholeCodePointsOfAtMostFourBytes() {
        String text = "The naïve 水 🌊 ends";
        assertThat(String.join("", Tokens.split(text))).isEqualTo(text);
        assertThat(Tokens.split(text)).hasSize((int) Tokens.count(text));
        assertThat(Tokens.split(text)).allMatch(token -> Tokens.utf8Length(token) <= 4);
        assertThat(Tokens.count("abcdefghi")).isEqualTo(3);
        assertThat(Tokens.head("abcdefghi", 2)).isEqualTo("abcdefgh");
        assertThat(Tokens.head("abc", 0)).isEmpty();
        assertThat(Tokens.count(Prose.ofTokens(Seed.of("x"), 10_000))).isEqualTo(10_000);
    }

    @Test
    void imagesCostByTheirTiles() {
        assertThat(Media.ofPixels(512, 512)).isEqualTo(85 + 170);
        assertThat(Media.ofPixels(1024, 1024)).isEqualTo(85 + 4 * 170);
        assertThat(Media.ofPixels(2048, 4096)).isEqualTo(1105);
        assertThat(Media.ofPixels(100_000, 100)).isEqualTo(85 + 4 * 170);
        assertThat(Media.imageTokens("https://example.org/x.png", "high")).isEqualTo(1105);
        assertThat(Media.imageTokens("https://example.org/x.png", "low")).isEqualTo(85);
    }
}
