package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.domain.Secret;
import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedPostgresTest {

    private static final PostgresSettings PRODUCTION =
            new PostgresSettings(true, 24, TestFolders.binaries());

    @Test
    void runsWithTheSettingsOfProductionAndKeepsItsRowsOverARestart() throws Exception {
        Path path = TestFolders.fresh("restart");
        long session;
        try (DataDirectory data = DataDirectory.open(path)) {
            try (EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION);
                    Database database = open(server.url())) {
                database.inTransaction(sql -> {
                    sql.execute("CREATE TABLE paid (id text)");
                    return sql.update("INSERT INTO paid VALUES ('committed')");
                });
                assertThat(
                                List.of(
                                        setting(database, "fsync"),
                                        setting(database, "synchronous_commit"),
                                        setting(database, "full_page_writes"),
                                        setting(database, "data_checksums"),
                                        setting(database, "listen_addresses"),
                                        setting(database, "unix_socket_directories"),
                                        setting(database, "password_encryption"),
                                        setting(database, "max_logical_replication_workers"),
                                        setting(database, "server_encoding")))
                        .containsExactly(
                                "on",
                                "on",
                                "on",
                                "on",
                                "127.0.0.1",
                                "",
                                "scram-sha-256",
                                "0",
                                "UTF8");
                session = sessionOf(server.pid());
                assertThat(session).isNotEqualTo(sessionOf(ProcessHandle.current().pid()));
                assertThatNobodyGetsInWithout(server.url());
            }
            assertThat(path.resolve("postgres/cluster/postmaster.pid")).doesNotExist();

            try (EmbeddedPostgres again = EmbeddedPostgres.start(data, PRODUCTION);
                    Database database = open(again.url())) {
                assertThat(rows(database)).containsExactly("committed");
            }
        }
        assertThat(mode(path)).isEqualTo("rwx--x--x");
        assertThat(mode(path.resolve("postgres"))).isEqualTo("rwx------");
        assertThat(mode(path.resolve("secrets"))).isEqualTo("rwx------");
        assertThat(mode(path.resolve("secrets/postgres-password"))).isEqualTo("rw-------");
    }

    @Test
    void killingTheProcessLosesNothingThatWasCommitted() throws Exception {
        Path path = TestFolders.fresh("kill");
        ProcessHandle orphan;
        try (ChildSluice child = ChildSluice.start(path)) {
            orphan = child.awaitReady();
            child.killDashNine();
        }

        assertStartsWithExactlyTheCommittedRow(path);

        // its lock file goes before it does
        orphan.onExit().get(20, TimeUnit.SECONDS);
    }

    @Tag("slow")
    @Test
    void killingTheProcessLeavesNoServerBehind() throws Exception {
        Path path = TestFolders.fresh("orphan");
        ProcessHandle server;
        try (ChildSluice child = ChildSluice.start(path)) {
            server = child.awaitReady();
            child.killDashNine();
        }

        server.onExit().get(20, TimeUnit.SECONDS); // nobody but the kernel asked it to
        assertThat(path.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }

    @Tag("slow")
    @Test
    void killingTheServerItselfIsNoticedAndRecovered() throws Exception {
        Path path = TestFolders.fresh("crash");
        try (DataDirectory data = DataDirectory.open(path)) {
            EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION);
            try (Database database = open(server.url())) {
                database.inTransaction(sql -> {
                    sql.execute("CREATE TABLE paid (id text)");
                    return sql.update("INSERT INTO paid VALUES ('committed')");
                });
                ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
                assertThatThrownBy(() -> server.ended().orTimeout(20, TimeUnit.SECONDS).join())
                        .isInstanceOf(CompletionException.class)
                        .hasMessageContaining("ended by itself");
            }
        }

        assertStartsWithExactlyTheCommittedRow(path);
    }

    @Test
    void oneProcessPerDataDirectory() throws Exception {
        Path path = TestFolders.fresh("twice");
        try (DataDirectory _ = DataDirectory.open(path)) {
            assertThatThrownBy(() -> DataDirectory.open(path))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by another Sluice process");
            try (ChildSluice child = ChildSluice.start(path)) {
                assertThat(child.awaitEnd())
                        .contains("in use by another Sluice process")
                        .contains("SLUICE_DATA_DIR");
            }
        }
        DataDirectory.open(path).close(); // and free again afterwards
    }

    @Tag("slow")
    @Test
    void runsWithoutAnyPrivilege() throws Exception {
        assumeTrue(ServerAccount.isRoot(), "this whole class already runs without privileges");
        Path path = TestFolders.fresh("plain");
        Path home = path.resolveSibling("home");
        Files.createDirectory(home, PosixFilePermissions.asFileAttribute(readableByAll()));
        // an account that /etc/passwd names: initdb insists
        ServerAccount.Id nobody = Accounts.anyUnprivileged().orElseThrow();
        Files.createDirectory(path);
        new ServerAccount(nobody, List.of(), false).give(path);
        List<String> prefix =
                List.of(
                        "setpriv",
                        "--reuid=" + nobody.uid(),
                        "--regid=" + nobody.gid(),
                        "--clear-groups");

        ProcessHandle server;
        try (ChildSluice child =
                ChildSluice.start(path, prefix, ChildSluice.readableClassPath(home), "")) {
            server = child.awaitReady();
            assertThat(ownerOf(server.pid())).isEqualTo(nobody.uid());
            child.killDashNine();
        }
        server.onExit().get(20, TimeUnit.SECONDS);

        // and root may take the directory over: the cluster keeps its account
        assertStartsWithExactlyTheCommittedRow(path);
    }

    @Tag("slow")
    @Test
    void asRootTheServerHasAnAccountOfItsOwn() throws Exception {
        assumeTrue(ServerAccount.isRoot(), "only root switches accounts");
        try (DataDirectory data = DataDirectory.open(TestFolders.fresh("account"));
                EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION)) {
            assertThat(ownerOf(server.pid())).isEqualTo(ServerAccount.OWN_ID);
        }
    }

    @Tag("slow")
    @Test
    void runuserServesWhereSetprivIsMissing() throws Exception {
        assumeTrue(ServerAccount.isRoot(), "only root switches accounts");
        ServerAccount.Programs without =
                program ->
                        program.equals("setpriv")
                                ? Optional.empty()
                                : ServerAccount.Programs.onPath(program);
        try (DataDirectory data = DataDirectory.open(TestFolders.fresh("runuser"))) {
            EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION, without);
            ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
            try (Database database = open(server.url())) {
                assertThat(setting(database, "fsync")).isEqualTo("on");
            }
            server.close();
            assertThat(process.isAlive()).isFalse();
            assertThat(data.path().resolve("postgres/cluster/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void missingProgramsAreNamed() throws IOException {
        Path cluster = Path.of("none");

        assertThatThrownBy(() -> ServerAccount.choose(true, cluster, program -> Optional.empty()))
                .hasMessageContaining("setsid")
                .hasMessageContaining("SLUICE_DATABASE_URL");
        assertThatThrownBy(() ->
                        ServerAccount.choose(
                                true,
                                cluster,
                                program ->
                                        Optional.of(Path.of("/bin", program))
                                                .filter(_ -> program.equals("setsid"))))
                .hasMessageContaining("setpriv or runuser")
                .hasMessageContaining("SLUICE_DATABASE_URL");
    }

    @Test
    void aClosedParentDirectoryIsNamed() throws IOException {
        assumeTrue(ServerAccount.isRoot(), "only root switches accounts");
        Path closed = TestFolders.fresh("closed");
        Files.createDirectory(
                closed,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path path = closed.resolve("a/b");

        try (DataDirectory data = DataDirectory.open(path)) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(data, PRODUCTION))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot pass through " + closed + " (mode 0700)")
                    .hasMessageContaining("chmod o+x " + closed)
                    .hasMessageContaining("SLUICE_DATABASE_URL");
        }
        assertThat(path.resolve("postgres/cluster")).doesNotExist();
    }

    @Tag("slow")
    @Test
    void aPidFileThatNamesAnotherProgramIsStale() throws Exception {
        Path path = TestFolders.fresh("stale");
        try (DataDirectory data = DataDirectory.open(path)) {
            EmbeddedPostgres.start(data, PRODUCTION).close();
            Path pidFile = path.resolve("postgres/cluster/postmaster.pid");
            long pid = ProcessHandle.current().pid();
            Files.writeString(pidFile, pid + "\n/elsewhere\n0\n1\n\n\n\nready\n");

            try (EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION)) {
                assertThat(Files.readAllLines(pidFile).getFirst())
                        .isEqualTo(Long.toString(server.pid()));
            }
        }
    }

    @Tag("slow")
    @Test
    void anotherMajorVersionIsRefusedAndLeftAlone() throws Exception {
        Path path = TestFolders.fresh("major");
        try (DataDirectory data = DataDirectory.open(path)) {
            EmbeddedPostgres.start(data, PRODUCTION).close();
            Path version = path.resolve("postgres/cluster/PG_VERSION");
            Files.writeString(version, "17\n");

            assertThatThrownBy(() -> EmbeddedPostgres.start(data, PRODUCTION))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is of PostgreSQL 17")
                    .hasMessageContaining("./sluice restore");
            assertThat(version).hasContent("17\n");
        }
    }

    private static void assertStartsWithExactlyTheCommittedRow(Path path) throws IOException {
        try (DataDirectory data = DataDirectory.open(path);
                EmbeddedPostgres server = EmbeddedPostgres.start(data, PRODUCTION);
                Database database = open(server.url())) {
            assertThat(rows(database)).containsExactly("committed");
        }
    }

    private static void assertThatNobodyGetsInWithout(PostgresUrl url) {
        PostgresUrl guess =
                new PostgresUrl(url.hosts(), "postgres", url.user(), new Secret("guess"), Map.of());
        assertThatThrownBy(() -> open(guess))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("password authentication failed");
    }

    private static Database open(PostgresUrl url) {
        return Database.open(
                url, DatabaseSettings.standard().withConnectTimeout(Duration.ofSeconds(1)));
    }

    private static List<String> rows(Database database) {
        return database.read(sql -> sql.list("SELECT id FROM paid", row -> row.text("id")));
    }

    private static String setting(Database database, String name) {
        return database.read(
                sql -> sql.one("SELECT current_setting(?) AS v", row -> row.text("v"), name));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static java.util.Set<java.nio.file.attribute.PosixFilePermission> readableByAll() {
        return PosixFilePermissions.fromString("rwxr-xr-x");
    }

    /// Sixth field of `/proc/<pid>/stat`; the second is in parentheses and may hold spaces.
    private static long sessionOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
    }

    private static int ownerOf(long pid) throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
    }
}
