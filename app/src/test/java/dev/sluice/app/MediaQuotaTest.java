package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Quotas of what is no token: pictures, characters, searches; the books of such calls are clean.
class MediaQuotaTest {

    private static final String PRICE =
            "{\"per_image\":\"0.04\",\"per_mchar\":\"15\",\"per_search\":\"0.002\"}";

    private Installation sluice;
    private String key;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "sim-picture", "sim-speech", "sim-rerank");
        sluice.topUp("10");
        key = sluice.key("k", "design", "staging");
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    private String quota(String unit, int limit) {
        return sluice.api().quota(unit, "{\"team\":\"design\"}", unit, Integer.toString(limit));
    }

    private HttpResponse<String> post(String path, String body) {
        return sluice.api().call(key, "POST", path, body);
    }

    private HttpResponse<String> pictures(int n) throws Exception {
        return post(
                "/v1/images/generations",
                "{\"model\":\"sim-picture\",\"prompt\":\"A boat\",\"n\":%d}".formatted(n));
    }

    private void assertUsed(String quota, long used) {
        JsonNode state =
                sluice.await(
                        "/admin/v1/quotas/" + quota + "/state",
                        s ->
                                s.path("held").asString().equals("0")
                                        && s.path("used").asString().equals(Long.toString(used)));
        assertThat(new BigDecimal(state.path("used").asString()).longValueExact()).isEqualTo(used);
    }

    @Test
    void picturesCharactersAndSearchesAreCounted() throws Exception {
        String images = quota("images", 5);
        String characters = quota("characters", 20);
        String searches = quota("searches", 2);
        assertThat(pictures(3).statusCode()).isEqualTo(200);
        HttpResponse<String> beyond = pictures(3);
        assertThat(beyond.statusCode()).isEqualTo(429);
        assertThat(beyond.body()).contains("quota_exceeded").contains("\"unit\":\"images\"");
        assertThat(pictures(2).statusCode()).isEqualTo(200);
        String speech = "{\"model\":\"sim-speech\",\"voice\":\"a\",\"input\":\"Guten Morgen\"}";
        assertThat(post("/v1/audio/speech", speech).statusCode()).isEqualTo(200);
        assertThat(post("/v1/audio/speech", speech).body()).contains("\"unit\":\"characters\"");
        String rank = "{\"model\":\"sim-rerank\",\"query\":\"x\",\"documents\":[\"a\",\"b\"]}";
        assertThat(post("/v1/rerank", rank).statusCode()).isEqualTo(200);
        assertUsed(images, 5);
        assertUsed(characters, 12);
        assertUsed(searches, 1);
        JsonNode balance =
                sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        // five pictures, twelve characters, one search
        assertThat(balance.path("balance").asString()).isEqualTo("9.79782");
        sluice.assertBooksAreClean();
    }
}
