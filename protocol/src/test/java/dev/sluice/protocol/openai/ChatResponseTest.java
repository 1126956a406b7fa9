package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.UsageReport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatResponseTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatSettlingNeedsAndLeavesTheBytesAlone() {
        byte[] body =
                utf8(
                        """
                        {"id":"chatcmpl-1","model":"m-2026","service_tier":"flex",
                         "x":{"choices":[1]},
                         "choices":[
                          {"index":0,"finish_reason":"tool_calls","message":{
                           "role":"assistant","content":"hé",
                           "reasoning_content":"abc","tool_calls":[{"id":"c","type":"function",
                           "function":{"name":"fn","arguments":"{\\"a\\":1}"}}],
                           "annotations":[{"type":"url_citation","url_citation":{"url":"u"}}]}},
                          {"index":1,"finish_reason":"stop",
                           "message":{"content":null,"refusal":"no"}}],
                         "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}
                        """);
        Answer answer = ChatResponse.read(body);
        assertThat(answer.body()).isSameAs(body);
        assertThat(answer.facts())
                .isEqualTo(
                        new Answer.Facts(
                                new UsageReport.Reported(
                                        ChatUsageTest.usage("INPUT=10;OUTPUT=5;SEARCHES=1")),
                                java.util.List.of("tool_calls", "stop"),
                                3 + 3 + 2 + 7 + 2,
                                "m-2026",
                                "flex",
                                "chatcmpl-1",
                                1));
    }

    @Test
    void missingUsageIsMissingNotZero() {
        Answer answer =
                ChatResponse.read(utf8("{\"choices\":[{\"message\":{\"content\":\"abcde\"}}]}"));
        assertThat(answer.facts().usage()).isEqualTo(UsageReport.NONE);
        assertThat(answer.facts().contentBytes()).isEqualTo(5);
        assertThat(answer.facts().finishReasons()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {} | UPSTREAM_ERROR
                    [] | UPSTREAM_ERROR
                    {"choices":{}} | UPSTREAM_ERROR
                    {"choices":[] | UPSTREAM_ERROR
                    {"choices":[]}} | UPSTREAM_ERROR
                    <html> | UPSTREAM_ERROR
                    `` | UPSTREAM_ERROR
                    {"error":{"message":"m","code":429}} | UPSTREAM_RATE_LIMITED
                    {"choices":[],"error":{"message":"m"}} | UPSTREAM_ERROR
                    """)
    void whatIsNoCompletionIsAFault(String body, FaultCode code) {
        FaultException e =
                catchThrowableOfType(FaultException.class, () -> ChatResponse.read(utf8(body)));
        assertThat(e.fault().code()).isEqualTo(code);
    }
}
