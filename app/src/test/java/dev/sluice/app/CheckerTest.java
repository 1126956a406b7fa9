package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.checker.Checker;
import dev.sluice.checker.Finding;
import dev.sluice.checker.Report;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A book of mixed calls of a whole installation is clean; each corruption by hand is found by the
/// name of what it breaks. A corruption is undone by rolling back the transaction it is checked in.
@Tag("slow")
class CheckerTest {

    private static final int CALLS = 240;
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";

    /// A settled, charged call of the model with a price of its own.
    private static final String ONE =
            " WHERE request_id = (SELECT min(request_id) FROM call"
                    + " WHERE model = 'm' AND cost_usd > 0 AND NOT estimated)";

    private static final String COPY =
            "INSERT INTO transfer (id, organization_id, at, kind, request_id, debit, credit, amount,"
                    + " currency) SELECT id || 'x', organization_id, at, kind, request_id, debit,"
                    + " credit, amount, currency FROM transfer";

    private static Installation sluice;

    @BeforeAll
    static void keepBooks() {
        sluice = Installation.start().withModels(PRICE, "m");
        sluice.admin(
                "POST",
                "/admin/v1/models",
                "{\"name\":\"sim-chat\",\"targets\":[{\"upstream\":\"sim\",\"model\":\"sim-chat\"}]}");
        sluice.topUp("100");
        String key = sluice.key("k", "support", "staging");
        quota("month", "usd", "10", "{\"calendar\":\"month\"}");
        quota(
                "day",
                "requests",
                "100000",
                "{\"calendar\":\"day\",\"time_zone\":\"Asia/Kathmandu\"}");
        quota("hour", "total_tokens", "10000000", "{\"calendar\":\"hour\"}");
        quota("ever", "output_tokens", "10000000", "{\"lifetime\":true}");
        String paid = "";
        for (int i = 0; i < CALLS; i++) {
            HttpResponse<String> answer = call(key, i);
            paid = i == 0 ? answer.headers().firstValue("x-request-id").orElseThrow() : paid;
        }
        sluice.await("/admin/v1/balance", balance -> balance.path("held").asString().equals("0"));
        sluice.admin(
                "POST",
                "/admin/v1/refunds",
                "{\"request_id\":\"%s\",\"amount\":\"0.0001\",\"reason\":\"slow\",\"reference\":\"r\"}"
                        .formatted(paid));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private static HttpResponse<String> call(String key, int i) {
        String model = i % 2 == 0 ? "m" : "sim-chat";
        return switch (i % 12) {
            case 2, 3 -> sluice.chat(key, body(model, "a stream", ",\"stream\":true"));
            case 4 -> sluice.chat(key, body(model, "[[sim status=400]] no", ""));
            case 5 -> sluice.chat(key, body(model, "[[sim usage=missing]] guess", ""));
            case 6, 7 -> sluice.chat(key, body(model, "[[sim reasoning=9 cached=3]] think", ""));
            case 8 -> sluice.chat(key, body("unknown", "nobody", ""));
            case 9 -> sluice.chat("sk-nobody", body(model, "who", ""));
            default -> sluice.chat(key, body(model, "call " + i, ""));
        };
    }

    private static String body(String model, String text, String more) {
        return "{\"model\":\"%s\",\"max_tokens\":30,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
                .formatted(model, text, more);
    }

    private static void quota(String name, String unit, String limit, String window) {
        sluice.admin(
                "POST",
                "/admin/v1/quotas",
                "{\"name\":\"%s\",\"unit\":\"%s\",\"limit\":\"%s\",\"window\":%s,\"at_limit\":\"block\"}"
                        .formatted(name, unit, limit, window));
    }

    @Test
    void aBookOfMixedCallsIsClean() throws SQLException {
        sluice.assertBooksAreClean();
        Report report = after("SELECT 1");
        assertThat(report.calls()).isGreaterThan(CALLS / 2);
        assertThat(report.transfers()).isGreaterThan(CALLS);
        assertThat(report.upstreamCalls()).isGreaterThan(CALLS / 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            quoteCharacter = '`',
            value = {
                "a missing charge ~ cost_is_charged ~ DELETE FROM transfer {one} AND kind = 'charge'",
                "a doubled charge ~ charged_once ~ {copy} {one} AND kind = 'charge'",
                "an unbooked attempt ~ provider_cost_is_booked ~"
                        + " DELETE FROM transfer {one} AND kind = 'provider_cost'",
                "a wrong line ~ line_is_quantity_times_price ~"
                        + " UPDATE call SET cost_lines ="
                        + " jsonb_set(cost_lines, '{0,amount}', '\"0.5\"') {one}",
                "another price ~ unit_price_is_the_price_books ~"
                        + " UPDATE call SET cost_lines ="
                        + " jsonb_set(cost_lines, '{0,unit_price}', '\"11\"') {one}",
                "another cost ~ cost_is_its_lines ~"
                        + " UPDATE call SET cost_usd = cost_usd + 0.000000000001 {one}",
                "a hidden loss ~ absorbed_is_booked ~ UPDATE call SET absorbed_usd = 1 {one}",
                "a cheaper provider ~ provider_usd_is_its_attempts ~"
                        + " UPDATE call SET provider_usd = 0 {one}",
                "altered usage ~ line_is_its_meter ~"
                        + " UPDATE call SET meters = jsonb_set(meters, '{output_tokens}', '1') {one}",
                "altered units ~ units_are_the_usage ~"
                        + " UPDATE call SET measures = measures || '{\"errors\":\"1\"}' {one}",
                "an invented unit ~ units_are_the_usage ~"
                        + " UPDATE call SET measures = measures || '{\"miles\":\"1\"}' {one}",
                "usage nobody pays ~ usage_is_priced ~ UPDATE call SET cost_lines = '[]' {one}",
                "an attempt without cost ~ usage_is_priced ~"
                        + " UPDATE call SET attempts = jsonb_set(attempts, '{0,cost_lines}', '[]')"
                        + " {one}",
                "a dropped call ~ transfer_has_its_call ~ DELETE FROM call {one}",
                "a dropped call upstream ~ upstream_call_is_booked ~ DELETE FROM call {one}",
                "a call twice ~ call_is_booked_once ~"
                        + " INSERT INTO call OVERRIDING SYSTEM VALUE SELECT * FROM call {one}",
                "an orphan ~ transfer_has_its_call ~"
                        + " UPDATE transfer SET request_id = 'req_0' {one}",
                "a foreign attempt ~ transfer_has_its_attempt ~"
                        + " UPDATE transfer SET attempt_id = 'att_0' {one} AND kind = 'charge'",
                "another's money ~ transfer_is_its_organizations ~"
                        + " UPDATE transfer SET organization_id = 'org_0' {one}",
                "a wrong account ~ transfer_is_between_its_accounts ~"
                        + " UPDATE transfer SET credit = 'cash' {one} AND kind = 'charge'",
                "a wrong total ~ accounts_are_their_transfers ~"
                        + " UPDATE account SET debits = debits + 1 WHERE name = 'revenue'",
                "an unbalanced book ~ books_balance ~"
                        + " UPDATE account SET debits = debits + 1 WHERE name = 'revenue'",
                "a richer wallet ~ wallet_is_its_transfers ~ UPDATE wallet SET balance = balance + 1",
                "an overdrawn wallet ~ wallet_within_its_credit ~"
                        + " UPDATE wallet SET balance = -1",
                "a promised wallet ~ wallet_escrow_is_its_slices ~"
                        + " UPDATE wallet SET escrowed = escrowed + 1",
                "a window that spent less ~ window_spent_is_its_calls ~"
                        + " UPDATE budget_window SET spent = spent - 0.000000000001"
                        + " WHERE unit = 'usd'",
                "a window that counts less ~ window_calls_is_its_calls ~"
                        + " UPDATE budget_window SET calls = calls - 1 WHERE unit = 'requests'",
                "a promised window ~ window_escrow_is_its_slices ~"
                        + " UPDATE budget_window SET escrowed = escrowed + 1 WHERE unit = 'usd'",
                "a cap exceeded ~ window_within_its_limit ~"
                        + " UPDATE budget_window SET spent = 10.000000000001 WHERE unit = 'usd'",
                "another day's call ~ window_is_that_of_admission ~"
                        + " UPDATE call SET admitted_at = admitted_at + interval '1 day' {one}",
                "a cheaper window line ~ window_line_is_the_call ~"
                        + " UPDATE call SET windows = (SELECT jsonb_agg(l || '{\"spent\":\"0\"}')"
                        + " FROM jsonb_array_elements(windows) l) {one}",
                "a roll-up off ~ rollups_are_their_calls ~"
                        + " UPDATE usage_rollup SET quantity = quantity + 1 WHERE unit = 'requests'",
                "a roll-up gone ~ rollups_are_their_calls ~"
                        + " DELETE FROM usage_rollup WHERE unit = 'usd'",
                "a day's roll-up off ~ days_are_their_rollups ~"
                        + " UPDATE usage_day SET quantity = quantity + 1 WHERE unit = 'requests'",
                "too much refunded ~ refunded_at_most_the_charge ~"
                        + " UPDATE transfer SET amount = 50 WHERE kind = 'refund'",
                "a hold left open ~ no_hold_left_open ~"
                        + " UPDATE escrow_slice SET held = 1 WHERE unit = 'usd'",
                "a charge for nothing ~ no_charge_without_hold ~"
                        + " UPDATE call SET hold_usd = NULL {one}",
            })
    void aCorruptionIsFoundByName(String what, String check, String sql) throws SQLException {
        Report report = after(sql);
        assertThat(report.clean()).as(what).isFalse();
        assertThat(report.problems()).extracting(Finding::check).contains(check);
    }

    @Test
    void aLimitThatWasLoweredIsOnlyNoted() throws SQLException {
        Report report = after("UPDATE quota_rule SET limit_amount = 0 WHERE unit = 'usd'");
        assertThat(report.problems()).isEmpty();
        assertThat(report.notes()).extracting(Finding::check).contains("window_within_its_limit");
    }

    /// What the checker says after the statement, which then never was.
    private static Report after(String sql) throws SQLException {
        String full = sql.replace("{copy}", COPY).replace("{one}", ONE);
        try (Connection connection = sluice.database().database().connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String each :
                        List.of(
                                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                                "ALTER TABLE transfer DISABLE TRIGGER USER",
                                "ALTER TABLE call DROP CONSTRAINT call_pkey",
                                full)) {
                    statement.execute(each);
                }
                if (!full.startsWith("SELECT")) {
                    assertThat(statement.getUpdateCount()).as(full).isPositive();
                }
                return Checker.of(connection).against(sluice.upstreamJournal()).atRest().check();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }
}
