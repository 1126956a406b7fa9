package dev.sluice.app;

import dev.sluice.app.probes.ProbeSettings;
import dev.sluice.catalog.Providers;
import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Secret;
import dev.sluice.egress.ProxyRules;
import dev.sluice.gateway.CannotListenException;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.store.PostgresUrl;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the process is told by its environment (docs/reference/settings.md). Read once; every
/// problem is collected, so that one start names them all.
///
/// @param adminPort where the management API, metrics and docs move, or null for one listener
/// @param databaseUrl an external PostgreSQL, or null for the embedded one
/// @param adminKey the installation's management credential, or null for a set-up token
/// @param masterKey encrypts upstream credentials, or null for one kept in the data directory
/// @param configFile the `sluice.yaml` to apply at the start, or null
/// @param tlsCert PEM certificate chain of the listener, or null for plain HTTP
/// @param proxies which connections to upstreams go through a proxy
/// @param testClock the time the installation shall believe it is, or null
/// @param egressAllow private addresses that users may name
/// @param keepResponses for how long answers are kept for those who go on from them; null: not
///     at all
/// @param probes how the server asks models by itself whether they work
/// @param demo whether an empty embedded database gets demonstration data
record Config(
        String host,
        int port,
        @Nullable Integer adminPort,
        Path dataDirectory,
        @Nullable Secret databaseUrl,
        @Nullable Secret adminKey,
        @Nullable Secret masterKey,
        @Nullable String replica,
        @Nullable Path configFile,
        @Nullable Path tlsCert,
        @Nullable Path tlsKey,
        @Nullable Path caBundle,
        ProxyRules proxies,
        @Nullable Instant testClock,
        Set<CidrBlock> egressAllow,
        Set<CidrBlock> trustedProxies,
        @Nullable Duration keepResponses,
        ProbeSettings probes,
        boolean demo) {

    static final Set<String> KNOWN =
            Set.of(
                    "SLUICE_PORT",
                    "SLUICE_ADMIN_PORT",
                    "SLUICE_HOST",
                    "SLUICE_DATA_DIR",
                    "SLUICE_DATABASE_URL",
                    "SLUICE_REPLICA",
                    "SLUICE_ADMIN_KEY",
                    "SLUICE_MASTER_KEY",
                    "SLUICE_CONFIG",
                    "SLUICE_TLS_CERT",
                    "SLUICE_TLS_KEY",
                    "SLUICE_CA_BUNDLE",
                    "SLUICE_TEST_CLOCK",
                    "SLUICE_EGRESS_ALLOW",
                    "SLUICE_TRUSTED_PROXIES",
                    "SLUICE_KEEP_RESPONSES",
                    "SLUICE_PROBE_EVERY",
                    "SLUICE_PROBE_USD_PER_DAY");

    /// Set by the launcher, read by the other commands, or what our guides call an application's
    /// own settings: not the server's business.
    private static final Set<String> FOR_OTHERS =
            Set.of(
                    "SLUICE_JAVA_HOME",
                    "SLUICE_URL",
                    "SLUICE_ORGANIZATION",
                    "SLUICE_PROFILE",
                    "SLUICE_HEAP",
                    "SLUICE_KEY",
                    "SLUICE_BASE_URL");

    /// Documented, and coming with a later version: refused rather than ignored.
    private static final Set<String> NOT_YET = Set.of("SLUICE_REDIS_URL");

    /// All that is wrong with the environment.
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(List<String> problems) {
            super(String.join(System.lineSeparator(), problems), null, false, false);
        }
    }

    /// The shipped ones, and those in the folder `providers` of the data directory.
    Providers providers() {
        Path own = dataDirectory.resolve("providers");
        return Files.isDirectory(own) ? Providers.shipped().with(own) : Providers.shipped();
    }

    /// Where this process reaches its own listener: the loopback, unless it listens elsewhere only.
    ///
    /// @param bound the port it got
    URI ownAddress(int bound) {
        boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
        String near = anywhere ? "127.0.0.1" : host;
        String literal = near.indexOf(':') < 0 ? near : "[" + near + "]";
        return URI.create((tlsCert == null ? "http" : "https") + "://" + literal + ":" + bound);
    }

    /// Reads all settings.
    ///
    /// @param demo whether demonstration data is wanted; an external database never gets any
    static Config read(Map<String, String> environment, boolean demo) throws Invalid {
        Reading in = new Reading(environment);
        in.rejectUnknown();
        Config config =
                new Config(
                        in.textOr("SLUICE_HOST", "127.0.0.1"),
                        Objects.requireNonNullElse(in.port("SLUICE_PORT"), 8080),
                        in.port("SLUICE_ADMIN_PORT"),
                        Path.of(in.textOr("SLUICE_DATA_DIR", "data")).toAbsolutePath().normalize(),
                        in.databaseUrl(),
                        in.adminKey(),
                        in.masterKey(),
                        in.text("SLUICE_REPLICA"),
                        in.file("SLUICE_CONFIG"),
                        in.file("SLUICE_TLS_CERT"),
                        in.file("SLUICE_TLS_KEY"),
                        in.file("SLUICE_CA_BUNDLE"),
                        in.proxies(),
                        in.instant("SLUICE_TEST_CLOCK"),
                        in.blocks("SLUICE_EGRESS_ALLOW"),
                        in.blocks("SLUICE_TRUSTED_PROXIES"),
                        in.keepResponses(),
                        in.probes(),
                        demo && !in.isSet("SLUICE_DATABASE_URL"));
        if ((config.tlsCert == null) != (config.tlsKey == null)) {
            in.problems.add("SLUICE_TLS_CERT and SLUICE_TLS_KEY must be set together.");
        }
        in.certificates(config);
        if (config.port != 0 && Objects.equals(config.port, config.adminPort)) {
            in.problems.add("SLUICE_ADMIN_PORT must differ from SLUICE_PORT, or be unset.");
        }
        if (!in.problems.isEmpty()) {
            throw new Invalid(in.problems);
        }
        return config;
    }

    /// All that a start would find wrong with the environment.
    static List<String> problems(Map<String, String> environment) {
        try {
            var unused = read(environment, true);
            return List.of();
        } catch (Invalid e) {
            return String.valueOf(e.getMessage()).lines().toList();
        }
    }

    /// What to do where there is no listening.
    String wayOut(CannotListenException refused) {
        boolean admin = Objects.equals(adminPort, refused.port());
        String setting = admin ? "SLUICE_ADMIN_PORT" : "--port or SLUICE_PORT";
        return refused.isTaken()
                ? "another program listens on %s port %d. Stop it, or choose a port with %s."
                        .formatted(host, refused.port(), setting)
                : """
                it cannot listen on %s. SLUICE_HOST has to be an address of this machine; \
                another port is chosen with %s.\
                """
                        .formatted(refused.getMessage(), setting);
    }

    /// Collects values and what is wrong with them.
    private static final class Reading {
        private static final Pattern TIME = Pattern.compile("([0-9]{1,5})([mhd])");
        private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,12})?");

        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reading(Map<String, String> environment) {
            this.environment = environment;
        }

        void rejectUnknown() {
            for (String name : new TreeSet<>(environment.keySet())) {
                String plain = name.endsWith("_FILE") ? name.substring(0, name.length() - 5) : name;
                if (NOT_YET.contains(plain)) {
                    problems.add(name + " is not supported by this version yet. Unset it.");
                } else if (name.startsWith("SLUICE_")
                        && !KNOWN.contains(plain)
                        && !FOR_OTHERS.contains(plain)) {
                    problems.add(name + " is not a setting of Sluice. Known: " + sorted());
                }
            }
        }

        private static String sorted() {
            return String.join(", ", new TreeSet<>(KNOWN));
        }

        /// The variable, or what the file named by its `_FILE` variant holds.
        @Nullable String text(String name) {
            String value = environment.get(name);
            String file = environment.get(name + "_FILE");
            if (value != null && file != null) {
                problems.add("Set " + name + " or " + name + "_FILE, not both.");
            }
            if (file != null) {
                try {
                    return Files.readString(Path.of(file)).strip();
                } catch (IOException _) {
                    problems.add(name + "_FILE: cannot read " + file + ".");
                    return null;
                }
            }
            return value == null || value.isBlank() ? null : value.strip();
        }

        String textOr(String name, String otherwise) {
            String value = text(name);
            return value == null ? otherwise : value;
        }

        @Nullable Secret secret(String name) {
            String value = text(name);
            return value == null ? null : new Secret(value);
        }

        @Nullable Secret adminKey() {
            String key = text("SLUICE_ADMIN_KEY");
            if (key == null) {
                return null;
            }
            if (key.length() < 32) {
                problems.add("SLUICE_ADMIN_KEY must have at least 32 characters.");
            } else if (key.chars().distinct().count() < 10) {
                problems.add("SLUICE_ADMIN_KEY is too easy to guess: use a random one.");
            }
            return new Secret(key);
        }

        boolean isSet(String name) {
            String value = environment.get(name);
            return environment.containsKey(name + "_FILE") || (value != null && !value.isBlank());
        }

        @Nullable Secret databaseUrl() {
            Secret url = secret("SLUICE_DATABASE_URL");
            try {
                if (url != null) {
                    var unused = PostgresUrl.parse(url.reveal());
                }
            } catch (IllegalArgumentException e) {
                problems.add("SLUICE_DATABASE_URL: " + e.getMessage());
            }
            return url;
        }

        @Nullable Secret masterKey() {
            Secret key = secret("SLUICE_MASTER_KEY");
            try {
                if (key != null) {
                    var unused = MasterKey.of(key, new SecureRandom());
                }
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
            return key;
        }

        void certificates(Config config) {
            PemFiles.flawOfCertificates(config.caBundle)
                    .ifPresent(flaw -> problems.add("SLUICE_CA_BUNDLE: " + flaw));
            PemFiles.flawOfCertificates(config.tlsCert)
                    .ifPresent(flaw -> problems.add("SLUICE_TLS_CERT: " + flaw));
            PemFiles.flawOfKey(config.tlsKey, config.tlsCert)
                    .ifPresent(flaw -> problems.add("SLUICE_TLS_KEY: " + flaw));
        }

        @Nullable Integer port(String name) {
            String value = text(name);
            if (value == null) {
                return null;
            }
            try {
                int port = Integer.parseInt(value);
                if (port >= 0 && port <= 65_535) {
                    return port;
                }
            } catch (NumberFormatException _) {
                // reported below
            }
            problems.add(name + " must be a number from 0 to 65535: " + value);
            return null;
        }

        /// A time such as `12h` or `30d`; null where it is not set.
        @Nullable Duration time(String name, Duration least, Duration most) {
            String value = text(name);
            if (value == null) {
                return null;
            }
            Matcher form = TIME.matcher(value);
            if (form.matches()) {
                long count = Long.parseLong(form.group(1));
                Duration time =
                        switch (form.group(2)) {
                            case "m" -> Duration.ofMinutes(count);
                            case "h" -> Duration.ofHours(count);
                            default -> Duration.ofDays(count);
                        };
                if (time.compareTo(least) >= 0 && time.compareTo(most) <= 0) {
                    return time;
                }
            }
            problems.add(
                    "%s must be a time from %d min to %d days, such as 90m, 12h or 30d: %s"
                            .formatted(name, least.toMinutes(), most.toDays(), value));
            return null;
        }

        @Nullable Duration keepResponses() {
            String name = "SLUICE_KEEP_RESPONSES";
            String value = text(name);
            return "off".equals(value)
                    ? null
                    : value == null || value.equals("on")
                            ? ResponseStore.Limits.DEFAULT.keptResponse()
                            : time(name, Duration.ofHours(1), Duration.ofDays(365));
        }

        ProbeSettings probes() {
            Duration every =
                    time("SLUICE_PROBE_EVERY", Duration.ofMinutes(10), Duration.ofDays(30));
            String name = "SLUICE_PROBE_USD_PER_DAY";
            String most = text(name);
            if (most == null) {
                return new ProbeSettings(every, ProbeSettings.OFF.usdPerDay());
            }
            if (!AMOUNT.matcher(most).matches()) {
                problems.add(name + " must be an amount such as 1.00: " + most);
                return ProbeSettings.OFF;
            }
            return new ProbeSettings(every, new BigDecimal(most));
        }

        ProxyRules proxies() {
            try {
                return ProxyRules.parse(text("HTTPS_PROXY"), text("NO_PROXY"));
            } catch (IllegalArgumentException e) {
                problems.add("HTTPS_PROXY: " + e.getMessage() + ".");
                return ProxyRules.NONE;
            }
        }

        @Nullable Path file(String name) {
            String value = text(name);
            if (value == null) {
                return null;
            }
            Path path = Path.of(value);
            if (!Files.isReadable(path) || Files.isDirectory(path)) {
                problems.add(name + ": cannot read " + value + ".");
            }
            return path;
        }

        @Nullable Instant instant(String name) {
            String value = text(name);
            try {
                return value == null ? null : Instant.parse(value);
            } catch (DateTimeParseException _) {
                problems.add(name + " must be a time such as 2026-01-31T23:59:00Z: " + value);
                return null;
            }
        }

        Set<CidrBlock> blocks(String name) {
            Set<CidrBlock> blocks = new LinkedHashSet<>();
            String value = text(name);
            for (String part : value == null ? new String[0] : value.split(",")) {
                try {
                    blocks.add(CidrBlock.parse(part.strip()));
                } catch (IllegalArgumentException _) {
                    problems.add(name + " must list addresses or ranges: " + part);
                }
            }
            return blocks;
        }
    }
}
