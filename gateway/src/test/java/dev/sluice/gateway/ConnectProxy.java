package dev.sluice.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A proxy that understands CONNECT and nothing else, and leads every host to the loopback address.
final class ConnectProxy implements AutoCloseable {

    /// The head of every request it got.
    final List<String> requests = new CopyOnWriteArrayList<>();

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    ConnectProxy() throws IOException {
        Thread.startVirtualThread(() -> {
            while (true) {
                try {
                    Socket client = server.accept();
                    Thread.startVirtualThread(() -> serve(client));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve(Socket client) {
        try (client) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = client.getInputStream().read();
                if (b < 0) {
                    return;
                }
                head.append((char) b);
            }
            requests.add(head.toString());
            String target = head.toString().split(" ", 3)[1];
            int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
            try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread back = Thread.startVirtualThread(() -> copy(client, upstream));
                copy(upstream, client);
                back.join();
            }
        } catch (IOException | InterruptedException _) {
            // as good as closed
        }
    }

    /// Copies until either side ends, then ends the other.
    private static void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException _) {
            // as good as closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
