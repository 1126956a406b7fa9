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

class ReferencesTest {

    private static final String REQUEST =
            "{\"x\":1.50,\"input\":[{\"type\":\"item_reference\",\"id\":\"a\"},"
                    + "{\"role\":\"user\",\"content\":\"Hi\"},"
                    + "{\"type\":\"item_reference\",\"id\":\"b\"}]}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) {
        return Trees.read(bytes(text));
    }

    private static References references() {
        assertThat(References.mayBeIn(bytes(REQUEST))).isTrue();
        return Objects.requireNonNull(References.of(bytes(REQUEST)));
    }

    @Test
    void itemsTakeTheirPlacesWithoutTheirIds() {
        assertThat(references().ids()).containsExactlyInAnyOrder("a", "b");
        byte[] whole =
                references()
                        .resolved(
                                Map.of(
                                        "a",
                                        json(
                                                "{\"type\":\"message\",\"id\":\"a\",\"role\":\"assistant\"}"),
                                        "b",
                                        json(
                                                "{\"type\":\"function_call\",\"id\":\"b\",\"call_id\":\"c\"}")));
        assertThat(new String(whole, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"x\":1.50,\"input\":[{\"type\":\"message\",\"role\":\"assistant\"},"
                                + "{\"role\":\"user\",\"content\":\"Hi\"},"
                                + "{\"type\":\"function_call\",\"call_id\":\"c\"}]}");
    }

    /// Reasoning that no other account can read says nothing.
    @Test
    void reasoningWithoutASealIsLeftOut() {
        byte[] whole =
                references()
                        .resolved(
                                Map.of(
                                        "a",
                                        json("{\"type\":\"reasoning\",\"id\":\"a\"}"),
                                        "b",
                                        json(
                                                "{\"type\":\"reasoning\",\"id\":\"b\",\"encrypted_content\":\"s\"}")));
        assertThat(Trees.read(whole).path("input")).hasSize(2);
    }

    @Test
    void whatIsNotKnownIsNamed() {
        assertThatThrownBy(() -> references().resolved(Map.of("a", json("{\"type\":\"message\"}"))))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        refused -> {
                            assertThat(refused.fault().param()).isEqualTo("input[2]");
                            assertThat(refused.fault().message()).contains("'b'");
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":\"item_reference\"}",
                "not JSON with item_reference",
                "[\"item_reference\"]",
            })
    void nothingIsReferredTo(String request) {
        assertThat(References.mayBeIn(bytes(request))).isTrue();
        assertThat(References.of(bytes(request))).isNull();
    }

    @Test
    void mostRequestsAreNotLookedAt() {
        assertThat(References.mayBeIn(bytes("{\"input\":\"item\"}"))).isFalse();
        assertThat(References.mayBeIn(bytes(""))).isFalse();
    }
}
