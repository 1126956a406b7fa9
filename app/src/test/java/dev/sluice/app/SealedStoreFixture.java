package dev.sluice.app;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What a test of a store with sealed content stands on: a table that is empty before each test, a
/// clock that the test moves, and owners of whom none may see what is another's.
final class SealedStoreFixture implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    static final Owner ANA = new Owner("org_1", "key_1");
    static final Owner BO = new Owner("org_1", "key_2");
    static final Owner ELSEWHERE = new Owner("org_2", "key_1");

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final String table;
    private @Nullable TestDatabase server;
    private Instant now = BEGINNING;

    SealedStoreFixture(String table) {
        this.table = table;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server = TestDatabase.create();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        database().inTransaction(sql -> sql.update("DELETE FROM " + table));
        now = BEGINNING;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Objects.requireNonNull(server).close();
    }

    Database database() {
        return Objects.requireNonNull(server).database();
    }

    SealedContent content() {
        Secret secret = new Secret("0123456789abcdef0123456789abcdef");
        return new SealedContent(MasterKey.of(secret, new SecureRandom()));
    }

    InstantSource clock() {
        return () -> now;
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
