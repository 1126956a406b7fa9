package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestFolderTest {

    @Test
    void goesWithItsMaker() throws IOException {
        Path path;
        try (TestFolder folder = TestFolder.create("own")) {
            path = folder.path();
            Files.writeString(Files.createDirectory(path.resolve("inside")).resolve("file"), "x");
        }
        assertThat(path).doesNotExist();
        assertThat(path.getParent()).isDirectory();
    }

    @Test
    void goesWithTheJvmWhereItsMakerForgetsIt() throws Exception {
        assertThat(leftBy("end").getParent()).doesNotExist();
    }

    @Test
    void goesWithTheNextRunWhereTheJvmIsKilled() throws Exception {
        Path left = leftBy("die");
        assertThat(left.resolve("file")).exists();

        var unused = leftBy("end");

        assertThat(left.getParent()).doesNotExist();
    }

    private static Path leftBy(String how) throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                List.of(
                                        ProcessHandle.current().info().command().orElse("java"),
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Forgetful.class.getName(),
                                        how))
                        .redirectErrorStream(true)
                        .start();
        String said =
                new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(child.waitFor()).as(said).isZero();
        return Path.of(said.lines().toList().getLast());
    }

    /// Makes a folder and leaves it.
    static final class Forgetful {

        private Forgetful() {}

        public static void main(String[] how) throws IOException {
            Path path = TestFolder.create("forgotten").path();
            Files.writeString(path.resolve("file"), "x");
            System.out.println(path);
            if (how[0].equals("die")) {
                Runtime.getRuntime().halt(0);
            }
        }
    }
}
