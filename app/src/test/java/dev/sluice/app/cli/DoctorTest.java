package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.secrets.KeyCheckStore;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Secret;
import dev.sluice.store.PostgresUrl;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `doctor` finds, and that a problem ends it with 1.
class DoctorTest {

    private static final String MASTER_KEY = "a-master-key-of-the-tests-9876543210";

    @TempDir private Path folder;
    private Typed person = new Typed(Path.of("."));
    private int freePort;

    @BeforeEach
    void sitDown() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = socket.getLocalPort();
        }
        person = new Typed(folder).with("SLUICE_URL", "http://127.0.0.1:" + freePort);
    }

    @Test
    void aFreshMachineIsFine() {
        Typed.Outcome outcome = person.run("doctor");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("jdk", "port " + freePort + " is free", "first start", "embedded")
                .doesNotContain("problem");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aTakenPortIsAProblem() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Typed.Outcome outcome =
                    person.with("SLUICE_PORT", Integer.toString(socket.getLocalPort()))
                            .run("doctor");

            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.out()).contains("problem", "SLUICE_PORT");
        }
    }

    @Test
    void secretsThatEverybodyReadsAreAProblem() throws IOException {
        Path secrets = Files.createDirectories(folder.resolve("data/secrets"));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwxr-xr-x"));

        Typed.Outcome outcome = person.run("doctor", "-o", "json");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("chmod 0700");
    }

    @Tag("slow")
    @Test
    void anUnreachableDatabaseIsAProblemThatNamesItWithoutItsPassword() {
        Typed.Outcome outcome =
                person.with(
                                "SLUICE_DATABASE_URL",
                                "postgresql://u:hidden@127.0.0.1:" + freePort + "/d")
                        .run("doctor");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("127.0.0.1:" + freePort).doesNotContain("hidden");
    }

    @Test
    void theMasterKeyMustOpenTheDatabasesSecretsAndClocksMustAgree() {
        try (TestDatabase database = TestDatabase.create()) {
            PostgresUrl url = database.url();
            person.with(
                    "SLUICE_DATABASE_URL",
                    "postgresql://%s:%s@%s/%s"
                            .formatted(
                                    url.user(),
                                    url.password().reveal(),
                                    url.hosts(),
                                    url.database()));
            assertThat(person.run("doctor").out()).contains("fixed by the first start");

            new KeyCheckStore(database.database())
                    .verify(MasterKey.of(new Secret(MASTER_KEY), new SecureRandom()));

            String right = person.with("SLUICE_MASTER_KEY", MASTER_KEY).run("doctor").out();
            Typed.Outcome wrong =
                    person.with("SLUICE_MASTER_KEY", MASTER_KEY + "-not").run("doctor");
            assertThat(right).contains("opens the database's secrets", "PostgreSQL 18");
            // the person's clock stands at a fixed time
            assertThat(right).contains("differs from the database's by");
            // as servers for tests are
            assertThat(right).contains("runs without fsync and full_page_writes");
            assertThat(wrong.code()).isEqualTo(1);
            assertThat(wrong.out()).contains("does not match");
        }
    }

    @Test
    void aBrokenConfigurationFileIsAProblem() throws IOException {
        Files.writeString(folder.resolve("sluice.yaml"), "version: 1\n  teams: [\n");

        Typed.Outcome outcome = person.with("SLUICE_CONFIG", "sluice.yaml").run("doctor");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("line 2");
    }

    @Test
    void aCredentialThatIsNotAcceptedIsAProblemAndNoneIsMade() {
        try (ScriptedApi api = new ScriptedApi()) {
            api.answer("GET /readyz", 200, "{\"ready\":true}");
            person.with("SLUICE_URL", api.url() + "/v1/");
            assertThat(person.run("doctor").out()).doesNotContain("credential");
            assertThat(api.asked()).hasSize(1);

            api.answer("GET /admin/v1/me", 200, "{\"owner\":\"user:ana\",\"roles\":[\"finance\"]}");
            api.answer("GET /admin/v1/me", 401, "{\"error\":{\"message\":\"It has expired.\"}}");
            person.with("SLUICE_ADMIN_KEY", Typed.ADMIN_KEY);
            assertThat(person.run("doctor").out()).contains("user:ana, finance");
            Typed.Outcome expired = person.run("doctor");
            assertThat(expired.code()).isEqualTo(1);
            assertThat(expired.out()).contains("It has expired.", "SLUICE_ADMIN_KEY");
        }
    }

    @Test
    void aServerThatIsNotReadySaysWhy() {
        try (ScriptedApi api = new ScriptedApi()) {
            api.answer("GET /readyz", 503, "{\"missing\":[\"database\"]}");

            Typed.Outcome outcome = person.with("SLUICE_URL", api.url()).run("doctor");

            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.out()).contains("503", "missing");
        }
    }
}
