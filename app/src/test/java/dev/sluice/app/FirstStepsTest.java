package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A newcomer types what `docs/guides/first-steps.md` says, in its order, and sees what it says.
@Tag("slow")
@Timeout(300)
class FirstStepsTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh( background)?\n(.*?)^```");
    private static final Pattern SECRET = Pattern.compile("sk-sluice-[A-Za-z0-9]{20,}");

    private final TestFolder made = TestFolder.create("first-steps");
    private final Path folder = made.path();
    private int port;

    @BeforeEach
    void freshCheckout() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path launcher = folder.resolve("sluice");
        Files.writeString(
                launcher,
                """
                #!/bin/sh
                export SLUICE_PORT=%d
                exec '%s/bin/java' -XX:TieredStopAtLevel=1 -Xmx160m -Duser.home='%s' \
                --sun-misc-unsafe-memory-access=allow -cp '%s' dev.sluice.app.Main "$@"
                """
                        .formatted(
                                port,
                                System.getProperty("java.home"),
                                folder,
                                System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void cleanUp() {
        made.close();
    }

    @Test
    void everyCommandOfTheGuideWorks() throws IOException, InterruptedException {
        List<String> blocks = blocks();
        assertThat(blocks.getFirst().strip()).isEqualTo("./sluice run");
        Process server =
                start(folder.resolve("server.log"), "bash", "-c", "exec " + blocks.getFirst());
        try {
            awaitReady(server);
            // the call that the README promises
            assertThat(type(printedCall(), "")).contains("\"object\":\"chat.completion\"");
            List<String> answers = new ArrayList<>();
            String key = "sk-sluice-…";
            for (String block : blocks.subList(1, blocks.size())) {
                String answer = type(block, key);
                answers.add(answer);
                Matcher secret = SECRET.matcher(answer);
                if (secret.find() && key.endsWith("…")) {
                    key = secret.group();
                }
            }
            String all = String.join("\n----\n", answers);
            assertThat(answers.getFirst())
                    .containsPattern("(?m)^balance +0$")
                    .contains("profile.json");
            assertThat(all)
                    .contains("x-sluice-cost-usd: 0.0000228")
                    .containsPattern("(?m)^balance +4\\.9999772$");
            assertThat(answers)
                    .anySatisfy(answer -> assertThat(answer).contains("200\n200\n200\n429\n"));
            assertThat(all)
                    .containsPattern("(?m)^remaining +0$")
                    .contains("quota_exceeded", "quota:my-app-day");
            assertThat(answers.getLast()).containsPattern("(?m)^limit +100$");
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String printedCall() throws IOException {
        return Files.readString(folder.resolve("server.log"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("curl "))
                .findFirst()
                .orElseThrow();
    }

    private List<String> blocks() throws IOException {
        Path checkout = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(checkout.resolve(".mvn"))) {
            checkout = checkout.resolve("..").normalize();
        }
        String guide = Files.readString(checkout.resolve("docs/guides/first-steps.md"));
        return BLOCK.matcher(guide)
                .results()
                .map(block -> block.group(2).replace("127.0.0.1:8080", "127.0.0.1:" + port))
                .toList();
    }

    private Process start(Path output, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().remove("XDG_CONFIG_HOME");
        return builder.start();
    }

    private void awaitReady(Process server) throws IOException, InterruptedException {
        Path log = folder.resolve("server.log");
        // the last of what a start says
        while (!Files.readString(log).contains("\"Hello\"}]}'")) {
            if (server.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server ended: " + Files.readString(log));
            }
        }
    }

    /// Types a block and returns what appears; every command of it must succeed.
    private String type(String block, String key) throws IOException, InterruptedException {
        Path script = folder.resolve("block.sh");
        Path output = folder.resolve("block.out");
        Files.writeString(script, "set -e\nexport SLUICE_KEY='" + key + "'\n" + block);
        int code = start(output, "bash", script.toString()).waitFor();
        String answer = Files.readString(output);
        assertThat(code).as(block + "\n" + answer).isZero();
        return answer;
    }
}
