package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Price;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tools that the provider runs are paid for beside tokens. Coding agents offer a search of the web
/// with every request, whatever the model is.
class ServerToolsTest {

    private static final String SEARCH = "{\"type\":\"web_search\"}";

    private static ScriptedUpstream upstream;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        Price noSearches =
                Price.of(
                        Map.of(
                                MeterKind.INPUT, new BigDecimal("2.5"),
                                MeterKind.OUTPUT, new BigDecimal("10")));
        upstream = new ScriptedUpstream();
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .withUpstream("responses", upstream.baseUrl())
                                .withModel("to-chat", priced("a", noSearches))
                                .withModel("to-provider", priced("responses", noSearches)));
    }

    private static GatewayFixture.Priced priced(String upstream, Price price) {
        return new GatewayFixture.Priced(upstream, "sim-chat", price);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    private static HttpResponse<String> ask(String model, String tools) throws Exception {
        return gateway.post(
                "/v1/responses",
                "{\"model\":\"%s\",\"max_output_tokens\":100,\"store\":false,\"input\":\"hi\",\"tools\":[%s]}"
                        .formatted(model, tools));
    }

    private static Money held(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        CallRecord call = gateway.ledger.awaitSettled(row -> row.requestId().equals(id));
        return CallTest.held(call);
    }

    /// A request in another dialect does not ask for it.
    @Test
    void aToolThatIsNotPassedOnNeedsNoPriceAndIsNotHeldFor() throws Exception {
        Money held = held(ask("to-chat", SEARCH));
        // a token for each byte of the request and of what tools add, and 100 of the answer
        assertThat(held).isLessThan(Money.exactly(new BigDecimal("0.01")));
    }

    @Test
    void whereTheProviderRunsItItMustHaveAPrice() throws Exception {
        HttpResponse<String> refused = ask("to-provider", SEARCH);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("model_not_priced", "searches");
    }

    /// What is offered on the way is offered.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"additional_tools, 422", "tool_search_output, 422", "mcp_list_tools, 200"})
    void anItemOfTheInputCannotBringInAToolUnseen(String type, int status) throws Exception {
        String body =
                "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
                        + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"total_tokens\":2}}";
        upstream.answers(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
        String tool = status == 200 ? "{\"name\":\"f\"}" : SEARCH;
        HttpResponse<String> answer =
                gateway.post(
                        "/v1/responses",
                        "{\"model\":\"to-provider\",\"store\":false,\"input\":[{\"role\":\"user\",\"content\":\"hi\"},{\"tools\":[%s],\"type\":\"%s\"}]}"
                                .formatted(tool, type));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void aToolWithoutAPriceIsRefusedThereToo() throws Exception {
        HttpResponse<String> refused =
                gateway.post(
                        "/v1/responses",
                        "{\"model\":\"to-chat\",\"input\":[{\"type\":\"additional_tools\",\"role\":\"developer\",\"tools\":[{\"type\":\"image_generation\"}]}]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("input[0].tools[0].type");
    }
}
