package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.responses.PostgresResponseStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the operator says of kept responses, as clients see it.
class KeepResponsesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PRICE = "{\"input_per_mtok\":\"2.50\",\"output_per_mtok\":\"10\"}";

    private static HttpResponse<String> ask(Installation installation, String key, String more)
            throws IOException, InterruptedException {
        return installation
                .api()
                .call(
                        key,
                        "POST",
                        "/v1/responses",
                        "{\"model\":\"sim-chat\",\"max_output_tokens\":50%s}".formatted(more));
    }

    private static long kept(Installation installation) {
        return installation
                .database()
                .database()
                .read(sql ->
                        sql.one("SELECT count(*) AS n FROM kept_response", row -> row.bigint("n")));
    }

    private static JsonNode error(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("error");
    }

    @Test
    void whereNothingIsKeptACallIsAnsweredAndNobodyGoesOnFromIt() throws Exception {
        try (Installation installation =
                Installation.start(Map.of("SLUICE_KEEP_RESPONSES", "off"))
                        .withModels(PRICE, "sim-chat")) {
            installation.topUp("10.00");
            String key = installation.key("k", "t", "development");
            HttpResponse<String> first = ask(installation, key, ",\"input\":\"hi\"");
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            String id = JSON.readTree(first.body()).path("id").asString();
            assertThat(kept(installation)).isZero();

            HttpResponse<String> next =
                    ask(
                            installation,
                            key,
                            ",\"input\":\"and?\",\"previous_response_id\":\"" + id + "\"");
            assertThat(next.statusCode()).isEqualTo(400);
            assertThat(error(next).path("param").asString()).isEqualTo("previous_response_id");
            assertThat(error(next).path("message").asString())
                    .contains("keeps no responses")
                    .contains("`input`");
            HttpResponse<String> reference =
                    ask(
                            installation,
                            key,
                            ",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]");
            assertThat(reference.statusCode()).isEqualTo(400);
            assertThat(error(reference).path("message").asString()).contains("keeps no responses");
            for (String path : new String[] {"", "/input_items"}) {
                HttpResponse<String> read =
                        installation.api().call(key, "GET", "/v1/responses/" + id + path, "");
                assertThat(read.statusCode()).isEqualTo(404);
                assertThat(error(read).path("message").asString()).contains("keeps no responses");
            }
        }
    }

    @Test
    void switchingItOffForgetsWhatWasKept() throws Exception {
        try (Installation installation =
                Installation.start(Map.of("SLUICE_KEEP_RESPONSES", "12h"))
                        .withModels(PRICE, "sim-chat")) {
            installation.topUp("10.00");
            String key = installation.key("k", "t", "development");
            HttpResponse<String> answer = ask(installation, key, ",\"input\":\"hi\"");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(kept(installation)).isEqualTo(1);
            String id = JSON.readTree(answer.body()).path("id").asString();
            assertThat(installation.api().call(key, "GET", "/v1/responses/" + id, "").statusCode())
                    .isEqualTo(200);
            installation
                    .database()
                    .database()
                    .inTransaction(sql ->
                            sql.update(
                                    "UPDATE kept_response SET used_at = used_at - interval '13"
                                            + " h'"));
            assertThat(installation.api().call(key, "GET", "/v1/responses/" + id, "").statusCode())
                    .as("twelve hours are over")
                    .isEqualTo(404);
            PostgresResponseStore.keeping(
                            null,
                            installation.database().database(),
                            InstantSource.system(),
                            new SealedContent(
                                    MasterKey.of(
                                            new Secret("0123456789abcdef".repeat(2)),
                                            new SecureRandom())))
                    .sweep();
            assertThat(kept(installation)).isZero();
        }
    }
}
