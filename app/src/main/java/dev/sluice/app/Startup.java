package dev.sluice.app;

import dev.sluice.domain.Secret;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What happens between a replica that serves and the line that says so: the configuration file,
/// the set-up token, the simulated provider and the demonstration.
final class Startup {

    private static final Pattern PLACE = Pattern.compile("(?m)^line (\\d+), column (\\d+): ");

    private Startup() {}

    /// @param notices lines worth telling whoever started the process
    /// @param demoKey the demonstration's key, or null when there is none
    record Done(List<String> notices, @Nullable Secret demoKey) {}

    static Done prepare(Server server, Config config) {
        List<String> notices = new ArrayList<>();
        if (server.isTestClock()) {
            notices.add(
                    "WARNING: SLUICE_TEST_CLOCK is set: this installation believes it is "
                            + server.clock().instant());
        }
        InProcess api = new InProcess(server.control().router(), server.adminKey());
        if (config.databaseUrl() == null) {
            Simulator simulator = server.startSimulator(Options.loopback(server.clock()));
            Demo.register(api, simulator);
        }
        Path file = config.configFile();
        if (file != null) {
            notices.addAll(apply(api, file));
        }
        if (config.adminKey() == null) {
            Optional<Path> token = server.control().openSetup(config.dataDirectory());
            token.ifPresent(path ->
                    notices.add(
                            "Set-up token for the first owner, valid for an hour: "
                                    + path
                                    + " (./sluice uses it by itself, the console asks for it)"));
        }
        Secret demoKey = config.demo() ? Demo.ensure(api, server) : null;
        return new Done(List.copyOf(notices), demoKey);
    }

    /// What has time until the line is printed: the past of the demonstration, where there is one.
    static void afterwards(Server server, Done done) {
        Simulator simulator = server.simulator();
        if (done.demoKey() != null && simulator != null) {
            InProcess api = new InProcess(server.control().router(), server.adminKey());
            server.beside(DemoPast.start(server, api, simulator));
        }
    }

    /// Applies the file; the keys it makes are shown now or never.
    static List<String> apply(InProcess api, Path file) {
        try {
            JsonNode answer =
                    api.postText("/admin/v1/apply", "application/yaml", Files.readString(file));
            List<String> lines = new ArrayList<>();
            for (JsonNode key : answer.path("keys")) {
                lines.add(
                        "New key %s, shown once: %s"
                                .formatted(
                                        key.path("label").asString(), key.path("key").asString()));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(placed(file, String.valueOf(e.getMessage())), e);
        }
    }

    /// What is wrong with the file, each at its place, as compilers write it.
    private static String placed(Path file, String message) {
        String told =
                PLACE.matcher(message)
                        .replaceAll(place ->
                                Matcher.quoteReplacement(
                                        file + ":" + place.group(1) + ":" + place.group(2) + ": "));
        return told.equals(message) ? file + ": " + message : told;
    }
}
