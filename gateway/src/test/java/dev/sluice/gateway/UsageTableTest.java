package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.call.CallRecord;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The arithmetic of usage as one table, `usage.table`: what a provider says, and the charge that
/// comes of it, worked out by hand. Each row is a call through the data plane.
class UsageTableTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final UsageTable TABLE = UsageTable.read();
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /// A question of so many bytes; four of them are taken for a token where nobody counts.
    private static final int QUESTION_BYTES = 400;

    private static final List<String> CASES =
            List.of(
                    "cached",
                    "cache write 5m",
                    "cache write 1h",
                    "reasoning",
                    "audio",
                    "image",
                    "tiers",
                    "service tier",
                    "search",
                    "refusal",
                    "incomplete",
                    "disconnect");

    private static ScriptedUpstream upstream;
    private static GatewayFixture gateway;

    /// One block, in one of the ways in which it can be asked.
    private record Row(int number, UsageTable.Block block, boolean stream) {
        String model() {
            return "priced-" + number;
        }

        @Override
        public String toString() {
            return block + (stream ? ", streamed" : "");
        }
    }

    @BeforeAll
    static void start() throws IOException {
        upstream = new ScriptedUpstream();
        GatewayFixture.Setup setup = GatewayFixture.Setup.USUAL;
        for (ProviderWords words : ProviderWords.values()) {
            setup = setup.withUpstream(words.client.upstream(), upstream.baseUrl());
        }
        for (Row row : rows().toList()) {
            UsageTable.Block block = row.block;
            Speaker speaks = block.family().startsWith("/") ? Speaker.CHAT : words(block).client;
            setup =
                    setup.withModel(
                            row.model(),
                            new GatewayFixture.Priced(
                                    speaks.upstream(),
                                    block.line("model", "sim-chat"),
                                    TABLE.price(block)));
        }
        gateway = new GatewayFixture(setup);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.awaitQuiet();
        gateway.close();
        upstream.close();
    }

    private static ProviderWords words(UsageTable.Block block) {
        return Stream.of(ProviderWords.values())
                .filter(words -> words.family.equals(block.family()))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (UsageTable.Block block : TABLE.blocks()) {
            if (!block.has("ends")) {
                rows.add(new Row(rows.size(), block, false));
            }
            if (!block.has("answers")) {
                rows.add(new Row(rows.size(), block, true));
            }
        }
        return rows.stream();
    }

    @Test
    void everyFamilyHasAnExampleOfEveryCaseOrSaysWhyNot() {
        for (ProviderWords words : ProviderWords.values()) {
            assertThat(CASES).as(words.family).allMatch(kind -> TABLE.covers(words.family, kind));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void theChargeIsWhatAHandComputes(Row row) throws Exception {
        UsageTable.Block block = row.block;
        assertThat(block.sum()).as("the sum as it is written").isEqualByComparingTo(block.result());
        CallRecord call = block.has("answers") ? askOther(row) : ask(row);
        assertThat(CallTest.sum(call).toDecimal())
                .as(call.toString())
                .isEqualByComparingTo(block.result().divide(MILLION));
        assertThat(call.estimated()).isEqualTo(block.has("estimated"));
        // A line for each term, no more: two errors cannot make up for each other.
        assertThat(perLine(call)).isEqualTo(block.line("costs").split("\\+", -1).length);
    }

    private static long perLine(CallRecord call) {
        Map<String, BigDecimal> lines = new TreeMap<>();
        call.chargeLines().stream()
                .filter(line -> line.amount().isPositive())
                .forEach(line ->
                        lines.merge(
                                line.unitPrice().stripTrailingZeros().toPlainString()
                                        + " for "
                                        + line.unitsPerPrice(),
                                line.amount().toDecimal(),
                                BigDecimal::add));
        return lines.size();
    }

    private static CallRecord ask(Row row) throws Exception {
        UsageTable.Block block = row.block;
        ProviderWords words = words(block);
        Speaker client = words.client;
        ObjectNode body = client.question(row.model(), "?", row.stream);
        body.setAll((ObjectNode) JSON.readTree(block.line("asks", "{}")));
        int missing = QUESTION_BYTES - body.toString().length() + "?".length();
        String asked = body.toString().replace("\"?\"", "\"" + "?".repeat(missing) + "\"");
        assertThat(asked).hasSize(QUESTION_BYTES);
        if (!row.stream) {
            upstream.answers(json(words.plain(block)));
        } else if (block.has("ends")) {
            String begun = ScriptedUpstream.HEAD + String.join("", words.begun(block));
            boolean cut = block.line("ends").equals("cut");
            upstream.answers(socket -> {
                ScriptedUpstream.write(socket, begun);
                if (cut) {
                    socket.shutdownOutput();
                }
            });
        } else {
            upstream.answers(ScriptedUpstream.HEAD + String.join("", words.events(block)));
        }
        HttpRequest request = gateway.request(client.path(row.model(), row.stream), asked).build();
        return block.line("ends", "").equals("left") ? leave(request) : whole(request);
    }

    private static CallRecord askOther(Row row) throws Exception {
        UsageTable.Block block = row.block;
        ObjectNode body = JSON.createObjectNode().put("model", row.model());
        body.setAll((ObjectNode) JSON.readTree(block.line("asks")));
        upstream.answers(json(block.line("answers")));
        return whole(gateway.request(block.family(), body.toString()).build());
    }

    private static String json(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                + "content-length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body;
    }

    private static CallRecord whole(HttpRequest request) throws Exception {
        HttpResponse<String> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return settled(answer);
    }

    private static CallRecord leave(HttpRequest request) throws Exception {
        HttpResponse<InputStream> answer =
                gateway.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        StringBuilder heard = new StringBuilder();
        try (InputStream in = answer.body()) {
            while (heard.indexOf("two") < 0) {
                heard.append((char) in.read());
            }
        }
        return settled(answer);
    }

    private static CallRecord settled(HttpResponse<?> answer) throws InterruptedException {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        return gateway.ledger.awaitSettled(call -> call.requestId().equals(id));
    }
}
