package dev.sluice.app;

import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.Router;
import dev.sluice.control.openapi.OpenApi;
import dev.sluice.gateway.offloop.OffLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Everything on the listener that is no call to a model: health, metrics, docs and the console's
/// files here, the rest by the management plane.
final class Management implements OffLoop {

    private static final ClassLoader LOADER = Management.class.getClassLoader();
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private final Router router;
    private final Runnable catchUp;
    private final Health health;
    private final MetricsPage metrics;
    private final StaticSite console = new StaticSite(LOADER, "console");
    private final DocsPages docs;
    private final boolean hasConsole = console.exists();

    /// @param catchUp runs before anything is read: whoever made a call finds it in the books
    Management(Router router, Runnable catchUp, Health health, MetricsPage metrics) {
        this.router = router;
        this.catchUp = catchUp;
        this.docs = new DocsPages(LOADER, () -> new OpenApi(router).document());
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public Answer handle(Ask ask) {
        if (ask.method().equals("GET")) {
            switch (ask.path()) {
                case "/livez" -> {
                    return text(200, TEXT, "ok\n");
                }
                case "/readyz" -> {
                    Health.Report report = health.asked();
                    return text(report.ready() ? 200 : 503, JSON, report.json() + "\n");
                }
                default -> {}
            }
        }
        Optional<Answer> page = page(ask);
        if (page.isPresent()) {
            return page.get();
        }
        ManagementRequest request =
                new ManagementRequest(
                        ask.method(),
                        ask.path(),
                        ask.query(),
                        ask.headers(),
                        ask.body().bytes(),
                        ask.remoteAddress());
        if (ask.path().equals("/metrics") && ask.method().equals("GET")) {
            return metrics.answer(request);
        }
        if (ask.method().equals("GET")) {
            catchUp.run();
        }
        return answer(router.handle(request));
    }

    private Optional<Answer> page(Ask ask) {
        Optional<Answer> page = docs.answer(ask);
        if (page.isPresent()) {
            return page;
        }
        if (hasConsole) {
            return console.answer(ask);
        }
        boolean front = ask.method().equals("GET") && ask.path().equals("/");
        return front ? Optional.of(text(200, TEXT, FRONT)) : Optional.empty();
    }

    private static final String FRONT =
            """
            Sluice, built without its console. To add it, install Node 20.19 or newer with npm
            on the machine that builds, and run: ./sluice build

            /v1           OpenAI-compatible models (Authorization: Bearer sk-sluice-...)
            /admin/v1     management API
            /openapi.json its description
            /api/pricing  public price list
            /docs         documentation; /docs/api the API reference; /llms.txt for programs
            /livez /readyz /metrics
            """;

    static Answer answer(ManagementResponse response) {
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        if (response.writer().isEmpty()) {
            return new Answer(response.status(), headers, new Content(response.body()), null);
        }
        var writer = response.writer().get();
        return new Answer(
                response.status(),
                headers,
                Content.EMPTY,
                sink -> {
                    try (SinkStream out = new SinkStream(sink)) {
                        writer.writeTo(out);
                    } catch (ClientGone _) {
                        // nobody is there to be told
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static Answer text(int status, String type, String body) {
        return Answer.of(
                status, Map.of("content-type", type), body.getBytes(StandardCharsets.UTF_8));
    }

    private static final class ClientGone extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// Gathers what a writer writes into pieces of a useful size.
    private static final class SinkStream extends OutputStream {
        private static final int PIECE_BYTES = 16 << 10;

        private final Sink sink;
        private final java.io.ByteArrayOutputStream piece = new java.io.ByteArrayOutputStream();

        SinkStream(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            piece.write(b);
            flushFull();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            piece.write(bytes, offset, length);
            flushFull();
        }

        private void flushFull() throws IOException {
            if (piece.size() >= PIECE_BYTES) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (piece.size() > 0) {
                byte[] bytes = piece.toByteArray();
                piece.reset();
                if (!sink.write(bytes)) {
                    throw new ClientGone();
                }
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
