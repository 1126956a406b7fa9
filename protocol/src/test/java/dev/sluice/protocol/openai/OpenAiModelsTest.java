package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenAiModelsTest {

    @Test
    void listsModelsAsOpenAiDoes() {
        OpenAiModels.Model a =
                new OpenAiModels.Model("a/\"1\"", Instant.ofEpochSecond(1_700_000_000), "acme");
        OpenAiModels.Model b = new OpenAiModels.Model("b", Instant.EPOCH, "x");
        assertThat(new String(OpenAiModels.one(a), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"id\":\"a/\\\"1\\\"\",\"object\":\"model\","
                                + "\"created\":1700000000,\"owned_by\":\"acme\"}");
        assertThat(new String(OpenAiModels.list(List.of(a, b)), StandardCharsets.UTF_8))
                .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"a/")
                .endsWith(
                        "},{\"id\":\"b\",\"object\":\"model\",\"created\":0,\"owned_by\":\"x\"}]}");
        assertThat(new String(OpenAiModels.list(List.of()), StandardCharsets.UTF_8))
                .isEqualTo("{\"object\":\"list\",\"data\":[]}");
    }
}
