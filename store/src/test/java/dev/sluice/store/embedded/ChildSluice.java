package dev.sluice.store.embedded;

import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.TestFolders;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A second JVM that runs the embedded database, so that tests can kill it.
///
/// It writes one committed row, leaves another one uncommitted, says so on its standard output and
/// waits to be ended.
final class ChildSluice implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildSluice(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /// The child's own main method.
    public static void main(String[] arguments) throws Exception {
        DataDirectory data = DataDirectory.open(Path.of(arguments[0]));
        PostgresSettings settings =
                new PostgresSettings(
                        true, 24, arguments[1].isEmpty() ? null : Path.of(arguments[1]));
        EmbeddedPostgres server = EmbeddedPostgres.start(data, settings);
        Database database = Database.open(server.url(), DatabaseSettings.standard());
        database.inTransaction(sql -> {
            sql.execute("CREATE TABLE IF NOT EXISTS paid (id text)");
            return sql.update("INSERT INTO paid VALUES ('committed')");
        });
        database.inTransaction(sql -> {
            sql.update("INSERT INTO paid VALUES ('open')");
            System.out.println("ready " + server.pid());
            System.out.flush();
            return waitForInput();
        });
        database.close();
        server.close();
        data.close();
    }

    private static int waitForInput() {
        try {
            return System.in.read();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static ChildSluice start(Path data, List<String> prefix, String classPath, String binaries)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of("-cp", classPath, ChildSluice.class.getName()));
        command.addAll(List.of(data.toString(), binaries));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        return new ChildSluice(builder.directory(Path.of("/").toFile()).start());
    }

    static ChildSluice start(Path data) throws IOException {
        return start(data, List.of(), ownClassPath(), TestFolders.binaries().toString());
    }

    /// Waits for the row to be committed; returns the database server's process.
    ProcessHandle awaitReady() throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready ")) {
                return ProcessHandle.of(Long.parseLong(line.substring(6))).orElseThrow();
            }
            seen.append(line).append('\n');
        }
        throw new IllegalStateException("the child ended:\n" + seen);
    }

    String awaitEnd() throws IOException, InterruptedException {
        String rest = String.join("\n", output.lines().toList());
        process.waitFor();
        return rest;
    }

    void killDashNine() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }

    static String ownClassPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /// The class path again, where an account without any right in our home directory can read it.
    static String readableClassPath(Path folder) throws IOException {
        List<String> copied = new ArrayList<>();
        for (String entry : ownClassPath().split(":", -1)) {
            Path source = Path.of(entry);
            if (Files.isDirectory(source)) {
                copied.add(copyTree(source, folder.resolve("c" + copied.size())).toString());
            } else if (Files.isRegularFile(source)) {
                Path target = folder.resolve(copied.size() + ".jar");
                Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
                copied.add(open(target).toString());
            }
        }
        return String.join(":", copied);
    }

    private static Path copyTree(Path source, Path target) throws IOException {
        try (var tree = Files.walk(source)) {
            for (Path path : tree.toList()) {
                Files.copy(path, target.resolve(source.relativize(path).toString()));
                open(target.resolve(source.relativize(path).toString()));
            }
        }
        return target;
    }

    private static Path open(Path path) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
