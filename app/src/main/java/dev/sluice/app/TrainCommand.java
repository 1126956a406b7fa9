package dev.sluice.app;

import dev.sluice.domain.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// `sluice train`: starts everything on a passing directory, sends itself plain and streamed calls
/// and stops. The launcher runs it once after a build, so that the JVM can keep what it learnt.
@Command(name = "train", description = "Warms the start-up cache.", hidden = true)
final class TrainCommand implements Callable<Integer> {

    private static final int CALLS = 10_000;
    private static final int CALLERS = 16;

    @Override
    public Integer call() throws IOException, InterruptedException, Config.Invalid {
        Path directory =
                Files.createTempDirectory(
                        "sluice-train",
                        // the embedded database's account has to pass through
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx--x--x")));
        try {
            Config config =
                    Config.read(
                            Map.of(
                                    "SLUICE_PORT",
                                    "0",
                                    "SLUICE_DATA_DIR",
                                    directory.resolve("data").toString()),
                            true);
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
            try (Server server = Server.start(config, nowhere)) {
                Startup.Done done = Startup.prepare(server, config);
                exercise(server, done);
            }
            return 0;
        } finally {
            delete(directory);
        }
    }

    private static void exercise(Server server, Startup.Done done)
            throws IOException, InterruptedException {
        Secret key = done.demoKey();
        if (key == null) {
            throw new IllegalStateException("an empty installation has a demonstration key");
        }
        URI chat = URI.create("http://127.0.0.1:" + server.port() + "/v1/chat/completions");
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (client;
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                all.add(
                        callers.submit(() -> {
                            for (int i = 0; i < CALLS / CALLERS; i++) {
                                send(client, request(chat, key, i));
                            }
                            return null;
                        }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a call of the training failed", e.getCause());
        }
    }

    private static HttpRequest request(URI chat, Secret key, int i) {
        String body =
                """
                {"model":"sim-chat","stream":%s,
                 "messages":[{"role":"user","content":"%d"}]}
                """
                        .formatted(i % 4 == 0, i);
        return HttpRequest.newBuilder(chat)
                .header("authorization", "Bearer " + key.reveal())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void send(HttpClient client, HttpRequest request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.body());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
