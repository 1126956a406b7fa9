package dev.sluice.app.cli;

import dev.sluice.control.secrets.KeyCheckStore;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.Secret;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseException;
import dev.sluice.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// What stands in the way of Sluice on this machine. Changes nothing.
final class Doctor {

    /// How a check came out.
    enum Health {
        OK,
        WARNING,
        PROBLEM
    }

    /// One line of the report.
    record Finding(String check, Health health, String words) {}

    private static final int OLDEST_JDK = 25;
    private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(5);

    private final Invocation in;
    private final CliContext context;
    private final SettingsCheck settings;
    private final List<Finding> findings = new ArrayList<>();

    Doctor(Invocation in, SettingsCheck settings) {
        this.in = in;
        this.context = in.context();
        this.settings = settings;
    }

    static Verb command(SettingsCheck settings) {
        return Verb.named("doctor", "Check what Sluice needs on this machine. Changes nothing.")
                .note("Ends with 1 when it found a problem.")
                .example("sluice doctor")
                .runs(in -> new Doctor(in, settings).report());
    }

    private int report() {
        jdk();
        // all that follows goes by them
        if (settings()) {
            boolean answers = server();
            if (answers) {
                credential();
            }
            directory();
            database();
            configuration(answers);
        }
        ArrayNode rows = Json.array();
        for (Finding finding : findings) {
            rows.addObject()
                    .put("check", finding.check())
                    .put("health", finding.health().name().toLowerCase(Locale.ROOT))
                    .put("finding", finding.words());
        }
        in.show(rows, List.of());
        boolean problem = findings.stream().anyMatch(f -> f.health() == Health.PROBLEM);
        return problem ? ExitCode.REFUSED : ExitCode.OK;
    }

    private void add(String check, Health health, String words) {
        findings.add(new Finding(check, health, words));
    }

    private void jdk() {
        Runtime.Version version = Runtime.version();
        boolean recent = version.feature() >= OLDEST_JDK;
        add(
                "jdk",
                recent ? Health.OK : Health.PROBLEM,
                "Java " + version + (recent ? "" : "; Sluice needs " + OLDEST_JDK));
    }

    /// Each setting that a start would stumble over.
    private boolean settings() {
        List<String> problems = settings.problems(context.environment());
        problems.forEach(words -> add("settings", Health.PROBLEM, words));
        if (problems.isEmpty()) {
            add("settings", Health.OK, "the environment is understood");
        }
        return problems.isEmpty();
    }

    /// Whether a Sluice answers, else whether it could listen.
    private boolean server() {
        ApiClient client = in.client();
        try {
            ApiAnswer ready = client.sendAs(null, "GET", "/readyz", Map.of(), null, ApiClient.JSON);
            boolean ok = ready.ok();
            add(
                    "server",
                    ok ? Health.OK : Health.PROBLEM,
                    client.url()
                            + (ok
                                    ? " is ready"
                                    : " answers " + ready.status() + ": " + ready.body().strip()));
            return ok;
        } catch (CliException e) {
            if (e.exitCode() != ExitCode.UNREACHABLE) {
                add("server", Health.PROBLEM, e.words());
            } else if (!client.onLoopback()) {
                add("server", Health.PROBLEM, client.url() + " does not answer");
            } else {
                port(client.url().getPort());
            }
            return false;
        }
    }

    /// Whose the credential is that commands call with, if there is one.
    private void credential() {
        try {
            in.client()
                    .whoAmI()
                    .ifPresent(who ->
                            add(
                                    "credential",
                                    who.ok() ? Health.OK : Health.PROBLEM,
                                    who.ok()
                                            ? holder(who.json())
                                            : who.refusal().replaceAll("\\s*\\R\\s*", "; ")));
        } catch (CliException e) {
            add("credential", Health.PROBLEM, e.words());
        }
    }

    private static String holder(@Nullable JsonNode me) {
        String owner = me == null ? null : Json.text(me, "owner");
        return me == null || owner == null
                ? "the installation's own"
                : owner + ", " + Words.of(me.get("roles"));
    }

