package dev.sluice.simulator;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.journal.Journal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a simulator is to be started; immutable. Begin with [#loopback].
///
/// @param vertx the host's, left open on close; null for one of its own
/// @param port 0 for a free one
/// @param accounts label to key; empty: any key or none will do
/// @param controlKey the bearer of the `/sim` routes; null: open to all that can connect
/// @param models names beyond the simulator's own
/// @param anyModel whether every other name is a model too
/// @param journalLimit calls remembered
/// @param journalFile one JSON line per ended call is added to it; null for none
/// @param keepBodies whether the journal keeps request bodies
/// @param maxBodyBytes larger requests get 413
public record Options(
        @Nullable Vertx vertx,
        String host,
        int port,
        @Nullable Tls tls,
        Map<String, Secret> accounts,
        @Nullable Secret controlKey,
        Set<String> models,
        boolean anyModel,
        int journalLimit,
        @Nullable Path journalFile,
        boolean keepBodies,
        long maxBodyBytes,
        InstantSource clock) {

    /// Largest request body taken where nothing else is said: 64 MiB.
    public static final long MAX_BODY_BYTES = 64L << 20;

    /// A certificate and its key, both as PEM text.
    ///
    /// @param http2 whether HTTP/2 is offered
    public record Tls(String certificatePem, Secret keyPem, boolean http2) {}

    public Options {
        accounts = Map.copyOf(accounts);
        models = Set.copyOf(models);
    }

    /// 127.0.0.1, a free port, no keys, plain HTTP.
    public static Options loopback(InstantSource clock) {
        return new Options(
                null,
                "127.0.0.1",
                0,
                null,
                Map.of(),
                null,
                Set.of(),
                false,
                Journal.DEFAULT_LIMIT,
                null,
                false,
                MAX_BODY_BYTES,
                clock);
    }

    public Options on(String otherHost, int otherPort) {
        return new Options(
                vertx,
                otherHost,
                otherPort,
                tls,
                accounts,
                controlKey,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options within(Vertx host) {
        return new Options(
                host,
                this.host,
                port,
                tls,
                accounts,
                controlKey,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options withTls(Tls with) {
        return new Options(
                vertx,
                host,
                port,
                with,
                accounts,
                controlKey,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    /// One more key that is known; from the first on, all others are refused.
    public Options withAccount(String label, Secret key) {
        Map<String, Secret> more = new LinkedHashMap<>(accounts);
        more.put(label, key);
        return new Options(
                vertx,
                host,
                port,
                tls,
                more,
                controlKey,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options withControlKey(Secret key) {
        return new Options(
                vertx,
                host,
                port,
                tls,
                accounts,
                key,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options withModels(String... names) {
        Set<String> more = new LinkedHashSet<>(models);
        more.addAll(Set.of(names));
        return new Options(
                vertx,
                host,
                port,
                tls,
                accounts,
                controlKey,
                more,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options withAnyModel() {
        return new Options(
                vertx,
                host,
                port,
                tls,
                accounts,
                controlKey,
                models,
                true,
                journalLimit,
                journalFile,
                keepBodies,
                maxBodyBytes,
                clock);
    }

    public Options withJournal(int limit, @Nullable Path file, boolean bodies) {
        return new Options(
                vertx,
                host,
                port,
                tls,
                accounts,
                controlKey,
                models,
                anyModel,
                limit,
                file,
                bodies,
                maxBodyBytes,
                clock);
    }

    public Options withMaxBodyBytes(long bytes) {
        return new Options(
                vertx,
                host,
                port,
                tls,
                accounts,
                controlKey,
                models,
                anyModel,
                journalLimit,
                journalFile,
                keepBodies,
                bytes,
                clock);
    }
}
