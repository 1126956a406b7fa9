package dev.sluice.protocol.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// An object or a number where a list belongs is the client's mistake, whoever its model speaks to.
final class MalformedRequestsTest {

    static Stream<Arguments> malformed() {
        List<Arguments> all = new ArrayList<>();
        add(
                all,
                Wire.OPENAI_CHAT,
                "{'model':'m','messages':[{'role':'user','content':'x'}],'tools':{'a':{}}}",
                "tools");
        add(
                all,
                Wire.OPENAI_CHAT,
                "{'model':'m','messages':[{'role':'user','content':{'text':'x'}}]}",
                "messages[0].content");
        add(
                all,
                Wire.OPENAI_CHAT,
                "{'model':'m','messages':[{'role':'assistant','content':'x','tool_calls':{'a':1}}]}",
                "messages[0].tool_calls");
        add(
                all,
                Wire.ANTHROPIC_MESSAGES,
                "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'x'}],"
                        + "'tools':{'a':{}}}",
                "tools");
        add(
                all,
                Wire.ANTHROPIC_MESSAGES,
                "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':{'text':'x'}}]}",
                "messages[0].content");
        add(all, Wire.OPENAI_RESPONSES, "{'model':'m','input':'x','tools':{'a':{}}}", "tools");
        add(
                all,
                Wire.OPENAI_RESPONSES,
                "{'model':'m','input':[{'role':'user','content':{'parts':[{'text':'x'}]}}]}",
                "input[0].content");
        add(
                all,
                Wire.GEMINI,
                "{'contents':[{'role':'user','parts':[{'text':'x'}]}],'tools':7}",
                "tools");
        return all.stream();
    }

    private static void add(List<Arguments> all, Wire client, String body, String param) {
        for (Wire provider : Wire.all()) {
            if (provider != client) {
                all.add(Arguments.of(client, provider, body.replace('\'', '"'), param));
            }
        }
    }

    @ParameterizedTest(name = "{0} to {1}: {3}")
    @MethodSource("malformed")
    void isRefusedByTheNameOfTheField(Wire client, Wire provider, String body, String param) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        FaultException refused =
                catchThrowableOfType(
                        FaultException.class,
                        () ->
                                Translation.between(
                                        client.decode(bytes), bytes, client, provider, 1));
        assertThat(refused).isNotNull();
        assertThat(refused.fault().code()).isEqualTo(FaultCode.INVALID_REQUEST);
        assertThat(refused.fault().message()).contains(param);
    }
}