    private void port(int ofUrl) {
        String set = context.variable("SLUICE_PORT");
        int port = set != null && set.matches("[0-9]{1,5}") ? Integer.parseInt(set) : ofUrl;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Math.max(0, port)));
            add("server", Health.OK, "not running; port " + port + " is free");
        } catch (IOException | IllegalArgumentException e) {
            add(
                    "server",
                    Health.PROBLEM,
                    "port " + port + " cannot be used (" + e.getMessage() + "): set SLUICE_PORT");
        }
    }

    private void directory() {
        Path directory = context.dataDirectory();
        if (!Files.isDirectory(directory)) {
            Path parent = directory.getParent();
            boolean possible = parent != null && Files.isWritable(parent);
            add(
                    "data directory",
                    possible ? Health.OK : Health.PROBLEM,
                    directory
                            + (possible
                                    ? " will be made by the first start"
                                    : " does not exist and cannot be made"));
            return;
        }
        String trouble = trouble(directory);
        add(
                "data directory",
                trouble == null ? Health.OK : Health.PROBLEM,
                directory + (trouble == null ? " is usable and private" : " " + trouble));
    }

    private @Nullable String trouble(Path directory) {
        if (!Files.isWritable(directory)) {
            return "is not writable by this account";
        }
        try {
            if (isOpen(directory, PosixFilePermission.OTHERS_WRITE)) {
                return "is writable by everybody: chmod 0711";
            }
            for (String name : List.of("secrets", "postgres")) {
                Path inside = directory.resolve(name);
                if (Files.exists(inside) && isOpen(inside, PosixFilePermission.OTHERS_READ)) {
                    return "has a folder '" + name + "' that everybody can read: chmod 0700";
                }
            }
            boolean external = context.variable("SLUICE_DATABASE_URL") != null;
            return external || EmbeddedPostgres.canUse(directory)
                    ? null
                    : "lies below a folder that the database's account cannot search";
        } catch (IOException e) {
            return "cannot be looked at: " + e.getMessage();
        }
    }

    private static boolean isOpen(Path path, PosixFilePermission permission) throws IOException {
        return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).contains(permission);
    }

    private void database() {
        Path directory = context.dataDirectory();
        boolean external = context.variable("SLUICE_DATABASE_URL") != null;
        if (!external && !Files.isDirectory(Storage.cluster(directory))) {
            add("database", Health.OK, "embedded; the first start makes it");
            return;
        }
        try {
            if (!external && Storage.running(directory).isEmpty()) {
                add("database", Health.OK, "embedded, stopped; checked while Sluice runs");
                return;
            }
            try (Storage storage = Storage.beside(context)) {
                Database database = storage.database();
                add(
                        "database",
                        Health.OK,
                        "PostgreSQL "
                                + DoctorStore.version(database)
                                + ", "
                                + storage.kind().words());
                durability(database);
                clock(database);
                masterKey(database);
            }
        } catch (CliException e) {
            add("database", Health.PROBLEM, e.words());
        } catch (IllegalStateException | IllegalArgumentException | DatabaseException e) {
            add("database", Health.PROBLEM, String.valueOf(e.getMessage()));
        }
    }

    private void durability(Database database) {
        List<String> off = DoctorStore.undurable(database);
        if (!off.isEmpty()) {
            add(
                    "durability",
                    Health.WARNING,
                    "the server runs without %s: a power failure may take booked money with it"
                            .formatted(String.join(" and ", off)));
        }
    }

    private void clock(Database database) {
        Duration difference =
                Duration.between(context.clock().instant(), DoctorStore.now(database)).abs();
        boolean close = difference.compareTo(CLOCK_DIFFERENCE) <= 0;
        add(
                "clock",
                close ? Health.OK : Health.PROBLEM,
                close
                        ? "agrees with the database's"
                        : "differs from the database's by "
                                + difference.toSeconds()
                                + " s: use NTP");
        if (!DoctorStore.isInstalled(database)) {
            return;
        }
        if (DoctorStore.isShifted(database) || context.variable("SLUICE_TEST_CLOCK") != null) {
            add("test clock", Health.WARNING, "SLUICE_TEST_CLOCK shifts every time: testing only");
        }
    }

    private void masterKey(Database database) {
        if (!DoctorStore.isInstalled(database)) {
            add("master key", Health.OK, "fixed by the first start");
            return;
        }
        try {
            MasterKey key = key();
            if (key == null) {
                add(
                        "master key",
                        Health.PROBLEM,
                        "missing: set SLUICE_MASTER_KEY, or restore secrets/master-key");
                return;
            }
            new KeyCheckStore(database).verify(key);
            add("master key", Health.OK, "opens the database's secrets");
        } catch (IllegalStateException | IllegalArgumentException e) {
            add("master key", Health.PROBLEM, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable MasterKey key() {
        String set = context.variable("SLUICE_MASTER_KEY");
        Path file = context.dataDirectory().resolve("secrets").resolve(MasterKey.FILE);
        if (set == null && !Files.exists(file)) {
            return null;
        }
        String text = set == null ? PrivateFile.read(file, "master key") : set;
        return MasterKey.of(new Secret(text), new SecureRandom());
    }

    /// The file as the running server sees it, else whether it can be read at all.
    private void configuration(boolean answers) {
        String named = context.variable("SLUICE_CONFIG");
        if (named == null) {
            return;
        }
        try {
            String text = PrivateFile.read(context.directory().resolve(named), "SLUICE_CONFIG");
            JsonNode parsed = Json.parseFile(text, named);
            if (!parsed.isObject()) {
                add("configuration", Health.PROBLEM, named + " holds no fields");
            } else if (!answers) {
                add("configuration", Health.OK, named + " is YAML; checked fully while running");
            } else {
                ApiAnswer plan =
                        in.client()
                                .post("apply", Map.of("dry_run", "true"), text, FileCommands.YAML);
                add(
                        "configuration",
                        plan.ok() ? Health.OK : Health.PROBLEM,
                        plan.ok() ? named + " is valid" : named + ": " + plan.refusal());
            }
        } catch (CliException e) {
            add("configuration", Health.PROBLEM, e.words());
        }
    }
}
