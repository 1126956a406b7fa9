package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the management credential comes from: variable, profile, set-up token.
class CredentialTest {

    private static final String MADE =
            "{\"id\":\"adm_1\",\"organization\":\"org_1\",\"admin_token\":\"made-by-setup\"}";

    private final ScriptedApi api = new ScriptedApi();
    @TempDir private Path folder;
    private Typed person = new Typed(Path.of("."));

    @BeforeEach
    void sitDown() {
        person = new Typed(folder).with("SLUICE_URL", api.url());
        api.answer("GET /livez", 200, "{}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Path profile() {
        return folder.resolve(".config/sluice/profile.json");
    }

    private void leaveSetupToken(Path data) throws IOException {
        Files.createDirectories(data);
        Files.writeString(data.resolve("setup-token"), "setup-abc\n");
    }

    @Test
    void onLoopbackTheSetupTokenIsUsedOnceAndTheCredentialKept() throws IOException {
        leaveSetupToken(folder.resolve("data"));
        api.answer("POST /admin/v1/setup", 201, MADE);
        api.answer("GET /admin/v1/balance", 200, "{\"balance\":\"5\"}");

        Typed.Outcome first = person.run("balance", "-o", "json");
        Typed.Outcome second = person.run("balance", "-o", "json");

        assertThat(first.code()).isZero();
        assertThat(first.out()).isEqualTo("{\"balance\":\"5\"}\n");
        assertThat(first.err()).contains(profile().toString()).doesNotContain("made-by-setup");
        assertThat(second.err()).isEmpty();
        assertThat(api.asked()).hasSize(3);
        assertThat(api.asked().getFirst().body()).isEqualTo("{\"token\":\"setup-abc\"}");
        assertThat(api.asked().getFirst().authorization()).isNull();
        assertThat(api.last().authorization()).isEqualTo("Bearer made-by-setup");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(profile())))
                .isEqualTo("rw-------");
        assertThat(profile())
                .content()
                .isEqualToIgnoringNewLines(
                        """
                        {"url":"%s","admin_token":"made-by-setup","organization":"org_1"}\
                        """
                                .formatted(api.url()));
    }

    @Test
    void theDataDirectoryMayBeElsewhere() throws IOException {
        leaveSetupToken(folder.resolve("elsewhere"));
        api.answer("POST /admin/v1/setup", 201, MADE);
        api.answer("GET /admin/v1/balance", 200, "{}");

        person.with("SLUICE_DATA_DIR", folder.resolve("elsewhere").toString()).run("balance");

        assertThat(api.last().authorization()).isEqualTo("Bearer made-by-setup");
    }

    @Test
    void aProfileOfAnEarlierDataDirectoryIsRenewed() throws IOException {
        new Profile(api.url(), "stale", null)
                .write(person.context(new java.io.StringWriter(), new java.io.StringWriter()));
        leaveSetupToken(folder.resolve("data"));
        api.answer("POST /admin/v1/setup", 201, MADE);
        api.answer("GET /admin/v1/balance", 401, "{\"error\":{\"message\":\"Unknown.\"}}");
        api.answer("GET /admin/v1/balance", 200, "{}");

        assertThat(person.run("balance").code()).isZero();
        assertThat(profile()).content().contains("made-by-setup");
    }

    @Test
    void theProfilesCredentialGoesToItsOwnUrlOnly() throws IOException {
        person.context(new java.io.StringWriter(), new java.io.StringWriter());
        Files.createDirectories(profile().getParent());
        Files.writeString(
                profile(), "{\"url\":\"https://sluice.example.com\",\"admin_token\":\"theirs\"}");

        Typed.Outcome outcome = person.run("balance");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("SLUICE_ADMIN_KEY", "setup-token");
        assertThat(api.asked()).allMatch(asked -> asked.authorization() == null);
    }

    @Test
    void theProfilesUrlIsTheDefault() throws IOException {
        new Profile(api.url(), "kept", null)
                .write(person.context(new java.io.StringWriter(), new java.io.StringWriter()));
        api.answer("GET /admin/v1/balance", 200, "{}");

        assertThat(new Typed(folder).run("balance").code()).isZero();
        assertThat(api.last().authorization()).isEqualTo("Bearer kept");
    }

    @Test
    void theKeyMayStandInAFile() throws IOException {
        Files.writeString(folder.resolve("key"), Typed.ADMIN_KEY + "\n");
        api.answer("GET /admin/v1/balance", 200, "{}");

        person.with("SLUICE_ADMIN_KEY_FILE", "key").run("balance");
        assertThat(api.last().authorization()).isEqualTo("Bearer " + Typed.ADMIN_KEY);

        Typed.Outcome missing = person.with("SLUICE_ADMIN_KEY_FILE", "nothing").run("balance");
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("SLUICE_ADMIN_KEY_FILE");
    }

    @Test
    void aUsedSetupTokenSaysWhatToDo() throws IOException {
        leaveSetupToken(folder.resolve("data"));
        api.answer(
                "POST /admin/v1/setup",
                409,
                "{\"error\":{\"message\":\"The set-up was done already.\",\"code\":\"conflict\"}}");

        Typed.Outcome outcome = person.run("balance");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("The set-up was done already.");
        assertThat(profile()).doesNotExist();
    }

    @Test
    void elsewhereThanOnLoopbackNoSetupTokenIsSent() throws IOException {
        leaveSetupToken(folder.resolve("data"));

        Typed.Outcome outcome = person.run("balance", "--url", "http://sluice.invalid:8080");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("SLUICE_ADMIN_KEY");
    }
}
