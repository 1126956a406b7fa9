package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is wrong with an object is a 400 that names the field, and nothing is stored.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are made before the first test
class WrongFieldsTest {

    private Plane plane;
    private Plane.Caller admin;

    @BeforeAll
    void start() {
        plane = new Plane();
        admin = plane.installation();
        admin.post("/admin/v1/teams", "{\"name\":\"support\"}").ok(201);
        admin.post(
                        "/admin/v1/upstreams",
                        "{\"name\":\"sim\",\"provider\":\"simulated\","
                                + "\"base_url\":\"http://127.0.0.1:9/v1\"}")
                .ok(201);
    }

    @AfterAll
    void stop() {
        plane.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'a','provider':'nobody','base_url':'http://x.example.com'}|provider",
                "{'name':'a','provider':'openai-compatible'}|base_url",
                "{'name':'a','provider':'openai','base_url':'ftp://x.example.com'}|base_url",
                "{'name':'a','provider':'openai','base_url':'https://u:p@x.example.com'}|base_url",
                "{'name':'a','provider':'openai','base_url':'https://x.example.com?k=1'}|base_url",
                "{'name':'a','provider':'openai','dialects':['telepathy']}|dialects[0]",
                "{'name':'a','provider':'openai','timeouts':{'idle':'soon'}}|timeouts.idle",
                "{'name':'a','provider':'openai','timeouts':{'idel':'3s'}}|timeouts.idel",
                "{'name':'a','provider':'openai','limits':{'rpm':0}}|limits.rpm",
                "{'name':'a','provider':'openai','credential':{'env':'UNSET'}}|credential.env",
                "{'name':'a','provider':'openai','credential':{'file':'/no/file'}}|credential.file",
            })
    void wrongUpstreamsNameTheField(String body, String field) {
        admin.post("/admin/v1/upstreams", body.replace('\'', '"'))
                .refused(400, "invalid_request", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'m','targets':[]}|targets",
                "{'name':'m','targets':[{'upstream':'no'}]}|targets[0].upstream",
                "{'name':'m','targets':[{'upstream':'sim','priority':0}]}|targets[0].priority",
                "{'name':'m','targets':[{'upstream':'sim','wieght':1}]}|targets[0].wieght",
                "{'name':'m','targets':[{'upstream':'sim'}],'strategy':'sticky'}|strategy",
                "{'name':'m','targets':[{'upstream':'sim'}],'strategy':'best'}|strategy",
                "{'name':'m','targets':[{'upstream':'sim'}],'fallbacks':['x']}|fallbacks",
                "{'name':'m','targets':[{'upstream':'sim'}],'price':{'per_thought':'1'}}"
                        + "|price.per_thought",
                "{'name':'m','targets':[{'upstream':'sim'}],'price':{'input_per_mtok':'-1'}}"
                        + "|price.input_per_mtok",
            })
    void wrongModelsNameTheField(String body, String field) {
        admin.post("/admin/v1/models", body.replace('\'', '"'))
                .refused(400, "invalid_request", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'unit':'rerenders','limit':1,'window':{'lifetime':true}|unit|not supported yet",
                "'unit':'bananas','limit':1,'window':{'lifetime':true}|unit|must be one of",
                "'unit':'usd','limit':'x','window':{'lifetime':true}|limit|decimal",
                "'unit':'usd','limit':-1,'window':{'lifetime':true}|limit|negative",
                "'unit':'requests','limit':'1.5','window':{'lifetime':true}|limit|whole",
                "'unit':'usd','limit':1|window|required",
                "'unit':'usd','limit':1,'window':{}|window|must be",
                "'unit':'usd','limit':1,'window':{'rolling':'5h'}|window.rolling|not supported yet",
                "'unit':'usd','limit':1,'window':{'campaign':{}}|window.campaign|not supported yet",
                "'unit':'usd','limit':1,'window':{'calendar':'year'}|window.calendar|one of",
                "'unit':'usd','limit':1,'window':{'calendar':'day','lifetime':true}|window|must be",
                "'unit':'usd','limit':1,'window':{'calendar':'day','time_zone':'X'}"
                        + "|window.time_zone|time zone",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'per':['customer']"
                        + "|per|not supported yet",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'at_limit':{'degrade':{'to':'m'}}|at_limit.degrade|not"
                        + " supported yet",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'at_limit':{'approve':{}}"
                        + "|at_limit.approve|not supported yet",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'customer':'x'}"
                        + "|scope.customer|not supported yet",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'team':'no'}"
                        + "|scope.team|names no team",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'key':'no'}"
                        + "|scope.key|names no key",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'tema':'no'}"
                        + "|scope.tema|not a known field",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'alerts':[0]|alerts[0]|whole",
                "'unit':'usd','limit':1,'window':{'lifetime':true},'scope':{'organization':'other'}"
                        + "|scope.organization|this organization",
            })
    void wrongQuotasNameTheFieldAndAreNeverIgnored(String rest, String field, String words) {
        var answer =
                admin.post("/admin/v1/quotas", ("{'name':'q'," + rest + "}").replace('\'', '"'));
        answer.refused(400, "invalid_request", field);
        assertThat(answer.text("error.message")).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'team':'support','owner':'user:a','environment':'dev'}|label",
                "{'label':'x','owner':'user:a','environment':'dev'}|team",
                "{'label':'x','team':'no','owner':'user:a','environment':'dev'}|team",
                "{'label':'x','team':'support','environment':'dev'}|owner",
                "{'label':'x','team':'support','owner':'ana','environment':'dev'}|owner",
                "{'label':'x','team':'support','owner':'user:a'}|environment",
                "{'label':'x','team':'support','owner':'user:a','environment':'Dev'}|environment",
                "{'label':'x','team':'support','owner':'user:owner','environment':'production'}|owner",
                "{'label':'x','team':'support','owner':'service:no','environment':'production'}|owner",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev','models':['no']}"
                        + "|models[0]",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'allowed_ips':['10.0.0.0/8','nowhere']}|allowed_ips[1]",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'actions':['dance']}|actions[0]",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'endpoint_families':['x']}|endpoint_families[0]",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'expires_at':'2020-01-01T00:00:00Z'}|expires_at",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'rotate_days':0}|rotate_days",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'storage_ref':'vault sk-sluice-abcdefghijklmnopqrstuv'}|storage_ref",
                "{'label':'x','team':'support','owner':'user:a','environment':'dev',"
                        + "'key':'sk-sluice-mine'}|key",
            })
    void wrongKeysNameTheField(String body, String field) {
        admin.post("/admin/v1/keys", body.replace('\'', '"'))
                .refused(400, "invalid_request", field);
        assertThat(admin.get("/admin/v1/keys").ok(200).path("data")).isEmpty();
    }
}
