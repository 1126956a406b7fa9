package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a copy of the checkout where Maven and the JDK are scripts that write down how
/// they were called.
@Timeout(60)
class LauncherTest {

    private record Outcome(int code, String text) {}

    @TempDir private Path folder;

    private Path checkout;
    private Path calls;
    private Path jar;

    @BeforeEach
    void prepare() throws IOException {
        checkout = folder.resolve("checkout");
        calls = folder.resolve("calls");
        jar = checkout.resolve("app/target/sluice.jar");
        write(checkout.resolve("pom.xml"), "<project/>");
        write(checkout.resolve("app/pom.xml"), "<project/>");
        write(checkout.resolve("app/src/main/java/Main.java"), "class Main {}");
        write(checkout.resolve("app/src/test/java/MainTest.java"), "class MainTest {}");
        String launcher = Files.readString(Checkout.root().resolve("sluice"));
        script(checkout.resolve("sluice"), launcher.replace("/usr/lib/jvm", folder + "/jvm"));
        script(
                folder.resolve("bin/mvn"),
                """
                echo "mvn $*" >> %s
                [ ! -f %s/broken ] || { echo "Main.java:1: a message of the compiler"; exit 1; }
                echo built >> %s
                """
                        .formatted(calls, folder, jar));
        jdk("jvm/jdk-17", "17.0.9");
        jdk("jvm/jdk-25", "25.0.3");
    }

    @Test
    void runBuildsTrainsAndStartsTheNewestAllowedJdk() throws Exception {
        Outcome run = sluice("run", "--port", "9");

        assertThat(run.code()).isZero();
        List<String> lines = Files.readAllLines(calls);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("mvn ").contains(" package ", "-Dmaven.test.skip");
        assertThat(lines.get(1))
                .startsWith("25.0.3 ")
                .contains("-XX:AOTCacheOutput=")
                .endsWith("train");
        assertThat(lines.get(2))
                .contains("-XX:AOTCache=" + checkout, "-Xmx160m", "-XX:+UseSerialGC")
                .endsWith("-jar " + jar + " run --port 9");
    }

    @Test
    void runBuildsOnlyWhenSourcesAreNewer() throws Exception {
        sluice("run");
        Files.delete(calls);

        sluice("run");
        touch(checkout.resolve("app/src/test/java/MainTest.java"));
        sluice("run");
        assertThat(calls).content().doesNotContain("mvn");

        touch(checkout.resolve("app/src/main/java/Main.java"));
        sluice("run");
        assertThat(calls).content().containsOnlyOnce("mvn");
    }

    @Test
    void theConsoleIsBuiltWhenItsSourcesAreNewer() throws Exception {
        console(0);

        assertThat(sluice("run").code()).isZero();
        assertThat(Files.readAllLines(calls))
                .startsWith(
                        "npm ci --ignore-scripts --no-audit --no-fund", "npm run --silent build")
                .anyMatch(line -> line.startsWith("mvn "));
        Files.delete(calls);
        sluice("run");
        touch(checkout.resolve("console/node_modules/x/index.js"));
        sluice("run");
        assertThat(calls).content().doesNotContain("npm", "mvn");

        touch(checkout.resolve("console/src/main.tsx"));
        sluice("run");
        assertThat(calls).content().contains("npm run").doesNotContain("npm ci");
        assertThat(calls).content().containsOnlyOnce("mvn ");
    }

    @Test
    void withoutNodeOrItsPackagesTheRestIsBuilt() throws Exception {
        console(1);

        Outcome withoutNode = sluice("run");

        assertThat(withoutNode.code()).isZero();
        assertThat(withoutNode.text()).contains("without the console, which needs Node 20.19");
        assertThat(calls).content().contains("mvn ", " run").doesNotContain("npm");

        console(0);
        Files.createFile(folder.resolve("offline"));
        Outcome withoutPackages = sluice("run");

        assertThat(withoutPackages.code()).isZero();
        assertThat(withoutPackages.text()).contains("'npm ci' found no packages");
        Files.delete(calls);
        sluice("run");
        assertThat(calls).content().as("not at every start").doesNotContain("npm", "mvn");
    }

    @Test
    void aFailedBuildOfTheConsoleSaysWhy() throws Exception {
        console(0);
        Files.createFile(folder.resolve("broken"));

        Outcome build = sluice("build");

        assertThat(build.code()).isEqualTo(1);
        assertThat(build.text()).contains("main.tsx:1: a message", "the build of the console");
    }

    @Test
    void aChangedJarNeverMeetsAnOldCache() throws Exception {
        sluice("run");
        Files.delete(calls);

        write(jar, "another jar");
        sluice("run");

        assertThat(calls).content().contains(" run").doesNotContain("-XX:AOTCache");
    }

    @Test
    void aFailedBuildSaysWhyAndKeepsTheJar() throws Exception {
        sluice("build");
        Files.createFile(folder.resolve("broken"));

        Outcome build = sluice("build");

        assertThat(build.code()).isEqualTo(1);
        assertThat(build.text()).contains("a message of the compiler", "the build failed");
        assertThat(jar).exists();
    }

    @Test
    void aFailedTrainingIsOnlyAWarning() throws Exception {
        Files.createFile(folder.resolve("untrainable"));

        Outcome run = sluice("run");

        assertThat(run.code()).isZero();
        assertThat(run.text()).contains("no start-up cache");
        assertThat(Files.readAllLines(calls).getLast()).endsWith(" run").doesNotContain("AOTCache");
    }

    @Test
    void otherWordsGoToTheJarAsTheyAre() throws Exception {
        sluice("build");
        touch(checkout.resolve("app/src/main/java/Main.java"));
        Files.delete(calls);

        sluice("keys", "create", "--label", "a b");

        assertThat(Files.readAllLines(calls)).hasSize(1);
        assertThat(calls).content().endsWith("keys create --label a b\n");
    }

