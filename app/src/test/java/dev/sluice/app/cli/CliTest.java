package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables, errors and exit codes.
class CliTest {

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

    @Test
    void jsonIsExactlyWhatTheApiAnswered() {
        String body = "{\"object\":\"balance\",  \"balance\":\"5.10\",\"held\":\"0\"}";
        api.answer("GET /admin/v1/balance", 200, body);

        assertThat(person.run("balance", "-o", "json").out()).isEqualTo(body + "\n");
    }

    @Test
    void tablesAlignAmountsAtTheirPointsAndTouchNoDigit() {
        api.answer(
                "GET /admin/v1/ledger/accounts",
                200,
                """
                {"object":"list","data":[
                 {"name":"wallet","debits":"5","credits":null,"currency":"USD","balance":0.10},
                 {"name":"revenue","debits":"1250.000000000001","currency":"USD","balance":12}]}\
                """);
        Typed.Outcome outcome = person.run("ledger", "accounts");

        assertThat(outcome.out())
                .isEqualTo(
                        """
                        NAME     CURRENCY             DEBITS  CREDITS  BALANCE
                        wallet   USD          5               -           0.10
                        revenue  USD       1250.000000000001  -          12
                        """);
    }

    @Test
    void aListSaysThatThereIsMore() {
        api.answer(
                "GET /admin/v1/topups",
                200,
                "{\"object\":\"list\",\"data\":[],\"has_more\":true,\"next_cursor\":\"abc\"}");
        Typed.Outcome outcome = person.run("topups", "list");

        assertThat(outcome.out()).isEqualTo("(none)\n");
        assertThat(outcome.err()).contains("--all", "--cursor abc");
    }

    @Test
    void valuesThatOthersStoredCannotSteerTheTerminal() {
        api.answer(
                "GET /admin/v1/teams",
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"t\",\"name\":\"a\\u001b[2Jb\\nc\"}]}");

        assertThat(person.run("teams", "list").out()).contains("a [2Jb c").doesNotContain("\u001b");
    }

    @Test
    void allPagesBecomeOneList() {
        api.answer(
                "GET /admin/v1/keys",
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"k1\",\"n\":1.10}],\"has_more\":true,"
                        + "\"next_cursor\":\"c1\"}");
        api.answer(
                "GET /admin/v1/keys",
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"k2\"}],\"has_more\":false,"
                        + "\"next_cursor\":null}");

        Typed.Outcome outcome = person.run("keys", "list", "--all", "-o", "json");

        assertThat(outcome.out().strip())
                .isEqualTo(
                        "{\"object\":\"list\",\"data\":[{\"id\":\"k1\",\"n\":1.10},"
                                + "{\"id\":\"k2\"}],"
                                + "\"has_more\":false,\"next_cursor\":null}");
        assertThat(api.last().target()).isEqualTo("/admin/v1/keys?limit=500&cursor=c1");
    }

    @Test
    void aRefusalSaysWhatParameterAndWhichRequest() {
        api.answer(
                "POST /admin/v1/topups",
                400,
                "{\"error\":{\"message\":\"'amount' must be above zero.\",\"type\":\"x\","
                        + "\"code\":\"invalid_request\",\"param\":\"amount\","
                        + "\"sluice\":{\"request_id\":\"req_1\"}}}");

        Typed.Outcome outcome = person.run("topups", "create", "0", "--reference", "r");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("'amount' must be above zero.", "400 invalid_request", "req_1")
                .contains("parameter: amount");
    }

    @Test
    void wrongCredentialAndMissingRightSayWhatToDo() {
        api.answer(
                "GET /admin/v1/balance",
                401,
                "{\"error\":{\"message\":\"Unknown credential.\",\"code\":\"invalid_api_key\"}}");
        api.answer(
                "GET /admin/v1/keys",
                403,
                "{\"error\":{\"message\":\"It needs keys.manage.\","
                        + "\"code\":\"permission_denied\"}}");

        Typed.Outcome unknown = person.run("balance");
        Typed.Outcome denied = person.run("keys", "list");

        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("Unknown credential.", "SLUICE_ADMIN_KEY");
        assertThat(denied.code()).isEqualTo(1);
        assertThat(denied.err()).contains("It needs keys.manage.", "admin-tokens list");
    }

    @Test
    void withJsonTheRefusalIsOnTheOutputToo() {
        String body = "{\"error\":{\"message\":\"No.\",\"code\":\"conflict\"}}";
        api.answer("GET /admin/v1/balance", 409, body);

        assertThat(person.run("balance", "-o", "json").out()).isEqualTo(body + "\n");
    }

