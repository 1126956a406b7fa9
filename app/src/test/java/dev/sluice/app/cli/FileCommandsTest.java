package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `plan`, `apply`, `export`.
class FileCommandsTest {

    private static final String PLAN =
            """
            {"object":"plan","organization":{"id":"org_1","name":"acme"},"plan":[],"changes":[
             {"action":"create","kind":"team","name":"support","changes":{}},
             {"action":"update","kind":"quota","name":"q",
              "changes":{"limit":{"from":"5","to":"7.50"},"owner":{"from":null,"to":"ana"}}},
             {"action":"delete","kind":"key","name":"old","changes":{}}],
             "keys":[],"warnings":["the credential stands in the file"],"dry_run":true}\
            """;
    private static final String APPLIED =
            """
            {"object":"plan","organization":{"id":"org_1","name":"acme"},"plan":[],"changes":[
             {"action":"create","kind":"key","name":"support-prod","changes":{}}],
             "keys":[{"label":"support-prod","id":"key_1","key":"sk-sluice-once"}],
             "warnings":[],"dry_run":false}\
            """;

    private final ScriptedApi api = new ScriptedApi();
    @TempDir private Path folder;
    private Typed person = new Typed(Path.of("."));

    @BeforeEach
    void sitDown() throws IOException {
        person = new Typed(folder).at(api.url());
        Files.writeString(folder.resolve("sluice.yaml"), "version: 1\n");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void planAsksForADryRunAndShowsWhatWouldChange() {
        api.answer("POST /admin/v1/apply", 200, PLAN);

        Typed.Outcome outcome = person.run("plan", "sluice.yaml");

        assertThat(api.last().target()).isEqualTo("/admin/v1/apply?dry_run=true");
        assertThat(api.last().body()).isEqualTo("version: 1\n");
        assertThat(api.last().contentType()).isEqualTo("application/yaml");
        assertThat(outcome.out())
                .isEqualTo(
                        """
                        + create team support
                        ~ update quota q
                            limit: 5 -> 7.50
                            owner: - -> ana
                        - delete key old
                        warning: the credential stands in the file
                        """);
    }

    @Test
    void applyWithoutAPersonChangesNothingUnlessTold() {
        api.answer("POST /admin/v1/apply", 200, PLAN);

        Typed.Outcome outcome = person.run("apply", "sluice.yaml");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("+ create team support", "--yes");
        assertThat(api.asked()).hasSize(1);
    }

    @Test
    void applyShowsThePlanAsksAndPrintsNewSecretsOnce() {
        api.answer("POST /admin/v1/apply", 200, PLAN);
        api.answer("POST /admin/v1/apply", 200, APPLIED);

        Typed.Outcome outcome = person.answering("y\n").run("apply", "sluice.yaml");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).contains("+ create team support", "Apply this?");
        assertThat(outcome.out()).contains("support-prod  sk-sluice-once");
        assertThat(api.last().target()).isEqualTo("/admin/v1/apply");
    }

    @Test
    void aNoIsANo() {
        api.answer("POST /admin/v1/apply", 200, PLAN);

        assertThat(person.answering("\n").run("apply", "sluice.yaml").code()).isEqualTo(1);
        assertThat(api.asked()).hasSize(1);
    }

    @Test
    void withYesItIsAppliedAtOnce() {
        api.answer("POST /admin/v1/apply", 200, APPLIED);

        Typed.Outcome outcome = person.run("apply", "sluice.yaml", "--yes", "-o", "json");

        assertThat(outcome.out()).isEqualTo(APPLIED + "\n");
        assertThat(api.asked()).hasSize(1);
    }

    @Test
    void nothingToChangeNeedsNoAnswer() {
        api.answer("POST /admin/v1/apply", 200, "{\"changes\":[]}");

        Typed.Outcome outcome = person.run("apply", "sluice.yaml");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).contains("Nothing changes.");
    }

    @Test
    void problemsOfTheFileAreShownWithTheirPlaces() {
        api.answer(
                "POST /admin/v1/apply",
                400,
                "{\"error\":{\"message\":\"line 3, column 5: 'colour' is not known\","
                        + "\"code\":\"invalid_request\",\"param\":\"teams[0].colour\"}}");

        Typed.Outcome outcome = person.run("plan", "sluice.yaml");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("line 3, column 5", "teams[0].colour");
        api.answer(
                "POST /admin/v1/apply",
                400,
                "{\"error\":{\"message\":\"The file has 2 problems:…\",\"sluice\":{\"problems\":["
                        + "{\"line\":3,\"column\":5,\"message\":\"'a' is wrong.\"},"
                        + "{\"line\":4,\"column\":1,\"message\":\"'b' too.\"}]}}}");
        assertThat(person.run("plan", "sluice.yaml").code()).isEqualTo(1);
        assertThat(person.run("apply", "sluice.yaml", "--yes").err())
                .isEqualTo(
                        """
                        sluice.yaml:3:5: 'a' is wrong.
                        sluice.yaml:4:1: 'b' too.
                        sluice: the file was refused; nothing was changed.
                        """);
        assertThat(person.run("plan", "absent.yaml").code()).isEqualTo(2);
    }

    @Test
    void exportPrintsTheFile() {
        api.answer("GET /admin/v1/export", 200, "application/yaml", "version: 1\nteams: []\n");

        assertThat(person.run("export").out()).isEqualTo("version: 1\nteams: []\n");
    }
}
