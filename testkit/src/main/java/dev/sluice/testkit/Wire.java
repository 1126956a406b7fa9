package dev.sluice.testkit;

import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a PostgreSQL server that can be cut for a moment, be cut until it is mended, or swallow
/// what is sent. Its own address stays the same, also when the server moves.
public final class Wire implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final PostgresUrl url;
    private volatile int target;
    private volatile boolean severed;
    private volatile boolean swallowing;

    public Wire(PostgresUrl server) {
        leadTo(server);
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

    /// New connections go to this server.
    public void leadTo(PostgresUrl server) {
        String hosts = server.hosts();
        target = Integer.parseInt(hosts.substring(hosts.lastIndexOf(':') + 1));
    }

    /// The server as it is reached through this wire.
    public PostgresUrl url() {
        return url;
    }

    /// A pool of its own through this wire.
    public Database database() {
        return Database.open(
                url, DatabaseSettings.standard().withConnectTimeout(Duration.ofSeconds(1)));
    }

    /// Ends what is on its way; a new connection works.
    public void cut() {
        links.forEach(Link::close);
    }

    /// Cut until it is mended.
    public void sever() {
        severed = true;
        cut();
    }

    /// As a network that fails without a word: nothing arrives any more, and neither side hears
    /// that the other is away. Connections of this time stay dead for ever.
    public void swallow() {
        swallowing = true;
        links.forEach(link -> link.dead = true);
    }

    public void mend() {
        severed = false;
        swallowing = false;
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
        Link link;
        try {
            link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
        } catch (IOException _) {
            quietly(client);
            return;
        }
        links.add(link);
        link.dead |= swallowing;
        if (severed) {
            link.close();
        }
        Thread.ofVirtual().start(() -> link.pump(link.client, link.server));
        link.pump(link.server, link.client);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed either way
        }
    }

    /// One connection, both ways.
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean dead;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] part = new byte[8192];
                for (int read = in.read(part); read >= 0; read = in.read(part)) {
                    if (!dead) {
                        out.write(part, 0, read);
                    }
                }
            } catch (IOException _) {
                // cut on purpose, or one side went away
            }
            if (dead) {
                quietly(from);
            } else {
                close();
            }
        }

        void close() {
            quietly(client);
            quietly(server);
            links.remove(this);
        }
    }
}
