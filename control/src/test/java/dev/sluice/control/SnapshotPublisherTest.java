package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.Providers;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.snapshot.SnapshotBuilder;
import dev.sluice.control.snapshot.SnapshotPublisher;
import dev.sluice.domain.Secret;
import dev.sluice.policy.Snapshot;
import dev.sluice.testkit.Await;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How changes reach the data plane of this replica and of others, and what happens when they
/// cannot.
@SuppressWarnings("NullAway.Init") // the fields are made before each test
class SnapshotPublisherTest {

    private static final long SECOND = 1_000_000_000L;

    private Plane plane;
    private final AtomicLong nanos = new AtomicLong();
    private SnapshotPublisher other;

    @BeforeEach
    void start() {
        plane = new Plane();
        other =
                new SnapshotPublisher(
                        new SnapshotBuilder(
                                plane.database(),
                                plane.clock,
                                plane.control.resources(),
                                MasterKey.of(new Secret(Plane.MASTER_KEY), new SecureRandom()),
                                PriceBook.shipped(),
                                Providers.shipped()),
                        nanos::get,
                        new AtomicReference<>(Snapshot.EMPTY));
    }

    @AfterEach
    void stop() {
        other.close();
        plane.close();
    }

    private static void await(BooleanSupplier condition) {
        Await.until(condition::getAsBoolean, holds -> holds, Duration.ofSeconds(10));
    }

    @Test
    void aChangeReachesAnotherReplica() {
        other.start();
        long before = other.current().version();
        plane.installation().post("/admin/v1/plans", "{\"name\":\"p\"}").ok(201);
        assertThat(plane.control.snapshots().current().version()).isEqualTo(before + 1);
        await(() -> other.current().version() == before + 1);
    }

    @Test
    void theLastGoodSnapshotStaysWhenARebuildFails() {
        plane.installation()
                .post(
                        "/admin/v1/upstreams",
                        "{\"name\":\"u\",\"provider\":\"openai\",\"credential\":\"canary\"}")
                .ok(201);
        other.poll();
        Snapshot good = other.current();
        assertThat(good.upstreams()).hasSize(1);
        assertThat(other.problem()).isEmpty();

        nanos.addAndGet(5 * SECOND);
        spoil("'\\x00'");
        other.poll();
        assertThat(other.current()).isSameAs(good);
        assertThat(other.problem()).isPresent();
        assertThat(other.problem().orElseThrow()).doesNotContain("canary");
        assertThat(other.age()).isEqualTo(Duration.ofSeconds(5));

        spoil("NULL");
        other.poll();
        assertThat(other.problem()).isEmpty();
        assertThat(other.age()).isZero();
        assertThat(other.current().version()).isGreaterThan(good.version());
    }

    private void spoil(String credential) {
        plane.database()
                .inTransaction(sql -> {
                    sql.update("UPDATE upstream SET credential = " + credential);
                    return sql.update("UPDATE config_version SET version = version + 1");
                });
    }

    @Test
    void theAgeGrowsWhileTheDatabaseIsAway() {
        other.poll();
        Snapshot good = other.current();
        nanos.addAndGet(SECOND);
        other.poll();
        assertThat(other.age()).isZero();
        plane.close();
        nanos.addAndGet(121 * SECOND);
        other.poll();
        assertThat(other.current()).isSameAs(good);
        assertThat(other.problem()).isPresent();
        assertThat(other.age()).isEqualTo(Duration.ofSeconds(121));
        plane = new Plane();
    }
}
