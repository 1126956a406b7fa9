package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which call each command makes.
class CallsTest {

    private static final String ONCE = "The secret is shown this once: keep it safe.\n";

    private final ScriptedApi api = new ScriptedApi();
    @TempDir private Path folder;
    private Typed person = new Typed(Path.of("."));

    @BeforeEach
    void sitDown() {
        person = new Typed(folder).at(api.url());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /// Configuration: the command, and the call it makes.
    static Stream<Arguments> configuration() {
        return Stream.of(
                call(
                        "keys create --label a --team t --owner user:me --environment development"
                                + " --models m1,m2 --rotate-days 30",
                        "POST /admin/v1/keys",
                        """
                        {"label":"a","team":"t","owner":"user:me","environment":"development",\
                        "models":["m1","m2"],"rotate_days":30}\
                        """),
                call("keys list --inactive-days 30", "GET /admin/v1/keys?inactive_days=30", ""),
                call("keys show my/app", "GET /admin/v1/keys/my%2Fapp", ""),
                call(
                        "keys rotate k --overlap-seconds 60",
                        "POST /admin/v1/keys/k/rotate",
                        "{\"overlap_seconds\":60}"),
                call("keys revoke k", "POST /admin/v1/keys/k/revoke", "{}"),
                call(
                        "teams create t --budget-owner fin@example.com --multiply 1.20",
                        "POST /admin/v1/teams",
                        """
                        {"name":"t","budget_owner":"fin@example.com",\
                        "price_rule":{"multiply":"1.20"}}\
                        """),
                call(
                        "teams update t --budget-owner=",
                        "PATCH /admin/v1/teams/t",
                        "{\"budget_owner\":null}"),
                call("users delete u", "DELETE /admin/v1/users/u", ""),
                call(
                        "organizations create acme --billing-mode postpaid --credit-limit 500.00",
                        "POST /admin/v1/organizations",
                        """
                        {"name":"acme","billing":{"mode":"postpaid","credit_limit":"500.00"}}\
                        """),
                call(
                        "admin-tokens create --user ana --roles platform,finance",
                        "POST /admin/v1/admin-tokens",
                        "{\"user\":\"ana\",\"roles\":[\"platform\",\"finance\"]}"),
                call("admin-tokens revoke adm_1", "DELETE /admin/v1/admin-tokens/adm_1", ""),
                call(
                        "models create fast --targets a/org/m@x@1*80 --targets b/m --strategy"
                                + " weighted",
                        "POST /admin/v1/models",
                        """
                        {"name":"fast","targets":[{"upstream":"a","model":"org/m@x","priority":1,\
                        "weight":80},{"upstream":"b","model":"m"}],"strategy":"weighted"}\
                        """),
                call(
                        "prices set p m --price input_per_mtok=0.25 --price output_per_mtok=2.00",
                        "POST /admin/v1/prices",
                        """
                        {"provider":"p","model":"m","price":{"input_per_mtok":"0.25",\
                        "output_per_mtok":"2.00"}}\
                        """),
                call(
                        "quotas create q --environment staging --unit usd --limit 5.00 --window day"
                                + " --time-zone Europe/Berlin --clamp --alerts [50,100]",
                        "POST /admin/v1/quotas",
                        """
                        {"name":"q","scope":{"environment":"staging"},"unit":"usd","limit":"5.00",\
                        "window":{"calendar":"day","time_zone":"Europe/Berlin"},"clamp":true,\
                        "alerts":[50,100]}\
                        """),
                call("quotas state q --member c1", "GET /admin/v1/quotas/q/state?member=c1", ""),
                call("quotas update q --limit 7", "PATCH /admin/v1/quotas/q", "{\"limit\":\"7\"}"));
    }

    /// People who sign in.
    static Stream<Arguments> people() {
        return Stream.of(
                call("accounts show a1", "GET /admin/v1/accounts/a1", ""),
                call(
                        "accounts update a1 --roles owner,finance --disabled=false",
                        "PATCH /admin/v1/accounts/a1",
                        "{\"roles\":[\"owner\",\"finance\"],\"disabled\":false}"),
                call("accounts reset a1", "POST /admin/v1/accounts/a1/reset", "{}"),
                call("accounts delete a1", "DELETE /admin/v1/accounts/a1", ""),
                call(
                        "invitations create a@example.com --roles developer",
                        "POST /admin/v1/invitations",
                        "{\"email\":\"a@example.com\",\"roles\":[\"developer\"]}"),
                call("invitations revoke i1", "DELETE /admin/v1/invitations/i1", ""),
                call(
                        "sessions list a1 --limit 3",
                        "GET /admin/v1/accounts/a1/sessions?limit=3",
                        ""),
                call("sessions end a1 s1", "DELETE /admin/v1/accounts/a1/sessions/s1", ""),
                call("sessions end-all a1", "POST /admin/v1/accounts/a1/sign-out", "{}"));
    }

    /// Money and questions.
    static Stream<Arguments> money() {
        return Stream.of(
                call(
                        "topups create 25.00 --reference r1",
                        "POST /admin/v1/topups",
                        "{\"amount\":\"25.00\",\"reference\":\"r1\"}"),
                call(
                        "refunds create req_1 --amount 0.020 --reason bad --reference t7",
                        "POST /admin/v1/refunds",
                        """
                        {"request_id":"req_1","amount":"0.020","reason":"bad","reference":"t7"}\
                        """),
                call(
                        "adjustments create --amount=-1.50 --reason twice --reference f3",
                        "POST /admin/v1/adjustments",
                        "{\"amount\":\"-1.50\",\"reason\":\"twice\",\"reference\":\"f3\"}"),
                call(
                        "ledger entries --kind charge --limit 20",
                        "GET /admin/v1/ledger/entries?limit=20&kind=charge",
                        ""),
                call(
                        "requests list --error-code quota_exceeded --min-cost 0.01",
                        "GET /admin/v1/requests?error_code=quota_exceeded&min_cost=0.01",
                        ""),
                call("logs --status 429", "GET /admin/v1/requests?status=429", ""),
                call(
                        "usage --from 2026-07-01 --group-by team,model --interval day --format csv",
                        "GET /admin/v1/usage?from=2026-07-01&group_by=team%2Cmodel&interval=day"
                                + "&format=csv",
                        ""),
                call(
                        "explain --key k --model m --action chat",
                        "POST /admin/v1/explain",
                        "{\"key\":\"k\",\"model\":\"m\",\"action\":\"chat\"}"),
                call("audit list --cursor c", "GET /admin/v1/audit?cursor=c", ""));
    }

    private static Arguments call(String words, String target, String body) {
        return Arguments.of(words, target, body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"configuration", "people", "money"})
    void aCommandIsOneCall(String words, String target, String body) {
        api.answer(target.replaceFirst("\\?.*", "").replace("%2F", "/"), 200, "{\"ok\":true}");

        Typed.Outcome outcome = person.run(words.split(" ", -1));

        assertThat(outcome.err().replace(ONCE, "")).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(api.asked()).hasSize(1);
        assertThat(api.last().method() + " " + api.last().target()).isEqualTo(target);
        assertThat(api.last().body()).isEqualTo(body);
        assertThat(api.last().authorization()).isEqualTo("Bearer " + Typed.ADMIN_KEY);
    }
}
