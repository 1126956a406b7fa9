package dev.sluice.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TopLevelTest {

    private static final String BODY =
            "{ \"model\" : \"m\", \"max_completion_tokens\":1.50e1,\"stream_options\":{\"a\": [1, 2]},"
                    + "\"nested\": {\"model\": \"stays\"}, \"text\":\"gr\\u00fc\\\"ße\",\"last\":true}";

    private static TopLevel of(String json) {
        return TopLevel.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(TopLevel members) {
        return new String(members.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void valuesStayByteForByte() {
        assertThat(text(of(BODY)))
                .isEqualTo(
                        "{\"model\":\"m\",\"max_completion_tokens\":1.50e1,\"stream_options\":{\"a\":"
                                + " [1, 2]},\"nested\":{\"model\":"
                                + " \"stays\"},\"text\":\"gr\\u00fc\\\"ße\",\"last\":true}");
    }

    @Test
    void membersAreTakenOutRenamedAndPutIn() {
        assertThat(
                        text(
                                of(BODY).without("model")
                                        .without("stream_options")
                                        .without("absent")
                                        .renamed("max_completion_tokens", "max_tokens")
                                        .renamed("absent", "other")
                                        .with("version", "v\"1")))
                .isEqualTo(
                        "{\"version\":\"v\\\"1\",\"max_tokens\":1.50e1,\"nested\":{\"model\":"
                                + " \"stays\"},\"text\":\"gr\\u00fc\\\"ße\",\"last\":true}");
    }

    @Test
    void whatIsThereAlreadyIsKeptAndANewNameWins() {
        assertThat(text(of("{\"version\":\"mine\"}").with("version", "theirs")))
                .isEqualTo("{\"version\":\"mine\"}");
        assertThat(
                        text(
                                of("{\"max_tokens\":1,\"max_completion_tokens\":2}")
                                        .renamed("max_completion_tokens", "max_tokens")))
                .isEqualTo("{\"max_tokens\":2}");
        assertThat(text(of("{}").with("a", "b"))).isEqualTo("{\"a\":\"b\"}");
        assertThat(text(of("{}"))).isEqualTo("{}");
        assertThatThrownBy(() -> of("[]")).isInstanceOf(IllegalArgumentException.class);
    }
}