    @Test
    void withoutAJdkOneLineSaysWhatToInstall() throws Exception {
        Files.delete(folder.resolve("jvm/jdk-25/release"));

        Outcome run = sluice("run");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text().strip().lines()).hasSize(1);
        assertThat(run.text()).contains("no JDK 25 found: install Temurin 25");
    }

    @Test
    void aWrongSluiceJavaHomeIsNotIgnored() throws Exception {
        Path old = folder.resolve("jvm/jdk-17");

        Outcome run = sluice(Map.of("SLUICE_JAVA_HOME", old.toString()), "run");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text()).contains("SLUICE_JAVA_HOME=" + old);
    }

    @Test
    void testEndsWithTheSumOfAllReports() throws Exception {
        String reports = "target/surefire-reports/TEST-";
        script(
                folder.resolve("bin/mvn"),
                """
                echo "mvn $*" >> %1$s
                mkdir -p %2$s/app/target/surefire-reports %2$s/domain/target/surefire-reports
                echo '<testsuite name="A" tests="5" errors="1" skipped="1" failures="1">' \
                    > %2$s/app/%3$sA.xml
                printf '<testsuite\\n name="B"\\n tests="7" errors="0"\\n skipped="0" failures="0">' \
                    > %2$s/domain/%3$sB.xml
                """
                        .formatted(calls, checkout, reports));
        write(checkout.resolve("app/" + reports + "Old.xml"), "<testsuite tests=\"99\">");

        Outcome test = sluice("test", "--fast");

        assertThat(test.code()).isEqualTo(1);
        assertThat(test.text().strip()).endsWith("9 passed, 2 failed, 1 skipped");
        assertThat(calls).content().contains("-Dsluice.suite=fast");
    }

    @Test
    void fuzzGivesEachTargetItsMinutesAndShowsTheTotals() throws Exception {
        script(
                folder.resolve("bin/mvn"),
                """
                echo "mvn $*" >> %1$s
                mkdir -p %2$s/.cifuzz-corpus
                echo 'sse 3:00' > %2$s/.cifuzz-corpus/totals.txt
                [ ! -f %3$s/broken ]
                """
                        .formatted(calls, checkout, folder));

        Outcome fuzz = sluice("fuzz", "--minutes", "3");

        assertThat(fuzz.code()).isZero();
        assertThat(fuzz.text()).contains("sse 3:00");
        assertThat(calls).content().contains("-Dtest=FuzzTest", "-Dsluice.fuzz.seconds=180");
        Files.createFile(folder.resolve("broken"));
        assertThat(sluice("fuzz").code()).as("with a finding").isEqualTo(1);
        assertThat(sluice("fuzz", "--target", "usage").code()).as("no such target").isEqualTo(1);
        assertThat(calls).content().doesNotContain("-Dsluice.fuzz.only=usage");
        Files.delete(folder.resolve("broken"));
        Files.createDirectories(checkout.resolve("gateway/src/test/resources/fuzz/usage"));
        assertThat(sluice("fuzz", "--target", "usage", "--minutes", "2").code()).isZero();
        assertThat(calls).content().contains("-Dsluice.fuzz.seconds=120 -Dsluice.fuzz.only=usage");
        for (String minutes : List.of("0", "-1", "1.5", "x", "")) {
            assertThat(sluice("fuzz", "--minutes", minutes).code()).as(minutes).isNotZero();
        }
    }

    @Test
    void testFailsWhenNothingRanOrMavenFailed() throws Exception {
        assertThat(sluice("test").code()).isEqualTo(1);

        Files.createFile(folder.resolve("broken"));
        assertThat(sluice("test", "--long").code()).isEqualTo(1);
        assertThat(sluice("test", "--sometimes").code()).isEqualTo(2);
    }

    private Outcome sluice(String... words) throws Exception {
        return sluice(Map.of(), words);
    }

    private Outcome sluice(Map<String, String> more, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(checkout.resolve("sluice").toString());
        builder.command().addAll(List.of(words));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.putAll(more);
        Path output = folder.resolve("output");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int code = process.waitFor();
        return new Outcome(code, Files.readString(output));
    }

    private void jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "");
        script(
                home.resolve("bin/java"),
                """
                echo "%1$s $*" >> %2$s
                case "$*" in *train)
                    [ ! -f %3$s/untrainable ] || exit 1
                    for flag; do
                        case $flag in -XX:AOTCacheOutput=*) touch "${flag#*=}" ;; esac
                    done ;;
                esac
                """
                        .formatted(version, calls, folder));
    }

    /// Sources of a console, and a Node whose check of its version ends so.
    private void console(int nodeCode) throws IOException {
        Path console = checkout.resolve("console");
        write(console.resolve("package-lock.json"), "{}");
        write(console.resolve("src/main.tsx"), "run()");
        script(folder.resolve("bin/node"), "exit " + nodeCode);
        script(
                folder.resolve("bin/npm"),
                """
                echo "npm $*" >> %1$s
                case $1 in
                ci)
                    [ ! -f %2$s/offline ] || exit 1
                    mkdir -p node_modules/x
                    touch -d '+5 seconds' node_modules/x/index.js node_modules/.package-lock.json
                    ;;
                run)
                    [ ! -f %2$s/broken ] || { echo "main.tsx:1: a message"; exit 1; }
                    mkdir -p dist generated
                    touch dist/index.html
                    ;;
                esac
                """
                        .formatted(calls, folder));
    }

    private static void script(Path file, String text) throws IOException {
        write(file, text.startsWith("#!") ? text : "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /// Later than any stamp, also on file systems that keep whole seconds.
    private static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }
}
