package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.KeptResponses.Kept;
import dev.sluice.ledger.KeptResponses.Owner;
import dev.sluice.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Kept responses: whose they are, how long, and that nobody reads them in the database.
class KeptResponsesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static TestDatabase server;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    /// Turns bits around and remembers what for.
    private static final class Mirror implements PostgresKeptResponses.Seal {
        @Override
        public byte[] seal(byte[] plain, String boundTo) {
            byte[] name = boundTo.getBytes(StandardCharsets.UTF_8);
            byte[] sealed = new byte[plain.length + 1];
            sealed[0] = (byte) name.length;
            for (int i = 0; i < plain.length; i++) {
                sealed[i + 1] = (byte) ~plain[i];
            }
            return sealed;
        }

        @Override
        public byte[] open(byte[] sealed, String boundTo) {
            if (sealed[0] != (byte) boundTo.getBytes(StandardCharsets.UTF_8).length) {
                throw new IllegalArgumentException("sealed for another row");
            }
            byte[] plain = new byte[sealed.length - 1];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) ~sealed[i + 1];
            }
            return plain;
        }
    }

    private static PostgresKeptResponses at(Instant now) {
        return new PostgresKeptResponses(
                server.database(), InstantSource.fixed(now), new Mirror(), Duration.ofHours(24));
    }

    @Test
    void theyAreFoundByTheirKeyAlone() {
        Owner owner = new Owner(Book.newId("org"), "key_1");
        at(NOW).keep(owner, new Kept("resp_1", Set.of("msg_1", "rs_1"), "[\"héllo\"]"));
        assertThat(at(NOW).find(owner, "resp_1").orElseThrow().conversation())
                .isEqualTo("[\"héllo\"]");
        assertThat(at(NOW).withItems(owner, Set.of("rs_1", "msg_9"))).hasSize(1);
        assertThat(at(NOW).withItems(owner, Set.of("msg_9"))).isEmpty();
        Owner other = new Owner(owner.organizationId(), "key_2");
        assertThat(at(NOW).find(other, "resp_1")).isEmpty();
        assertThat(at(NOW).withItems(other, Set.of("rs_1"))).isEmpty();
    }

    @Test
    void theNewestUnderAnIdIsKept() {
        Owner owner = new Owner(Book.newId("org"), "key_1");
        at(NOW).keep(owner, new Kept("resp_1", Set.of("msg_1"), "[1]"));
        at(NOW).keep(owner, new Kept("resp_1", Set.of("msg_2"), "[2]"));
        assertThat(at(NOW).find(owner, "resp_1").orElseThrow().conversation()).isEqualTo("[2]");
        assertThat(at(NOW).withItems(owner, Set.of("msg_1"))).isEmpty();
    }

    @Test
    void theyAreForgottenInTime() {
        Owner owner = new Owner(Book.newId("org"), "key_1");
        at(NOW).keep(owner, new Kept("resp_1", Set.of("msg_1"), "[]"));
        Instant late = NOW.plus(Duration.ofHours(24)).plusSeconds(1);
        assertThat(at(late).find(owner, "resp_1")).isEmpty();
        assertThat(at(late).withItems(owner, Set.of("msg_1"))).isEmpty();
        assertThat(at(late.minusSeconds(2)).find(owner, "resp_1")).isPresent();
        assertThat(at(late).sweep()).isPositive();
        assertThat(at(NOW).find(owner, "resp_1")).isEmpty();
    }

    @Test
    void whatWasSaidIsSealed() {
        Owner owner = new Owner(Book.newId("org"), "key_long");
        String said = "[\"" + "secret".repeat(50) + "\"]";
        at(NOW).keep(owner, new Kept("resp_1", Set.of(), said));
        byte[] stored =
                server.database()
                        .read(sql ->
                                sql.one(
                                        "SELECT sealed FROM kept_response WHERE organization_id = ?",
                                        row -> row.bytes("sealed"),
                                        owner.organizationId()));
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(stored.length).isLessThan(said.length());
        int unused =
                server.database()
                        .inTransaction(sql ->
                                sql.update(
                                        "UPDATE kept_response SET key_id = 'k'"
                                                + " WHERE organization_id = ?",
                                        owner.organizationId()));
        Owner thief = new Owner(owner.organizationId(), "k");
        assertThatThrownBy(() -> at(NOW).find(thief, "resp_1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void zeroHoursKeepNothing() {
        assertThat(at(NOW).keeps()).isTrue();
        assertThat(
                        new PostgresKeptResponses(
                                        server.database(),
                                        InstantSource.fixed(NOW),
                                        new Mirror(),
                                        Duration.ZERO)
                                .keeps())
                .isFalse();
    }
}
