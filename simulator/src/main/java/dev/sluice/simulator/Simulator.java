package dev.sluice.simulator;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.anthropic.AnthropicDialect;
import dev.sluice.simulator.audio.AudioDialect;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.gemini.GeminiDialect;
import dev.sluice.simulator.journal.Journal;
import dev.sluice.simulator.openai.JudgingDialect;
import dev.sluice.simulator.openai.OpenAiDialect;
import dev.sluice.simulator.openai.ResponsesDialect;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.realtime.RealtimeDialect;
import dev.sluice.simulator.script.Scripts;
import dev.sluice.simulator.tuning.TrainingStore;
import dev.sluice.simulator.tuning.TuningDialect;
import dev.sluice.simulator.video.GeminiVideoDialect;
import dev.sluice.simulator.video.OpenAiVideoDialect;
import dev.sluice.simulator.video.TaskDialect;
import dev.sluice.simulator.video.VertexVideoDialect;
import dev.sluice.simulator.video.VideoStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running simulated provider with its own listener. Idle it costs one event loop and no timer.
public final class Simulator implements AutoCloseable {

    /// Its id among the catalogue's providers.
    public static final String PROVIDER = "simulator";

    private static final int MAX_HEADER_BYTES = 256 * 1024;
    private static final int MAX_EVENT_BYTES = 32 << 20;
    private static final long PATIENCE_SECONDS = 20;

    private final Options options;
    private final Vertx vertx;
    private final HttpServer server;
    private final Journal journal;
    private final Scripts scripts;

    private Simulator(
            Options options, Vertx vertx, HttpServer server, Journal journal, Scripts scripts) {
        this.options = options;
        this.vertx = vertx;
        this.server = server;
        this.journal = journal;
        this.scripts = scripts;
    }

    /// Starts one and waits until it listens; throws [IllegalStateException] when it cannot. Not to
    /// be called on an event loop.
    public static Simulator start(Options options) {
        Vertx host = options.vertx();
        Vertx vertx = host == null ? own() : host;
        Journal journal =
                new Journal(options.journalLimit(), options.clock(), options.journalFile());
        Scripts scripts = new Scripts();
        Models models = new Models(options.models(), options.anyModel());
        PrefixMemory memory = new PrefixMemory();
        // Asked in this order; the last one answers for routes nobody knows.
        VideoStore videos = new VideoStore();
        Dialect gemini = new GeminiDialect(models, memory);
        RealtimeDialect sessions = new RealtimeDialect(models);
        List<Dialect> dialects =
                List.of(
                        new AnthropicDialect(models, memory, options.clock()),
                        new GeminiVideoDialect(models, videos, options.clock(), gemini),
                        gemini,
                        new VertexVideoDialect(models, videos, options.clock(), gemini),
                        new OpenAiVideoDialect(models, videos, options.clock()),
                        new TaskDialect(models, videos, options.clock()),
                        new TuningDialect(models, new TrainingStore(), options.clock()),
                        new ResponsesDialect(models, memory),
                        new AudioDialect(models),
                        new JudgingDialect(models),
                        sessions,
                        new OpenAiDialect(models, memory));
        ControlRoutes control = new ControlRoutes(scripts, journal, options.controlKey());
        FrontDoor door =
                new FrontDoor(vertx, options, dialects, sessions, scripts, journal, control);
        HttpServer server = vertx.createHttpServer(listener(options)).requestHandler(door::handle);
        try {
            await(server.listen(options.port(), options.host()), "start");
        } catch (IllegalStateException e) {
            if (host == null) {
                Future<Void> unused = vertx.close();
            }
            throw e;
        }
        return new Simulator(options, vertx, server, journal, scripts);
    }

    private static Vertx own() {
        return Vertx.vertx(
                new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(1)
                        .setUseDaemonThread(true)
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setFileCachingEnabled(false)
                                        .setClassPathResolvingEnabled(false)));
    }

    private static HttpServerOptions listener(Options options) {
        HttpServerOptions listener =
                new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxWebSocketFrameSize(MAX_EVENT_BYTES)
                        .setMaxWebSocketMessageSize(MAX_EVENT_BYTES)
                        .setWebSocketSubProtocols(List.of("realtime"))
                        .setHandle100ContinueAutomatically(true);
        Options.Tls tls = options.tls();
        if (tls != null) {
            listener.setSsl(true)
                    .setUseAlpn(tls.http2())
                    .setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .setCertValue(Buffer.buffer(tls.certificatePem()))
                                    .setKeyValue(Buffer.buffer(tls.keyPem().reveal())));
        }
        return listener;
    }

    public int port() {
        return server.actualPort();
    }

    /// Where it listens, without a path: `http://127.0.0.1:40123`.
    public URI origin() {
        String scheme = options.tls() == null ? "http" : "https";
        return URI.create(scheme + "://" + options.host() + ':' + port());
    }

    /// What an SDK takes as its base URL.
    public URI baseUrl() {
        return origin().resolve("/v1");
    }

    /// What it was asked and what it produced.
    public Journal journal() {
        return journal;
    }

    /// Behaviours for calls to come.
    public Scripts scripts() {
        return scripts;
    }

    /// Closes the listener and every connection on it, and what it had of its own.
    @Override
    public void close() {
        await(server.close(), "stop");
        if (options.vertx() == null) {
            await(vertx.close(), "stop");
        }
        journal.close();
    }

    private static void await(Future<?> future, String what) {
        try {
            Object unused = future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            // Vert.x throws what the future failed with, checked or not
            throw new IllegalStateException("the simulator could not " + what, e);
        }
    }
}
