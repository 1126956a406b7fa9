package dev.sluice.control.http;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a body piece by piece: server-sent events, CSV, lines of JSON. Runs on the thread that
/// serves the call. A client that left shows as an [IOException] of the stream; `flush` sends what
/// was written so far.
@FunctionalInterface
public interface BodyWriter {

    void writeTo(OutputStream out) throws IOException;
}
