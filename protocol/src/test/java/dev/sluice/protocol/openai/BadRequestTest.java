package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every malformed request is a 400 that names the field or the place, and quotes nothing.
final class BadRequestTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    static Stream<Arguments> table() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        BadRequestTest.class.getResourceAsStream(
                                "/openai_chat/bad_requests.txt"))) {
            List<String> lines =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .toList();
            assertThat(lines).hasSizeGreaterThan(90);
            return lines.stream()
                    .map(line -> {
                        String[] cell = line.split(" \\| ", 3);
                        return Arguments.of(
                                cell[0],
                                cell[1],
                                cell[2].replaceFirst(
                                        "(?<=[{, ])M(?=})",
                                        java.util.regex.Matcher.quoteReplacement(MESSAGES)));
                    });
        }
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("table")
    void isRefused(String param, String says, String body) {
        Fault fault = fault(body.getBytes(StandardCharsets.UTF_8));
        assertThat(fault.param()).isEqualTo(param.equals("-") ? null : param);
        assertThat(fault.message()).contains(says);
        if (param.equals("-") && !says.contains("JSON object")) {
            assertThat(fault.message())
                    .containsPattern("\\((line \\d+, column \\d+|byte offset \\d+)\\)");
        }
    }

    @Test
    void messagesNeverQuoteTheContent() throws IOException {
        String secret = "zebra4711";
        for (String body :
                List.of(
                        "{\"" + secret + "\":1,\"" + secret + "\":2}",
                        "{\"model\":" + secret + "}",
                        "{\"model\":\"" + secret,
                        "{\"model\":\"m\",\"max_tokens\":\"" + secret + "\"," + MESSAGES + "}",
                        "{\"model\":\"m\",\"metadata\":{\"customer\":\""
                                + secret
                                + "\\u0007\"},"
                                + MESSAGES
                                + "}",
                        secret)) {
            assertThat(fault(body.getBytes(StandardCharsets.UTF_8)).message())
                    .doesNotContain(secret);
        }
    }

    static Stream<Arguments> invalidUtf8() {
        return Stream.of(
                Arguments.of("lone continuation", new int[] {0x80}),
                Arguments.of("overlong slash", new int[] {0xC0, 0xAF}),
                Arguments.of("overlong in three", new int[] {0xE0, 0x80, 0xAF}),
                Arguments.of("overlong in four", new int[] {0xF0, 0x80, 0x80, 0xAF}),
                Arguments.of("encoded surrogate", new int[] {0xED, 0xA0, 0x80}),
                Arguments.of(
                        "surrogate pair in CESU", new int[] {0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80}),
                Arguments.of("beyond Unicode", new int[] {0xF4, 0x90, 0x80, 0x80}),
                Arguments.of("five bytes", new int[] {0xF8, 0x88, 0x80, 0x80, 0x80}),
                Arguments.of("FE", new int[] {0xFE}),
                Arguments.of("latin-1", new int[] {0xE9}),
                Arguments.of("cut sequence", new int[] {0xE2, 0x82}),
                Arguments.of("NUL", new int[] {0x00}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidUtf8")
    void bytesThatAreNoTextAreRefusedAnywhereInTheBody(String name, int[] bad) {
        for (String[] around :
                List.of(
                        new String[] {"{\"model\":\"m\",\"t\":\"", "\"," + MESSAGES + "}"},
                        new String[] {
                            "{\"model\":\"m\",\"long enough for words", "\":1," + MESSAGES + "}"
                        },
                        new String[] {"{\"model\":\"m\"," + MESSAGES + "}", ""})) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes(around[0].getBytes(StandardCharsets.UTF_8));
            int at = body.size();
            for (int b : bad) {
                body.write(b);
            }
            body.writeBytes(around[1].getBytes(StandardCharsets.UTF_8));
            assertThat(fault(body.toByteArray()).message()).contains("byte offset " + at + ")");
        }
    }

    @Test
    void otherEncodingsAndByteOrderMarksAreRefused() {
        String good = "{\"model\":\"m\"," + MESSAGES + "}";
        for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
            assertThat(fault(good.getBytes(Charset.forName(encoding))).message())
                    .as(encoding)
                    .contains("NUL byte");
        }
        assertThat(fault(("\uFEFF" + good).getBytes(StandardCharsets.UTF_8)).message())
                .contains("byte order mark");
    }

    @Test
    void wellFormedTextOfEveryKindIsTaken() {
        String text = "é ह € 😀 \uFFFF \uE000 \uD7FF \\ud83d\\ude00 \\u0000 \\\\ud800 \\\"";
        String body = "{\"model\":\"m\",\"t\":\"" + text + "\"," + MESSAGES + "}";
        assertThat(OpenAiChat.decode(body.getBytes(StandardCharsets.UTF_8)).facts().model())
                .isEqualTo("m");
    }

    @Test
    void limitsHoldAndSayWhich() {
        assertThat(fault(body("x", "[".repeat(70) + "]".repeat(70))).message())
                .contains("deeper than 64 levels");
        assertThat(fault(body("x", "{\"a\":".repeat(5_000_000))).message())
                .contains("deeper than 64 levels");
        assertThat(OpenAiChat.decode(body("x", "[".repeat(63) + "]".repeat(63)))).isNotNull();
        assertThat(fault(body("x", "1".repeat(101))).message()).contains("longer than 100");
        assertThat(fault(body("x", "1." + "1".repeat(200))).message()).contains("longer than 100");
        assertThat(fault(body("max_tokens", "1".repeat(101))).message())
                .contains("longer than 100");
        assertThat(fault(body("a".repeat(5000), "1")).message()).contains("name longer than 4096");
        assertThat(fault(body("x", "[" + "0,".repeat(1_000_001) + "0]")).message())
                .contains("more than 1000000 JSON tokens");
        StrictJson small = new StrictJson(new StrictJson.Limits(8, 10, 10, 10, 1000));
        assertThatThrownBy(() ->
                        OpenAiChat.decode(
                                "{\"model\":\"123456789012\"}".getBytes(StandardCharsets.UTF_8),
                                small))
                .hasMessageContaining("longer than 10 characters");
        assertThat(fault(body("model_", "\"" + "m".repeat(257) + "\"")).param()).isEqualTo("model");
    }

    @Test
    void emptyBodiesAreRefused() {
        for (String body : List.of("", " ", "\n\t ")) {
            assertThat(fault(body.getBytes(StandardCharsets.UTF_8)).message()).contains("empty");
        }
    }

    private static byte[] body(String name, String value) {
        String model =
                name.equals("model_")
                        ? "\"model\":" + value
                        : "\"model\":\"m\",\"" + name + "\":" + value;
        return ("{" + model + "," + MESSAGES + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static Fault fault(byte[] body) {
        FaultException e =
                catchThrowableOfType(FaultException.class, () -> OpenAiChat.decode(body));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.fault().code()).isEqualTo(FaultCode.INVALID_REQUEST);
        assertThat(e.fault().status()).isEqualTo(400);
        return e.fault();
    }
}
