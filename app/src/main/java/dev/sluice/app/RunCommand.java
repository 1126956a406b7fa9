package dev.sluice.app;

import dev.sluice.domain.Secret;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice run`: starts everything, prints how to make the first call, and serves until it is told
/// to stop.
@Command(
        name = "run",
        description = "Starts Sluice and serves until Ctrl-C or SIGTERM.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice run --config sluice.yaml",
            "  sluice run --port 8090 --data /srv/sluice --no-demo"
        })
final class RunCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "the sluice.yaml to apply")
    private @Nullable Path configFile;

    @Option(names = "--port", paramLabel = "N", description = "the port; default 8080")
    private @Nullable Integer port;

    @Option(names = "--data", paramLabel = "DIR", description = "the data directory")
    private @Nullable Path data;

    @Option(names = "--no-demo", description = "no demonstration data in an empty database")
    private boolean noDemo;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli reads the annotation
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = System.out;
        Config config;
        try {
            config = Config.read(environment(), !noDemo);
        } catch (Config.Invalid e) {
            System.err.println(e.getMessage());
            return 2;
        }
        Server server;
        try {
            server = Server.start(config, out);
        } catch (RuntimeException e) {
            System.err.println("Sluice cannot start: " + e.getMessage());
            return 1;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    server.close();
                                    stopped.countDown();
                                }));
        try {
            Startup.Done done = Startup.prepare(server, config);
            announce(server, config, done, out);
            Startup.afterwards(server, done);
        } catch (RuntimeException e) {
            System.err.println("Sluice cannot start: " + e.getMessage());
            return 1;
        }
        stopped.await();
        return 0;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (configFile != null) {
            environment.put("SLUICE_CONFIG", configFile.toString());
        }
        if (port != null) {
            environment.put("SLUICE_PORT", port.toString());
        }
        if (data != null) {
            environment.put("SLUICE_DATA_DIR", data.toString());
        }
        return environment;
    }

    private static void announce(Server server, Config config, Startup.Done done, PrintStream out) {
        String scheme = config.tlsCert() == null ? "http" : "https";
        String base = scheme + "://" + config.host() + ":" + server.port();
        out.println("Sluice is ready at " + base);
        if (config.adminPort() != null) {
            String admin = scheme + "://" + config.host() + ":" + server.adminPort();
            out.println("  Management API, metrics and docs: " + admin);
            out.println("    other ./sluice commands need SLUICE_URL=" + admin);
        }
        done.notices().forEach(line -> out.println("  " + line));
        Secret key = done.demoKey();
        if (key != null) {
            out.println("  The demonstration key (play money, simulated models):");
            out.println("    " + key.reveal());
            out.println("  Your first call:");
            out.println(
                    "    curl "
                            + base
                            + "/v1/chat/completions -H 'Authorization: Bearer "
                            + key.reveal()
                            + "' -H 'Content-Type: application/json' -d"
                            + " '{\"model\":\"sim-chat\",\"messages\":"
                            + "[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        }
        out.flush();
    }
}
