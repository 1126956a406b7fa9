package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a provider claims to have used, every call is settled and nothing overflows.
class UsageClaimsTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        gateway.awaitQuiet();
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usage=negative",
                "usage=float",
                "usage=string",
                "usage=huge",
                "usage=null",
                "usage=empty",
                "usage=missing",
                "usage_every",
                "usage_with_finish",
                "usage_times=1000",
                "usage_times=100000000"
            })
    void whateverUsageSaysNothingOverflowsAndEveryCallIsSettled(String how) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            String body = GatewayFixture.chatBody("sim-chat", "[[sim " + how + "]] hi", stream);
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("\"error\":{");
            String id = answer.headers().firstValue("x-request-id").orElseThrow();
            CallRecord call = gateway.ledger.awaitSettled(c -> c.requestId().equals(id));
            assertThat(CallTest.sum(call).isPositive()).isTrue();
            boolean believed = how.startsWith("usage_") && !how.endsWith("0000000");
            assertThat(call.estimated()).as(how).isEqualTo(!believed);
            if (!believed) {
                assertThat(CallTest.sum(call)).isLessThanOrEqualTo(CallTest.held(call));
            }
        }
    }
}
