package dev.sluice.app.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables speak to people: names where programs get ids, words where they get JSON.
class PlainWordsTest {

    private static final String TEAM = "team_01jd00000000000000000000aa";
    private static final String OTHER = "team_01jd00000000000000000000bb";
    private static final String KEY = "key_01jd00000000000000000000cc";

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

    private void keys() {
        api.answer(
                "GET /admin/v1/keys",
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"label\":\"app\",\"team\":\"%s\"},{\"id\":\"k2\",\"label\":\"old\",\"team\":\"%s\"}]}"
                        .formatted(KEY, TEAM, OTHER));
    }

    @Test
    void tablesShowNamesAndKeepTheIdOfWhatIsGone() {
        keys();
        api.answer(
                "GET /admin/v1/teams/" + TEAM,
                200,
                "{\"id\":\"" + TEAM + "\",\"name\":\"support\"}");

        String table = person.run("keys", "list").out();

        assertThat(table).contains(KEY, "support", OTHER).doesNotContain(TEAM);
        assertThat(api.asked()).hasSize(3);
    }

    @Test
    void programsKeepTheIds() {
        keys();

        for (String form : new String[] {"json", "yaml", "csv"}) {
            assertThat(person.run("keys", "list", "-o", form).out()).contains(TEAM, OTHER);
        }
        assertThat(api.asked()).hasSize(3);
    }

    @Test
    void manyNamesAreOneQuestion() {
        StringBuilder rows = new StringBuilder();
        StringBuilder teams = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            String id = "team_01jd0000000000000000000%03d".formatted(i);
            rows.append(i == 0 ? "" : ",").append("{\"team\":\"").append(id).append("\"}");
            teams.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"%s\",\"name\":\"group %d\"}".formatted(id, i));
        }
        api.answer("GET /admin/v1/usage", 200, "{\"data\":[" + rows + "]}");
        api.answer("GET /admin/v1/teams", 200, "{\"data\":[" + teams + "]}");

        String table = person.run("usage", "--group-by", "team").out();

        assertThat(table).contains("group 0 ", "group 39 ").doesNotContain("team_");
        assertThat(api.asked()).hasSize(2);
    }

    @Test
    void followedCallsHaveAHeadAndNames() {
        api.answer(
                "GET /admin/v1/requests",
                200,
                "text/event-stream",
                "data: {\"request_id\":\"req_1\",\"key\":\"%s\",\"cost_usd\":\"0.01\"}\n\n"
                                .formatted(KEY)
                        + "data: {\"request_id\":\"req_2\",\"key\":\"%s\",\"cost_usd\":\"2\"}\n\n"
                                .formatted(KEY));
        api.answer(
                "GET /admin/v1/keys/" + KEY, 200, "{\"id\":\"" + KEY + "\",\"label\":\"my app\"}");

        String[] lines = person.run("logs", "-f").out().split("\n", -1);

        assertThat(lines[0]).startsWith("CREATED_AT").endsWith("COST_USD");
        assertThat(lines[1]).contains("req_1", "my app");
        assertThat(lines[1].indexOf("0.01")).isEqualTo(lines[0].indexOf("COST_USD"));
        assertThat(lines[2]).contains("req_2", "my app");
        assertThat(api.asked()).hasSize(2);
    }

    @Test
    void cellsHoldWordsAndNoJson() {
        api.answer(
                "GET /admin/v1/quotas",
                200,
                """
                {"data":[{"name":"q","scope":{"team":"t","environment":"staging"},"unit":"usd",
                 "limit":"5","window":{"calendar":"day","time_zone":"Europe/Berlin"},
                 "shadow":false}]}\
                """);
        api.answer(
                "GET /admin/v1/requests/req_1",
                200,
                """
                {"request_id":"req_1","decisions":[{"upstream":"a","reason":"taken"}],
                 "attempts":[{"id":"att_1","upstream":"a","model":"m","status":200,
                 "meters":{"input":3},"cost_lines":[{"meter":"input","amount_usd":"1"}]}]}\
                """);

        assertThat(person.run("quotas", "list").out())
                .contains("team t, environment staging", "day in Europe/Berlin")
                .doesNotContain("{", "\"");
        assertThat(person.run("requests", "show", "req_1").out())
                .contains("attempts:", "UPSTREAM", "taken")
                .doesNotContain("{", "\"", "att_1");
    }

    @Test
    void nothingThatWasStoredSteersTheTerminal() {
        String hostile = "a\\u001b[31mb\\u009b2Jc\\u202ed\\u2028e\\nf";
        api.answer("GET /admin/v1/teams", 200, "{\"data\":[{\"name\":\"" + hostile + "\"}]}");

        assertThat(person.run("teams", "list").out()).contains("a [31mb 2Jc d e f");
    }

    @Test
    void aChangeShowsWhatDiffersInside() throws Exception {
        Files.writeString(folder.resolve("sluice.yaml"), "version: 1\n");
        api.answer(
                "POST /admin/v1/apply",
                200,
                """
                {"changes":[{"action":"update","kind":"quota","name":"q","changes":{
                 "window":{"from":{"calendar":"day","time_zone":"UTC"},
                           "to":{"calendar":"week","time_zone":"UTC"}}}},
                 {"action":"update","kind":"model","name":"m","changes":{
                 "targets":{"from":[{"upstream":"a","model":"x","priority":1,"weight":80}],
                            "to":[{"upstream":"a","model":"x","priority":1},
                                  {"upstream":"b","model":"y","priority":2}]}}},
                 {"action":"update","kind":"upstream","name":"u","changes":{
                 "credential":{"from":"***","to":"***"}}},
                 {"action":"update","kind":"team","name":"t","changes":{
                 "owned_by_file":{"from":false,"to":true}}}]}\
                """);

        assertThat(person.run("plan", "sluice.yaml").out())
                .isEqualTo(
                        """
                        ~ update quota q
                            window.calendar: day -> week
                        ~ update model m
                            targets: a/x@1*80 -> a/x@1; b/y@2
                        ~ update upstream u
                            credential: replaced
                        = 1 more as they are, from now on changed by the file alone
                        """);
    }

    @Test
    void whoeverIsNotSluiceIsToldFromIt() {
        api.answer("GET /admin/v1/export", 200, "text/html; charset=utf-8", "<html>hello</html>");
        api.answer("GET /admin/v1/balance", 301, "text/html", "moved");
        api.answer("GET /admin/v1/requests", 200, "text/html", "<html>hello</html>");

        Typed.Outcome export = person.run("export");
        assertThat(export.code()).isEqualTo(1);
        assertThat(export.out()).isEmpty();
        assertThat(export.err()).contains("web page", "SLUICE_URL");
        assertThat(person.run("balance").err()).contains("redirects", "SLUICE_URL");
        assertThat(person.run("logs", "-f").err()).contains("web page");
    }

    @Test
    void plainHttpIsToldFromTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering =
                    Thread.startVirtualThread(() -> {
                        try (Socket socket = server.accept()) {
                            // as a server does: an answer that comes before the client has
                            // spoken leaves the JDK's client waiting at times
                            socket.getInputStream().readNBytes(5);
                            socket.getOutputStream()
                                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                        } catch (IOException _) {
                            // the client has left
                        }
                    });
            Typed.Outcome tls =
                    person.run("balance", "--url", "https://127.0.0.1:" + server.getLocalPort());
            assertThat(tls.code()).isEqualTo(3);
            assertThat(tls.err()).contains("TLS", "http://");
            answering.join();
        }
    }
}
