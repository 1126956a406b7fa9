package dev.sluice.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// One request over a plain socket, for what HTTP clients hide: how a connection ends.
final class RawCall implements AutoCloseable {

    /// @param reset whether the peer reset the connection instead of closing it
    record Received(String text, boolean reset) {

        String head() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? text : text.substring(0, end);
        }

        String body() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? "" : text.substring(end + 4);
        }
    }

    private final Socket socket;

    RawCall(Simulator simulator, String body) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        socket.setSoTimeout((int) SimClient.PATIENCE.toMillis());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: sim\r\ncontent-length: "
                        + bytes.length
                        + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Reads until the peer ends the connection.
    Received toTheEnd() throws IOException {
        return until(Integer.MAX_VALUE, "\0");
    }

    /// Reads until the text occurs, or that many bytes came.
    Received until(int most, String text) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        try {
            byte[] part = new byte[8192];
            while (all.size() < most && !all.toString(StandardCharsets.UTF_8).contains(text)) {
                int count = in.read(part);
                if (count < 0) {
                    break;
                }
                all.write(part, 0, count);
            }
        } catch (SocketException e) {
            return new Received(all.toString(StandardCharsets.UTF_8), true);
        }
        return new Received(all.toString(StandardCharsets.UTF_8), false);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
