package dev.sluice.testkit;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;

/// A PostgreSQL server of one test alone, which may stop it, freeze it, and cut the wire to it.
/// Slow to start: everybody else shares the server of [TestDatabase].
public final class OwnPostgres implements AutoCloseable {

    private final DataDirectory directory;
    private final PostgresSettings settings;
    private final Wire wire;
    private EmbeddedPostgres postgres;

    private OwnPostgres(DataDirectory directory, PostgresSettings settings) {
        this.directory = directory;
        this.settings = settings;
        this.postgres = EmbeddedPostgres.start(directory, settings);
        this.wire = new Wire(postgres.url());
    }

    public static OwnPostgres start() {
        return new OwnPostgres(
                RunFolders.open("own-server"), PostgresSettings.forTests(RunFolders.parent()));
    }

    /// Where it is now, for those whom nothing may cut off.
    public PostgresUrl direct() {
        return postgres.url();
    }

    /// The way to it that can fail; also the one that stays over a stop.
    public Wire wire() {
        return wire;
    }

    /// Ends all its connections and itself, in good order.
    public void stop() {
        postgres.close();
    }

    public void startAgain() {
        postgres = EmbeddedPostgres.start(directory, settings);
        wire.leadTo(postgres.url());
    }

    /// None of its processes runs any more; its connections stay open, new ones are taken by the
    /// kernel and not answered.
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /// The parent first, so that it makes no further children.
    private void signal(String name) {
        Signal.send(name, postgres.pid());
        ProcessHandle server = ProcessHandle.of(postgres.pid()).orElseThrow();
        server.descendants().toList().forEach(child -> signal(name, child));
    }

    private static void signal(String name, ProcessHandle child) {
        try {
            Signal.send(name, child.pid());
        } catch (IllegalStateException e) {
            // a connection that ended meanwhile took its process with it
            if (child.isAlive()) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        wire.close();
        postgres.close();
        directory.close();
        RunFolders.delete(directory.path());
    }
}
