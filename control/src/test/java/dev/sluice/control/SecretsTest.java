package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.secrets.KeyCheckStore;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.secrets.SealedSecret;
import dev.sluice.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets go in, and come out nowhere: no answer, no audit row, no table, no line of the log.
class SecretsTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static MasterKey key(String text) {
        return MasterKey.of(new Secret(text), RANDOM);
    }

    @Test
    void aSealedSecretOpensOnlyWithItsKeyInItsRow() {
        MasterKey key = key("the first master key 0123456789abcdef");
        SealedSecret sealed = key.seal(new Secret("s3cret"), "ups_1");
        assertThat(key.open(sealed, "ups_1").reveal()).isEqualTo("s3cret");
        assertThat(new String(sealed.bytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain("s3cret");
        assertThat(key.seal(new Secret("s3cret"), "ups_1")).isNotEqualTo(sealed);
        assertThatThrownBy(() -> key.open(sealed, "ups_2")).isInstanceOf(MasterKey.WrongKey.class);
        MasterKey other = key("another master key 0123456789abcdef");
        assertThatThrownBy(() -> other.open(sealed, "ups_1"))
                .isInstanceOf(MasterKey.WrongKey.class);
        for (int i = 0; i < sealed.bytes().length; i++) {
            byte[] bent = sealed.bytes();
            bent[i] ^= 1;
            assertThatThrownBy(() -> key.open(new SealedSecret(bent), "ups_1"))
                    .isInstanceOf(MasterKey.WrongKey.class);
        }
        assertThatThrownBy(() -> key("too short")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theKeyOfTheDataDirectoryIsMadeOnce(@TempDir Path folder) throws java.io.IOException {
        SealedSecret sealed = MasterKey.ofDirectory(folder, RANDOM).seal(new Secret("x"), "r");
        assertThat(MasterKey.ofDirectory(folder, RANDOM).open(sealed, "r").reveal()).isEqualTo("x");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve(MasterKey.FILE))))
                .isEqualTo("rw-------");
    }

    @Test
    void aReplicaWithAnotherMasterKeyRefusesToStart() {
        try (Plane plane = new Plane()) {
            new KeyCheckStore(plane.database()).verify(key(Plane.MASTER_KEY));
            assertThatThrownBy(() ->
                            new KeyCheckStore(plane.database())
                                    .verify(key("not the master key 0123456789abcdef")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SLUICE_MASTER_KEY")
                    .hasMessageNotContaining("0123456789");
        }
    }

    @Test
    void noSecretIsLeftAnywhere() {
        List<String> log = new ArrayList<>();
        Handler handler = new Collector(log);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try (Plane plane = new Plane()) {
            var admin = plane.installation();
            admin.post("/admin/v1/teams", "{\"name\":\"t\"}").ok(201);
            String upstream = "{\"name\":\"u\",\"provider\":\"openai\",\"credential\":\"%s\"%s}";
            admin.post("/admin/v1/upstreams", upstream.formatted("canary-one", "")).ok(201);
            admin.post("/admin/v1/upstreams", upstream.formatted("canary-two", "")).status();
            admin.post("/admin/v1/upstreams", upstream.formatted("canary-three", ",\"x\":1"))
                    .refused(400, "invalid_request", "x");
            admin.patch("/admin/v1/upstreams/u", "{\"credential\":\"canary-four\"}").ok(200);
            admin.post("/admin/v1/upstreams/u/rotate", "{\"credential\":\"canary-five\"}").ok(200);
            String key =
                    admin.with("idempotency-key", "k")
                            .post(
                                    "/admin/v1/keys",
                                    "{\"label\":\"k\",\"team\":\"t\",\"owner\":\"user:a\","
                                            + "\"environment\":\"dev\"}")
                            .ok(201)
                            .path("key")
                            .asString();
            String rotated =
                    admin.post("/admin/v1/keys/k/rotate", "").ok(200).path("key").asString();
            String token = plane.tokenIn("default", "user", "o", "owner").credential;
            plane.answers.removeIf(answer -> answer.contains("\"sk-sluice-"));
            admin.get("/admin/v1/keys").ok(200);
            admin.get("/admin/v1/upstreams").ok(200);
            admin.get("/admin/v1/admin-tokens").ok(200);
            admin.get("/admin/v1/audit").ok(200);
            admin.get("/admin/v1/export");
            String everything =
                    String.join("\n", plane.answers)
                            + String.join("\n", tables(plane))
                            + String.join("\n", log);
            assertThat(everything)
                    .doesNotContain("canary")
                    .doesNotContain(key)
                    .doesNotContain(rotated)
                    .doesNotContain(token)
                    .doesNotContain(Plane.ADMIN_KEY)
                    .doesNotContain(Plane.MASTER_KEY);
            assertThat(everything).contains("audit_event").contains("rotate");
        } finally {
            root.removeHandler(handler);
        }
    }

    /// Every row of every table, bytes as text where they are text.
    private static List<String> tables(Plane plane) {
        return plane.database()
                .read(sql -> {
                    List<String> rows = new ArrayList<>();
                    List<String> names =
                            sql.list(
                                    "SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public'",
                                    row -> row.text("t"));
                    for (String name : names) {
                        sql.each(
                                "SELECT x::text AS r FROM " + name + " x",
                                row -> rows.add(name + row.text("r")));
                    }
                    sql.each(
                            "SELECT convert_from(body, 'UTF8') AS b FROM idempotent_request"
                                    + " WHERE body IS NOT NULL",
                            row -> rows.add(row.text("b")));
                    sql.each(
                            "SELECT encode(credential, 'escape') AS c FROM upstream"
                                    + " WHERE credential IS NOT NULL",
                            row -> rows.add(row.text("c")));
                    return rows;
                });
    }

    private static final class Collector extends Handler {
        private final List<String> lines;

        Collector(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
