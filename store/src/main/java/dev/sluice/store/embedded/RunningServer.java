package dev.sluice.store.embedded;

import dev.sluice.domain.Secret;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The embedded server that another process runs: for tools beside a running Sluice, such as a
/// back-up, with the same account and the same data directory.
public final class RunningServer {

    /// Lines of PostgreSQL's `postmaster.pid`.
    private static final int PID = 0;

    private static final int PORT = 3;
    private static final int STATUS = 7;

    private RunningServer() {}

    /// How to reach the server of a data directory, if one is ready in it.
    ///
    /// @throws IOException when its files cannot be read: another account started it
    public static Optional<PostgresUrl> find(Path dataDirectory) throws IOException {
        Path pidFile = dataDirectory.resolve("postgres").resolve("cluster/postmaster.pid");
        if (!Files.isRegularFile(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile).stream().map(String::strip).toList();
        if (lines.size() <= STATUS || !lines.get(STATUS).equals("ready")) {
            return Optional.empty();
        }
        boolean alive =
                ProcessHandle.of(Long.parseLong(lines.get(PID)))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
        if (!alive) {
            return Optional.empty();
        }
        Path secret = dataDirectory.resolve("secrets").resolve("postgres-password");
        Secret password = new Secret(Files.readString(secret).strip());
        return Optional.of(Launch.url(Integer.parseInt(lines.get(PORT)), password));
    }
}
