package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PriceJsonTest {

    private static Price parse(String json) {
        return PriceJson.parse(PriceRowJson.tree(json, "price"), "price");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        String json =
                "{\"input_per_mtok\":\"0.25\",\"cached_input_per_mtok\":\"0.025\","
                        + "\"tiers\":[{\"above_input_tokens\":200000,\"input_per_mtok\":\"0.5\"}],"
                        + "\"by\":[{\"service_tier\":\"priority\",\"input_per_mtok\":\"0.45\","
                        + "\"tiers\":[{\"above_input_tokens\":200000,\"input_per_mtok\":\"0.9\"}]},"
                        + "{\"quality\":\"high\",\"size\":\"1024x1536\",\"per_image\":\"0.25\"}]}";
        assertThat(PriceJson.write(parse(json))).hasToString(json);
        assertThat(parse(PriceJson.write(parse(json)).toString())).isEqualTo(parse(json));
    }

    @Test
    void decimalsAreEqualHoweverTheyAreWritten() {
        assertThat(parse("{\"per_image\":\"5.00\"}")).isEqualTo(parse("{\"per_image\":\"5\"}"));
        assertThat(parse("{\"per_image\":0.1}")).isEqualTo(parse("{\"per_image\":\"0.1\"}"));
        assertThat(parse("{\"per_image\":40}")).isEqualTo(parse("{\"per_image\":\"40\"}"));
    }

    @Test
    void aNumberThatWasBinaryFloatingPointIsRefused() {
        var tree = JsonMapper.builder().build().readTree("{\"per_image\":0.1}");
        assertThatThrownBy(() -> PriceJson.parse(tree, "price"))
                .isInstanceOf(PriceFormatException.class)
                .hasMessageContaining("price.per_image")
                .hasMessageContaining("floating point");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input_per_mtoken\":\"1\"} | price.input_per_mtoken",
                "{\"input_per_mtok\":\"1e-6\"} | price.input_per_mtok",
                "{\"input_per_mtok\":\"-1\"} | price.input_per_mtok",
                "{\"input_per_mtok\":null} | price.input_per_mtok",
                "{\"input_per_mtok\":\"0.1234567890123\"} | price.input_per_mtok",
                "{\"tiers\":{}} | price.tiers",
                "{\"tiers\":[{\"input_per_mtok\":\"1\"}]} | price.tiers[0].above_input_tokens",
                "{\"tiers\":[{\"above_input_tokens\":1.5}]} | price.tiers[0].above_input_tokens",
                "{\"tiers\":[{\"above_input_tokens\":1,\"x\":\"1\"}]} | price.tiers[0].x",
                "{\"by\":[{\"per_image\":\"1\"}]} | price.by[0]",
                "{\"by\":[{\"quality\":7,\"per_image\":\"1\"}]} | price.by[0].quality",
                "{\"by\":[{\"quality\":\"hd\",\"per_imag\":\"1\"}]} | price.by[0].per_imag",
                "{\"by\":[7]} | price.by[0]",
                "[] | price",
            })
    void errorsNameTheField(String json, String field) {
        assertThatThrownBy(() -> PriceJson.parse(array(json), "price"))
                .isInstanceOfSatisfying(
                        PriceFormatException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    private static JsonNode array(String json) {
        return PriceRowJson.MAPPER.readTree(json);
    }

    @Test
    void twoTiersAtOneThresholdAreAnError() {
        assertThatThrownBy(() ->
                        parse(
                                "{\"tiers\":[{\"above_input_tokens\":1},"
                                        + "{\"above_input_tokens\":1}]}"))
                .isInstanceOf(PriceFormatException.class)
                .hasMessageContaining("two tiers");
    }

    @Test
    void conditionsAreComparedInLowerCase() {
        Price price = parse("{\"by\":[{\"quality\":\" HD \",\"per_image\":\"1\"}]}");
        assertThat(price.by().getFirst().conditions()).isEqualTo(Map.of(Dimension.QUALITY, "hd"));
    }
}
