package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What requests refer to, and what is kept for them.
class ReferencesTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) {
        return Trees.read(bytes(text));
    }

    private static References of(String request) {
        assertThat(References.mayBeIn(bytes(request))).isTrue();
        return Objects.requireNonNull(References.of(bytes(request)));
    }

    @Test
    void anEarlierResponseComesBeforeTheInput() {
        References references =
                of("{\"model\":\"m\",\"previous_response_id\":\"resp_1\",\"input\":\"More\",\"x\":1.50}");
        assertThat(references.previous()).isEqualTo("resp_1");
        byte[] whole = references.resolved(json("[{\"id\":\"msg_1\"}]"), Map.of());
        assertThat(new String(whole, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"model\":\"m\",\"input\":[{\"id\":\"msg_1\"},"
                                + "{\"role\":\"user\",\"content\":\"More\"}],\"x\":1.50}");
    }

    @Test
    void itemsTakeTheirPlaces() {
        References references =
                of(
                        "{\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"},{\"role\":\"user\"},"
                                + "{\"id\":\"b\"}]}");
        assertThat(references.items()).containsExactly("a", "b");
        byte[] whole =
                references.resolved(
                        Trees.array(), Map.of("a", json("{\"x\":1}"), "b", json("{\"x\":2}")));
        assertThat(json(new String(whole, StandardCharsets.UTF_8)).path("input"))
                .isEqualTo(json("[{\"x\":1},{\"role\":\"user\"},{\"x\":2}]"));
    }

    @Test
    void whatIsNotKnownIsNamed() {
        References references = of("{\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"}]}");
        assertThatThrownBy(() -> references.resolved(Trees.array(), Map.of()))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        refused -> {
                            assertThat(refused.fault().param()).isEqualTo("input[0]");
                            assertThat(refused.fault().message()).contains("Item a");
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"previous_response_id\":null,\"input\":\"item_reference\"}",
                "not JSON with item_reference",
                "[\"item_reference\"]",
            })
    void nothingIsReferredTo(String request) {
        assertThat(References.of(bytes(request))).isNull();
    }

    @Test
    void mostRequestsAreNotLookedAt() {
        assertThat(References.mayBeIn(bytes("{\"input\":\"previous_response\"}"))).isFalse();
        assertThat(References.mayBeIn(bytes(""))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"resp_1\",\"output\":[{\"id\":\"msg_1\"}]}",
                "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                        + "{\"id\":\"resp_1\",\"output\":[{\"id\":\"msg_1\"}]}}\n\n",
            })
    void anAnswerIsRememberedWithItsQuestion(String shown) {
        Remembered kept =
                Objects.requireNonNull(Remembered.of(bytes("{\"input\":\"Hi\"}"), bytes(shown)));
        assertThat(kept.id()).isEqualTo("resp_1");
        assertThat(kept.ids()).containsExactly("msg_1");
        assertThat(kept.conversation())
                .isEqualTo(json("[{\"role\":\"user\",\"content\":\"Hi\"},{\"id\":\"msg_1\"}]"));
    }

    @Test
    void notIfItsClientDoesNotWantIt() {
        byte[] shown = bytes("{\"id\":\"resp_1\",\"output\":[]}");
        assertThat(Remembered.of(bytes("{\"store\":false,\"input\":\"Hi\"}"), shown)).isNull();
        assertThat(Remembered.of(bytes("{\"store\":null,\"input\":\"Hi\"}"), shown)).isNotNull();
        assertThat(Remembered.of(bytes("{\"input\":\"Hi\"}"), bytes("data: [DONE]\n\n"))).isNull();
    }
}
