package dev.sluice.ledger;

import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a server that can be cut for a moment, or until it is mended.
final class Wire implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final PostgresUrl url;
    private final int target;
    private volatile boolean severed;

    Wire(PostgresUrl server) {
        String hosts = server.hosts();
        target = Integer.parseInt(hosts.substring(hosts.lastIndexOf(':') + 1));
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        url =
                new PostgresUrl(
                        "127.0.0.1:" + listener.getLocalPort(),
                        server.database(),
                        server.user(),
                        server.password(),
                        server.parameters());
        Thread.ofVirtual().start(this::accept);
    }

    /// A pool of its own through this wire.
    Database database() {
        return Database.open(
                url, DatabaseSettings.standard().withConnectTimeout(Duration.ofSeconds(1)));
    }

    /// Ends what is on its way; a new connection works.
    void cut() {
        sockets.forEach(Wire::quietly);
    }

    /// Cut until it is mended.
    void sever() {
        severed = true;
        cut();
    }

    void mend() {
        severed = false;
    }

    @Override
    public void close() {
        severed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> join(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void join(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            if (severed) {
                cut();
            }
            Thread.ofVirtual().start(() -> pump(client, server));
            pump(server, client);
        } catch (IOException _) {
            quietly(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // cut on purpose, or the server went away
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed either way
        }
    }
}
