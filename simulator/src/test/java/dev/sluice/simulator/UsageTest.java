package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.chunks;
import static dev.sluice.simulator.SimClient.events;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Usage that is missing, wrong, early or unasked for; the journal keeps the truth beside it.
class UsageTest extends SimulatorCase {

    private JsonNode usage(String kind) {
        return plain("Hi [[sim tokens=10 usage=" + kind + "]]", "").path("usage");
    }

    @Test
    void usageCanBeMissing() {
        assertThat(usage("missing").isMissingNode()).isTrue();
        assertThat(usage("null").isNull()).isTrue();
        assertThat(usage("empty").isEmpty()).isTrue();
        assertThat(journaled().produced().completion()).isEqualTo(10);
        String stream = streamed("Hi [[sim usage=missing]]", "");
        assertThat(chunks(stream)).noneMatch(chunk -> chunk.path("usage").isObject());
        assertThat(events(stream)).last().isEqualTo("[DONE]");
        assertThat(journaled().reported()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "stream"})
    void usageCanBeWrong(String how) {
        assertThat(field(how, "usage=negative").longValue()).isEqualTo(-11);
        assertThat(field(how, "usage=float").decimalValue().toPlainString()).isEqualTo("10.5");
        assertThat(field(how, "usage=string").isString()).isTrue();
        assertThat(field(how, "usage=huge").bigIntegerValue())
                .isGreaterThan(BigInteger.valueOf(Long.MAX_VALUE));
        assertThat(field(how, "usage_times=3").longValue()).isEqualTo(30);
        assertThat(journaled().produced().completion()).isEqualTo(10);
        assertThat(journaled().reported()).contains("\"completion_tokens\":30");
    }

    private JsonNode field(String how, String directive) {
        String text = "Hi [[sim tokens=10 " + directive + "]]";
        JsonNode whole =
                how.equals("plain") ? plain(text, "") : chunks(streamed(text, "")).getLast();
        return whole.at("/usage/completion_tokens");
    }

    @Test
    void usageCanComeUnaskedEarlyOrOften() {
        String body = SimClient.chat("sim-chat", "Hi [[sim usage_always]]", "\"stream\":true");
        assertThat(chunks(client.post(SimClient.CHAT, body).body()).getLast().path("usage"))
                .isNotEmpty();

        List<JsonNode> every = chunks(streamed("Hi [[sim usage_every tokens=5]]", ""));
        assertThat(every).allMatch(chunk -> chunk.path("usage").isObject());
        assertThat(every.get(2).at("/usage/completion_tokens").intValue()).isEqualTo(2);
        assertThat(every.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(5);

        List<JsonNode> withFinish = chunks(streamed("Hi [[sim usage_with_finish]]", ""));
        assertThat(withFinish.getLast().at("/choices/0/finish_reason").asString())
                .isEqualTo("stop");
        assertThat(withFinish.getLast().get("usage").isObject()).isTrue();
    }
}