    @Test
    void nobodyAtTheUrlEndsWithThreeAndSaysHowToStart() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Typed.Outcome outcome = person.run("balance", "--url", "http://127.0.0.1:" + port);

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).contains("nobody listens", "./sluice run", "SLUICE_URL");
    }

    @Test
    void theOrganizationGoesIntoItsHeader() {
        api.answer("GET /admin/v1/balance", 200, "{}");

        person.with("SLUICE_ORGANIZATION", "one").run("balance");
        assertThat(api.last().organization()).isEqualTo("one");
        person.run("balance", "--organization", "two");
        assertThat(api.last().organization()).isEqualTo("two");
    }

    @Test
    void unknownWordsBringSuggestions() {
        Typed.Outcome group = person.run("key", "list");
        Typed.Outcome verb = person.run("keys", "lst");
        Typed.Outcome option = person.run("keys", "list", "--limits", "3");

        assertThat(group.code()).isEqualTo(2);
        assertThat(group.err()).contains("Did you mean", "keys");
        assertThat(verb.code()).isEqualTo(2);
        assertThat(verb.err()).contains("Did you mean", "list", "sluice keys --help");
        assertThat(option.code()).isEqualTo(2);
        assertThat(option.err()).contains("--limit");
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void mistypedValuesNeverReachTheServer() {
        assertThat(person.run("topups", "create", "5e3", "--reference", "r").code()).isEqualTo(2);
        assertThat(person.run("topups", "create", "5").err()).contains("--reference");
        assertThat(person.run("keys", "list", "--limit", "many").code()).isEqualTo(2);
        assertThat(person.run("balance", "-o", "xml").code()).isEqualTo(2);
        assertThat(person.run("balance", "--url", "localhost").code()).isEqualTo(2);
        assertThat(person.run("balance", "-o", "json", "-o", "table").code()).isEqualTo(2);
        assertThat(person.run("keys").code()).isEqualTo(2);
        assertThat(person.run("keys").err()).contains("Commands:", "rotate");
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void aBodyMayComeFromAFileAndOptionsWin() throws IOException {
        Files.writeString(
                folder.resolve("key.yaml"),
                "label: from-file\nteam: t\nowner: user:me\nenvironment: staging\n");
        api.answer("POST /admin/v1/keys", 201, "{\"id\":\"key_1\",\"key\":\"sk-sluice-once\"}");

        Typed.Outcome outcome =
                person.run("keys", "create", "--from-file", "key.yaml", "--label", "mine");

        assertThat(api.last().body())
                .isEqualTo(
                        "{\"label\":\"mine\",\"team\":\"t\",\"owner\":\"user:me\","
                                + "\"environment\":\"staging\"}");
        assertThat(outcome.out()).contains("sk-sluice-once");
    }

    @Test
    void credentialsOfUpstreamsComeFromVariablesAndFilesOnly() throws IOException {
        Files.writeString(folder.resolve("secret"), "from-file\n");
        api.answer("POST /admin/v1/upstreams", 201, "{}");
        api.answer("POST /admin/v1/upstreams/up/rotate", 200, "{}");

        person.with("PROVIDER_KEY", "from-variable")
                .run(
                        "upstreams",
                        "create",
                        "up",
                        "--provider",
                        "p",
                        "--credential-env",
                        "PROVIDER_KEY");
        assertThat(api.last().body())
                .isEqualTo("{\"name\":\"up\",\"provider\":\"p\",\"credential\":\"from-variable\"}");
        person.run("upstreams", "rotate", "up", "--credential-file", "secret");
        assertThat(api.last().body()).isEqualTo("{\"credential\":\"from-file\"}");
        assertThat(person.run("upstreams", "rotate", "up").code()).isEqualTo(2);
    }

    @Test
    void brokenBooksEndWithOne() {
        api.answer(
                "GET /admin/v1/ledger/verify",
                200,
                "{\"ok\":false,\"problems\":[{\"check\":\"wallet\",\"found\":\"1\"}]}");
        Typed.Outcome broken = person.run("ledger", "verify");
        assertThat(broken.code()).isEqualTo(1);
        assertThat(broken.out()).contains("wallet");
    }

    @Test
    void followingPrintsCallsAsTheyEnd() {
        api.answer(
                "GET /admin/v1/requests",
                200,
                "text/event-stream",
                ": following\n\nevent: request\nid: req_1\ndata: {\"request_id\":\"req_1\","
                        + "\"model\":\"m\",\"cost_usd\":\"0.01\"}\n\n");

        Typed.Outcome table = person.run("logs", "-f", "--model", "m");
        Typed.Outcome json = person.run("requests", "follow", "-o", "json");

        assertThat(table.out()).contains("req_1", "0.01");
        assertThat(json.out().strip())
                .isEqualTo("{\"request_id\":\"req_1\",\"model\":\"m\",\"cost_usd\":\"0.01\"}");
        assertThat(api.asked().getFirst().target())
                .isEqualTo("/admin/v1/requests?model=m&follow=true");
    }

    @Test
    void estimateWrapsTheCallOfAFile() {
        api.answer("POST /admin/v1/estimate", 200, "{\"allowed\":true}");
        Typed.Outcome outcome =
                person.piping("{\"model\":\"m\"}").run("estimate", "-", "--key", "k");
        assertThat(outcome.code()).isZero();
        assertThat(api.last().body())
                .isEqualTo(
                        "{\"endpoint\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"},"
                                + "\"key\":\"k\"}");
    }

    @Test
    void versionAndCompletionNeedNoServer() {
        assertThat(person.run("version").out()).startsWith("sluice ");
        assertThat(person.run("completion", "bash").out()).contains("complete -F", "quotas");
        assertThat(person.run("completion", "fish").out())
                .contains("complete -c sluice -n '__sluice_next keys' -a 'rotate' -d 'Give a key")
                .contains("-n '__sluice_at keys rotate' -l overlap-seconds -r -F -d 'how long")
                .doesNotContain("'reference'");
        assertThat(person.run("completion", "tcsh").code()).isEqualTo(2);
    }
}
