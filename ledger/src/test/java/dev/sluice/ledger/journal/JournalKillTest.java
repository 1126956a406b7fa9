package dev.sluice.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that appends as fast as it can is killed: what it was told to be flushed is there.
@Tag("slow")
class JournalKillTest {

    private static final int ROUNDS = 4;
    private static final String IN_USE = "in use: ";

    @TempDir private Path folder;

    @Test
    void whatWasFlushedIsReadBackAfterAKill() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("JournalKillTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Path journal = folder.resolve("round-" + round);
            Process child = Child.start(journal);
            List<Integer> told;
            try {
                told = readThenKill(child, 1 + random.nextInt(3_000));
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(told).isNotEmpty();
            for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i)).as("order, seed %d", seed).isEqualTo(i);
            }
            try (FileDisk disk = FileDisk.open(journal)) {
                List<RecoveredCall> calls = new ArrayList<>();
                JournalReading.read(disk, "r1").forEachCall(disk, calls::add);
                assertThat(calls)
                        .as("round %d, seed %d", round, seed)
                        .hasSizeGreaterThanOrEqualTo(told.size());
                for (int i = 0; i < calls.size(); i++) {
                    assertThat(calls.get(i).call().requestId()).isEqualTo("req_" + i);
                }
            }
        }
    }

    /// Everything the child said before its death, which comes after `lines` of it.
    private static List<Integer> readThenKill(Process child, int lines) throws IOException {
        List<Integer> told = new ArrayList<>();
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII)) {
            String line = out.readLine();
            while (line != null) {
                // the last line may be torn like a record
                if (line.endsWith(".")) {
                    told.add(Integer.parseInt(line.substring(0, line.length() - 1)));
                }
                if (told.size() == lines) {
                    // by its handle: what it said before is still to be read
                    assertThat(child.toHandle().destroyForcibly()).isTrue();
                }
                line = out.readLine();
            }
        }
        return told;
    }

    @Test
    void aSecondProcessOnTheSameFolderIsRefused() throws Exception {
        Path journal = folder.resolve("shared");
        try (FileDisk _ = FileDisk.open(journal)) {
            Process child = Child.start(journal);
            try {
                assertThat(
                                new String(
                                        child.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8))
                        .startsWith(IN_USE)
                        .contains(journal.toString())
                        .contains("in use by another process")
                        .contains("a folder of its own");
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        Process owner = Child.start(journal);
        try (BufferedReader out = owner.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(out.readLine()).isEqualTo("0.");
            assertThatThrownBy(() -> FileDisk.open(journal))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another process");
        } finally {
            owner.destroyForcibly();
            assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// The other process: appends finals and prints the number of each that is flushed.
    static final class Child {

        private Child() {}

        static Process start(Path journal) throws IOException {
            String classes =
                    System.getProperty(
                            "surefire.test.class.path", System.getProperty("java.class.path"));
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-Xmx64m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            classes,
                            Child.class.getName(),
                            journal.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        public static void main(String[] arguments) throws Exception {
            FileDisk disk;
            try {
                disk = FileDisk.open(Path.of(arguments[0]));
            } catch (IOException e) {
                System.out.println(IN_USE + e.getMessage());
                return;
            }
            RandomRecords random = new RandomRecords(3);
            JournalSettings settings =
                    new JournalSettings(
                            256 * 1024,
                            1024,
                            16 * 1024,
                            Duration.ofMillis(2),
                            1L << 30,
                            Duration.ofHours(1),
                            1 << 20);
            Journal journal = Journal.open(disk, settings, "r1", 1, InstantSource.system());
            for (int i = 0; true; i++) {
                int number = i;
                journal.append(
                        new JournalRecord.Final(null, random.call("req_" + number)),
                        new Receipt() {
                            @Override
                            public void flushed() {
                                System.out.println(number + ".");
                            }
                        });
                while (journal.waiting() > 200) {
                    Thread.sleep(1);
                }
            }
        }
    }
}
