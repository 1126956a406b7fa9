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

/// Several Sluices by name: each credential goes to its own.
class ProfilesTest {

    private final ScriptedApi one = new ScriptedApi();
    private final ScriptedApi two = new ScriptedApi();
    @TempDir private Path folder;

    @BeforeEach
    void sitDown() {
        for (ScriptedApi api : new ScriptedApi[] {one, two}) {
            api.answer("GET /admin/v1/me", 200, "{\"owner\":\"user:ana\"}");
            api.answer("GET /admin/v1/balance", 200, "{\"balance\":\"5\"}");
        }
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private Typed person() {
        return new Typed(folder);
    }

    private Typed.Outcome add(String name, ScriptedApi api, String credential) {
        return person().piping(credential + "\n")
                .run("profiles", "add", name, "--gateway", api.url());
    }

    private Path file(String name) {
        return folder.resolve(".config/sluice/profiles/" + name + ".json");
    }

    @Test
    void aProfileIsKeptOnceItWorksForItsOwnerAlone() throws IOException {
        Typed.Outcome outcome = add("prod", one, "secret-1");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("prod", one.url(), "user:ana").doesNotContain("secret");
        assertThat(one.last().authorization()).isEqualTo("Bearer secret-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("prod"))))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(file("prod").getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aCredentialThatDoesNotWorkIsNotKept() {
        one.answer("GET /admin/v1/me", 401, "{\"error\":{\"message\":\"Unknown.\"}}");
        add("warm-up", one, "takes-the-first-answer");

        Typed.Outcome outcome = add("prod", one, "wrong");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(file("prod")).doesNotExist();
    }

    @Test
    void theProfileThatIsNamedWinsOverEveryVariable() {
        add("one", one, "secret-1");
        add("two", two, "secret-2");

        person().at(two.url()).run("balance", "--profile", "one");
        assertThat(one.last().target()).isEqualTo("/admin/v1/balance");
        assertThat(one.last().authorization()).isEqualTo("Bearer secret-1");
        person().run("balance", "--profile", "two");
        assertThat(two.last().authorization()).isEqualTo("Bearer secret-2");

        Typed.Outcome elsewhere = person().run("balance", "--profile", "one", "--url", two.url());
        assertThat(elsewhere.code()).isEqualTo(2);
        assertThat(elsewhere.err()).contains(one.url(), two.url());
        assertThat(person().run("balance", "--profile", "three").err()).contains("three");
    }

    @Test
    void theProfileInUseIsTheDefault() {
        add("one", one, "secret-1");
        add("two", two, "secret-2");
        assertThat(person().run("profiles", "use", "two").code()).isZero();

        assertThat(person().run("balance").code()).isZero();
        assertThat(two.last().authorization()).isEqualTo("Bearer secret-2");
        assertThat(person().run("profiles", "list", "-o", "csv").out())
                .isEqualTo(
                        "name,url,organization,current\r\none,%s,,false\r\ntwo,%s,,true\r\n"
                                .formatted(one.url(), two.url()));
        // its credential is nobody else's
        person().with("SLUICE_URL", one.url()).run("balance");
        assertThat(one.asked()).allMatch(asked -> !"Bearer secret-2".equals(asked.authorization()));

        assertThat(person().run("profiles", "remove", "two").code()).isZero();
        assertThat(file("two")).doesNotExist();
        assertThat(person().run("profiles", "use", "two").code()).isEqualTo(2);
    }

    @Test
    void aProfileMayNameTheOrganizationItIsFor() {
        person().piping("k\n")
                .run(
                        "profiles",
                        "add",
                        "acme",
                        "--gateway",
                        one.url(),
                        "--for-organization",
                        "acme");

        person().with("SLUICE_ORGANIZATION", "other").run("balance", "--profile", "acme");
        assertThat(one.last().organization()).isEqualTo("acme");
        person().run("balance", "--profile", "acme", "--organization", "globex");
        assertThat(one.last().organization()).isEqualTo("globex");
    }

    @Test
    void namesThatCouldLeaveTheFolderAreRefused() {
        for (String name : new String[] {"../x", "a/b", "", ".", "a b"}) {
            Typed.Outcome outcome =
                    person().piping("k\n").run("profiles", "add", name, "--gateway", one.url());
            assertThat(outcome.code()).as(name).isEqualTo(2);
        }
        assertThat(person().piping("\n").run("profiles", "add", "x", "--gateway", one.url()).err())
                .contains("one line");
    }
}
