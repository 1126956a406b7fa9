package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What is wrong with a file is told with line and column, everything at once.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are made before all tests
class ApplyProblemsTest {

    private static final String HEAD = "version: 1\norganization: {name: acme}\n";
    private static final String QUOTA = "quotas: [{name: q, unit: usd, limit: 1, ";

    private Plane plane;
    private Plane.Caller admin;

    @BeforeAll
    void start() {
        plane = new Plane();
        admin = plane.installation();
    }

    @AfterAll
    void stop() {
        plane.close();
    }

    private List<String> problems(String file) {
        JsonNode error = admin.post("/admin/v1/apply?dry_run=true", file).json().path("error");
        assertThat(error.path("code").asString()).as(error.toString()).isEqualTo("invalid_request");
        List<String> problems = new ArrayList<>();
        for (JsonNode problem : error.at("/sluice/problems")) {
            String line =
                    "%d:%d %s"
                            .formatted(
                                    problem.path("line").intValue(),
                                    problem.path("column").intValue(),
                                    problem.path("message").asString());
            problems.add(line);
            assertThat(error.path("message").asString())
                    .contains("line " + problem.path("line"))
                    .contains(problem.path("message").asString());
        }
        return problems;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``| 1:1 The file must be an object that starts: version: 1.",
                "`[1]`| 1:1 The file must be an object that starts: version: 1.",
                "`organization: {name: a}`| 1:1 'version' is required: version: 1.",
                "`version: 2~organization: {name: a}`"
                        + "| 1:1 'version' must be a whole number from 1 to 1.",
                "`version: 1`| 1:1 'organization' is required",
                "`version: 1~organization: acme`| 2:1 'organization' must be an object.",
                "`version: 1~organization: {nam: acme}`| 2:1 'organization.name' is required: a"
                        + " name.",
                "`version: 1~~teams:~  - name: [a`| This is not valid YAML",
                "`version: 1~--- ~version: 1`| 2:1 The file must be one document.",
                "`version: 1~organization: *nobody`| 2:15 '*nobody' names no anchor before it.",
                "`version: 1~organization: &a {name: a, x: *a}`"
                        + "| 2:31 '*a' names no anchor before it.",
                "`{\"version\": 1,~ \"organization\": {\"name\": \"a\",}}`|not valid JSON",
                "`{\"version\": 1,~ \"organisation\": {}}`"
                        + "| 2:2 'organisation' is not a known field; there are",
            })
    void aFileThatIsNone(String file, String problem) {
        assertThat(problems(file.replace('~', '\n'))).anyMatch(line -> line.contains(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`team: []`| 3:1 'team' is not a known field; there are",
                "`teams: 5`| 3:1 'teams' must be a list.",
                "`teams: [a]`| 3:9 'teams[0]' must be an object.",
                "`teams:~  - {nam: a}`| 4:5 'teams[0].name' is required: a name.",
                "`teams:~  - name: a~    budget: b`"
                        + "| 5:5 'teams[0].budget' is not a known field; there are budget_owner,",
                "`teams:~  - {name: 5}`| 4:6 'teams[0].name' must be a string.",
                "`teams:~  - name: a~  - name: a`| 5:5 'teams[1].name': 'a' is there twice.",
                "`teams:~  - name: a~    name: b`| 5:5 'teams[0].name' is there twice.",
                "`teams: []~teams: []`| 4:1 'teams' is there twice.",
                "`users:~- {name: a, team: x}`| 4:13 'users[0].team' names no team: 'x'. "
                        + "List it under 'teams' of the file.",
                "`grants: []`| 3:1 'grants' is not supported yet.",
                "`policy: {posture: guarded}`| 3:10 'policy.posture' guarded is not supported yet.",
                "`policy: {posture: shut}`| 3:10 'policy.posture' must be one of deny, guarded,",
                "`upstreams: [{name: u, provider: simulated, base_url: \"${NOPE}\"}]`"
                        + "| 3:44 'upstreams[0].base_url' names a variable that is not set: NOPE.",
                "`upstreams: [{name: u, provider: simulated, base_url: \"http://127.0.0.1/\","
                        + " credential: \"${NOPE}\"}]`"
                        + "| 3:75 'upstreams[0].credential.env' names a variable that is not set",
                "`teams:~- name: ${NOPE}`"
                        + "| 4:3 'teams[0].name' names a variable that is not set: NOPE.",
                "`models:~- {name: m, targets: [{upstream: u}]}`"
                        + "| 4:24 'models[0].targets[0].upstream' names no upstream: 'u'.",
                "`models:~- {name: m, fallbacks: [x], targets: [{upstream: u}]}`"
                        + "| 4:13 'models[0].fallbacks' is not supported yet.",
                "`models:~- name: m~  strategy: sticky`"
                        + "| 5:3 'models[0].strategy' sticky is not supported yet.",
                "`keys:~- {label: k, environment: staging, owner: \"user:a\"}`"
                        + "| 'keys[0].team' is required",
                "`teams: [{name: t}]~keys:~- {label: k, team: t, environment: production,"
                        + " owner: \"service:a\"}`"
                        + "| 'keys[0].owner' names no service: 'a'. List it under 'services'",
                "`teams: [{name: &n 1.5}]`| 3:10 'teams[0].name' must be a string.",
                "`teams: [{name: !!set {}}]`| must be a string",
                "`teams: [{name: !mine x}]`| 3:16 The tag '!mine' is not supported.",
                "`teams: [{name: .inf}]`| 3:16 'teams[0].name' is a number out of range.",
                "`? [a]~: b`| 3:3 The name of a field must be a plain word.",
                "`x: &a {b: c}~teams: [{<<: *a, name: t}]`| 4:10 Merge keys",
            })
    void aPartThatIsWrong(String part, String problem) {
        assertThat(problems(HEAD + part.replace('~', '\n')))
                .anyMatch(line -> line.contains(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`window: {rolling: 5h}}]`|'quotas[0].window.rolling' is not supported yet.",
                "`window: {calendar: day}, per: [customer]}]`|'quotas[0].per' is not supported",
                "`window: {calendar: day}, scope: {customer: x}}]`"
                        + "|'quotas[0].scope.customer' is not supported yet.",
                "`window: {calendar: day}, at_limit: {degrade: {to: x}}}]`"
                        + "|'quotas[0].at_limit.degrade' is not supported yet.",
                "`window: {calendar: year}}]`|3:50 'quotas[0].window.calendar' must be one of",
            })
    void aQuotaOfTheWiderGrammar(String rest, String problem) {
        assertThat(problems(HEAD + QUOTA + rest)).anyMatch(line -> line.contains(problem));
    }

    @Test
    void allProblemsAreToldTogetherAndOnlyTheirCauses() {
        assertThat(
                        problems(
                                """
                                version: 1
                                organization: {name: acme, zone: UTC}
                                teams:
                                  - name: support
                                    budget: 5
                                    owner: me
                                keys:
                                  - {label: k, team: support, environment: staging, owner: "user:a"}
                                quotas:
                                  - {name: q, unit: usd, limit: -1, window: {calendar: day}}
                                extra: true
                                """))
                .containsExactly(
                        "2:28 'organization.zone' is not a known field; there are billing,"
                                + " currency, name, price_rule, sandbox, time_zone.",
                        "5:5 'teams[0].budget' is not a known field; there are budget_owner, name,"
                                + " price_rule.",
                        "6:5 'teams[0].owner' is not a known field; there are budget_owner, name,"
                                + " price_rule.",
                        "10:26 'quotas[0].limit' must not be negative.",
                        "11:1 'extra' is not a known field; there are keys, models, organization,"
                                + " plans, policy, quotas, services, teams, upstreams, users,"
                                + " version.");
    }

    @Test
    void aliasesWorkAndCannotBlowUp() {
        admin.post(
                        "/admin/v1/apply?dry_run=true",
                        HEAD
                                + "users:\n  - {name: a, email: &mail a@example.com}\n"
                                + "  - {name: b, email: *mail}\n")
                .ok(200);
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d,".formatted(i - 1).repeat(10)).append("]\n");
        }
        assertThat(problems(bomb.toString())).anyMatch(line -> line.contains("too many values"));
    }

    @Test
    void depthAndSizeAreBounded() {
        assertThat(problems("version: " + "[".repeat(100_000)))
                .anyMatch(line -> line.contains("nests too deeply"));
        assertThat(problems("{\"version\": " + "[".repeat(100_000)))
                .anyMatch(line -> line.contains("nests too deeply"));
        admin.post("/admin/v1/apply", "# " + "x".repeat(5 << 20))
                .refused(413, "request_too_large", null);
    }

    @Test
    void theFileMayBeJson() {
        admin.with("content-type", "application/json")
                .post(
                        "/admin/v1/apply?dry_run=true",
                        """
                        {"version": 1,
                        \t"organization": {"name": "acme"},
                        \t"teams": [{"name": "caf\\u00e9 \\ud83d\\ude00"}]}
                        """)
                .ok(200);
    }
}
