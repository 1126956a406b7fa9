package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `-o yaml` and `-o csv`: no digit and no text becomes another.
class FormsTest {

    private static final String LIST =
            """
            {"object":"list","data":[
             {"id":"t1","name":"a, \\"b\\"","price_rule":{"multiply":"1.20"},"n":0.10,"gone":null},
             {"id":"t2","name":"=HYPERLINK(1)","price_rule":{"multiply":"-5"},"n":-3,"tags":["x","y"]},
             {"id":"007","name":"yes","price_rule":null,"n":12345678901234567890.123456789012}],
             "has_more":false,"next_cursor":null}\
            """;

    private final ScriptedApi api = new ScriptedApi();
    @TempDir private Path folder;
    private Typed person = new Typed(Path.of("."));

    @BeforeEach
    void sitDown() {
        person = new Typed(folder).at(api.url());
        api.answer("GET /admin/v1/plans", 200, LIST);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void csvHasTheColumnsOfTheTableAndRunsNoFormula() {
        assertThat(person.run("plans", "list", "-o", "csv").out())
                .isEqualTo(
                        "id,name,price_rule.multiply,created_at\r\n"
                                + "t1,\"a, \"\"b\"\"\",1.20,\r\n"
                                + "t2,'=HYPERLINK(1),-5,\r\n"
                                + "007,yes,,\r\n");
    }

    @Test
    void csvHasWordsWhereTheAnswerHasObjects() {
        api.answer(
                "GET /admin/v1/quotas",
                200,
                """
                {"data":[{"name":"q","scope":{"team":"t","environment":"staging"},
                 "window":{"calendar":"day"}},{"name":"all","scope":{},"window":null}]}\
                """);
        api.answer(
                "GET /admin/v1/models/m",
                200,
                """
                {"name":"m","targets":[{"upstream":"a","model":"x","priority":1,"weight":80},
                 {"upstream":"=1+1","model":"y"}]}\
                """);

        assertThat(person.run("quotas", "list", "-o", "csv").out())
                .endsWith(",q,\"team t, environment staging\",,,day,\r\n,all,,,,,\r\n");
        assertThat(person.run("models", "show", "m", "-o", "csv").out())
                .endsWith("\r\nm,a/x@1*80; =1+1/y\r\n");
    }

    @Test
    void csvOfAnObjectIsOneLine() {
        api.answer(
                "GET /admin/v1/balance",
                200,
                "{\"object\":\"balance\",\"balance\":\"5.10\",\"burn\":{\"per_day\":\"0\"}}");

        assertThat(person.run("balance", "-o", "csv").out())
                .isEqualTo("balance,burn.per_day\r\n5.10,0\r\n");
    }

    @Test
    void yamlKeepsTextsTextsAndNumbersTheirDigits() {
        String yaml = person.run("plans", "list", "-o", "yaml").out();

        assertThat(yaml)
                .contains("multiply: \"1.20\"", "id: \"007\"", "name: \"yes\"", "\"n\": 0.10")
                .contains("\"n\": 12345678901234567890.123456789012", "gone: null")
                .doesNotContain("---");
    }

    @Test
    void aHintOfTheNextPageIsForPeopleAlone() {
        api.answer(
                "GET /admin/v1/topups",
                200,
                "{\"object\":\"list\",\"data\":[],\"has_more\":true,\"next_cursor\":\"abc\"}");

        assertThat(person.run("topups", "list", "-o", "csv").err()).isEmpty();
        assertThat(person.run("topups", "list", "-o", "yaml").err()).isEmpty();
    }

    @Test
    void callsThatAreFollowedHaveOneHeading() {
        api.answer(
                "GET /admin/v1/requests",
                200,
                "text/event-stream",
                """
                event: request
                data: {"request_id":"r1","cost_usd":"0.10"}

                event: request
                data: {"request_id":"r2","model":"+x"}

                """);

        assertThat(person.run("logs", "-f", "-o", "csv").out())
                .isEqualTo(
                        "created_at,request_id,key,model,upstream,status_code,error_code,state,"
                                + "cost_usd\r\n,r1,,,,,,,0.10\r\n,r2,,'+x,,,,,\r\n");
        assertThat(person.run("logs", "-f", "-o", "yaml").out())
                .isEqualTo(
                        """
                        ---
                        request_id: "r1"
                        cost_usd: "0.10"
                        ---
                        request_id: "r2"
                        model: "+x"
                        """);
    }

    @Test
    void anotherFormIsRefusedWithThoseThereAre() {
        Typed.Outcome outcome = person.run("plans", "list", "-o", "xml");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("table, json, yaml, csv", "xml");
    }
}
