package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentPathsTest {

    @ParameterizedTest
    @CsvSource({
        "/openai/deployments/gpt/chat/completions, /v1/chat/completions, gpt",
        "/openai/deployments/team%2Fgpt%204/embeddings, /v1/embeddings, team/gpt 4",
        "/openai/v1/responses, /v1/responses,",
        "/v1/chat/completions, /v1/chat/completions,",
        "/openai/deployments/gpt, /openai/deployments/gpt,",
        "/openai/other, /openai/other,",
        "/openai/realtime, /v1/realtime,",
        "/openai/v1/realtime, /v1/realtime,",
        "/openai/realtime/x, /openai/realtime/x,",
    })
    void paths(String path, String plain, String deployment) {
        assertThat(DeploymentPaths.plain(path)).isEqualTo(plain);
        assertThat(DeploymentPaths.deployment(path).orElse(null)).isEqualTo(deployment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|{\"model\":\"d\"}",
                " {\"a\": 1.50 }| {\"model\":\"d\",\"a\": 1.50 }",
                "{\"a\":{\"model\":\"x\"},\"model\": \"m\"}|{\"a\":{\"model\":\"x\"},\"model\": \"d\"}",
                "{\"model\":null}|{\"model\":\"d\"}",
                "[1]|[1]",
                "--form|--form",
            })
    void theDeploymentIsTheModel(String body, String addressed) {
        assertThat(text(DeploymentPaths.addressed(bytes(body), "d"))).isEqualTo(addressed);
    }

    @Test
    void whatIsNoModelNameIsLeftForTheDecoder() {
        assertThat(text(DeploymentPaths.addressed(bytes(" "), "d"))).isEqualTo(" ");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
