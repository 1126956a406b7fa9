package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.journal.Call;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Hard caps under four hundred simultaneous calls: never exceeded, nearly all usable,
/// and every cent accounted for by the simulator's journal.
class BudgetTest {

    private static final int CALLERS = 400;
    private static final BigDecimal INPUT = new BigDecimal("10");
    private static final BigDecimal OUTPUT = new BigDecimal("100");
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";

    private Installation sluice;

    @BeforeEach
    void start() {
        sluice = Installation.start().withModels(PRICE, "m");
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    @Test
    void aBudgetOfOneDollarHolds() throws Exception {
        sluice.topUp("100");
        String key = sluice.key("k", "support", "staging");
        String id = quota("cap", "{}");
        burst(key);
        usedUp(key, 429, "quota_exceeded");
        checkBooks(id);
    }

    @Tag("slow")
    @Test
    void aPrepaidBalanceHolds() throws Exception {
        sluice.topUp("1.00");
        String key = sluice.key("k", "support", "staging");
        burst(key);
        usedUp(key, 402, "insufficient_balance");
        JsonNode balance =
                sluice.await("/admin/v1/balance", b -> b.path("held").asString().equals("0"));
        BigDecimal left = new BigDecimal(balance.path("balance").asString());
        assertThat(left).isBetween(BigDecimal.ZERO, new BigDecimal("0.01"));
        assertThat(new BigDecimal("1.00").subtract(left)).isEqualByComparingTo(oracle());
        verify();
    }

    @Tag("slow")
    @Test
    void threeNestedRulesHold() throws Exception {
        sluice.topUp("100");
        String key = sluice.key("k", "support", "staging");
        String organization = quota("org", "{}");
        String team = quota("team", "{\"team\":\"support\"}");
        String ofKey = quota("key", "{\"key\":\"k\"}");
        burst(key);
        usedUp(key, 429, "quota_exceeded");
        checkBooks(organization);
        checkBooks(team);
        checkBooks(ofKey);
    }

    private String quota(String name, String scope) {
        return sluice.api().quota(name, scope, "usd", "1.00");
    }

    /// Four hundred calls at once; each may cost up to about two cents.
    private void burst(String key) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            calls.add(
                    sluice.http()
                            .sendAsync(
                                    sluice.chatRequest(
                                                    key,
                                                    Installation.chatBody("m", "call " + i, 150))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()));
        }
        int served = 0;
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            HttpResponse<String> answer = call.get();
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 402, 429);
            served += answer.statusCode() == 200 ? 1 : 0;
        }
        assertThat(served).isPositive();
        assertThat(oracle()).isLessThanOrEqualTo(BigDecimal.ONE);
    }

    /// Small calls one after the other until the cap refuses: nearly all of it was usable.
    private void usedUp(String key, int status, String code) {
        HttpResponse<String> answer;
        int calls = 0;
        do {
            answer = sluice.chat(key, Installation.chatBody("m", "go on", 20));
            assertThat(++calls).as("calls until refused").isLessThan(2_000);
        } while (answer.statusCode() == 200);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(code);
        assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
        assertThat(oracle()).isBetween(new BigDecimal("0.99"), BigDecimal.ONE);
        assertThat(sluice.openExchanges()).isZero();
    }

    private void checkBooks(String quota) {
        JsonNode state =
                sluice.await(
                        "/admin/v1/quotas/" + quota + "/state",
                        s -> s.path("held").asString().equals("0"));
        assertThat(new BigDecimal(state.path("used").asString())).isEqualByComparingTo(oracle());
        verify();
    }

    private void verify() {
        JsonNode books = sluice.admin("GET", "/admin/v1/ledger/verify", null);
        assertThat(books.path("ok").asBoolean()).as(books.toString()).isTrue();
        sluice.assertBooksAreClean();
    }

    /// What the provider's own journal comes to at the price.
    private BigDecimal oracle() {
        BigDecimal total = BigDecimal.ZERO;
        for (Call call : sluice.simulator().journal().calls()) {
            BigDecimal input = BigDecimal.valueOf(call.usage().allInputTokens()).multiply(INPUT);
            BigDecimal output = BigDecimal.valueOf(call.usage().allOutputTokens()).multiply(OUTPUT);
            total = total.add(input.add(output).movePointLeft(6));
        }
        return total;
    }
}
