package dev.sluice.store;

import dev.sluice.domain.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a database is: `postgresql://user:password@host:port/database?sslmode=verify-full`, as
/// libpq writes it. `toString` leaves the password and the parameters out.
///
/// @param hosts one or more `host:port`, separated by commas
/// @param parameters names and values of the JDBC driver, already translated from libpq's
public record PostgresUrl(
        String hosts,
        String database,
        String user,
        Secret password,
        Map<String, String> parameters) {

    private static final Pattern SHAPE =
            Pattern.compile(
                    "postgres(?:ql)?://(?:([^:@/?]*)(?::([^@/?]*))?@)?([^@/?]*)"
                            + "(?:/([^?]*))?(?:\\?(.*))?");

    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    private static final String DEFAULT_PORT = "5432";

    /// libpq's name to the driver's name. What is not listed is an error, so that a misspelt
    /// `sslmode` never silently means "no encryption".
    private static final Map<String, String> PARAMETERS =
            Map.ofEntries(
                    Map.entry("sslmode", "sslmode"),
                    Map.entry("sslrootcert", "sslrootcert"),
                    Map.entry("sslcert", "sslcert"),
                    Map.entry("sslkey", "sslkey"),
                    Map.entry("sslpassword", "sslpassword"),
                    Map.entry("sslnegotiation", "sslNegotiation"),
                    Map.entry("channel_binding", "channelBinding"),
                    Map.entry("gssencmode", "gssEncMode"),
                    Map.entry("connect_timeout", "connectTimeout"),
                    Map.entry("application_name", "ApplicationName"),
                    Map.entry("options", "options"),
                    Map.entry("target_session_attrs", "targetServerType"),
                    Map.entry("prepareThreshold", "prepareThreshold"),
                    Map.entry("socketTimeout", "socketTimeout"));

    private static final Map<String, String> SESSION_ATTRIBUTES =
            Map.of(
                    "any", "any",
                    "read-write", "primary",
                    "primary", "primary");

    /// Reads the URL that an operator wrote.
    ///
    /// @throws IllegalArgumentException says what is wrong without repeating the password
    public static PostgresUrl parse(String text) {
        Matcher url = SHAPE.matcher(text);
        if (!url.matches()) {
            throw new IllegalArgumentException(
                    "The database URL must look like postgresql://user:password@host:5432/name;"
                            + " write @, :, / and ? in the password as %40, %3A, %2F, %3F.");
        }
        String user = decode(orEmpty(url.group(1)));
        if (user.isEmpty()) {
            throw new IllegalArgumentException("The database URL names no user.");
        }
        String database = decode(orEmpty(url.group(4)));
        return new PostgresUrl(
                hosts(orEmpty(url.group(3))),
                database.isEmpty() ? user : database,
                user,
                new Secret(decode(orEmpty(url.group(2)))),
                parameters(orEmpty(url.group(5))));
    }

    public PostgresUrl withDatabase(String name) {
        return new PostgresUrl(hosts, name, user, password, parameters);
    }

    /// The driver's URL: hosts and database, no user, no password.
    public String jdbcUrl() {
        String name =
                java.net.URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
        return "jdbc:postgresql://" + hosts + "/" + name;
    }

    /// User, password and parameters for the driver. Do not print.
    public Properties properties() {
        Properties properties = new Properties();
        properties.putAll(parameters);
        properties.put("user", user);
        properties.put("password", password.reveal());
        return properties;
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + hosts + "/" + database;
    }

    private static String hosts(String list) {
        StringBuilder hosts = new StringBuilder();
        for (String one : list.split(",", -1)) {
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                throw new IllegalArgumentException(
                        "The database URL's host is not a name, an address, or name:port.");
            }
            String port = host.group(2) == null ? DEFAULT_PORT : host.group(2);
            if (Integer.parseInt(port) > 65_535) {
                throw new IllegalArgumentException("The database URL's port is above 65535.");
            }
            hosts.append(hosts.isEmpty() ? "" : ",").append(host.group(1)).append(':').append(port);
        }
        return hosts.toString();
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            String driverName = PARAMETERS.get(name);
            if (driverName == null) {
                throw new IllegalArgumentException(
                        "The database URL has an unknown parameter '%s'; known are %s."
                                .formatted(name, PARAMETERS.keySet().stream().sorted().toList()));
            }
            if (name.equals("sslrootcert") && value.equals("system")) {
                // libpq's word for "the certificates this machine trusts"
                parameters.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            } else {
                parameters.put(driverName, translated(name, value));
            }
        }
        return Map.copyOf(parameters);
    }

    private static String translated(String name, String value) {
        if (!name.equals("target_session_attrs")) {
            return value;
        }
        String type = SESSION_ATTRIBUTES.get(value);
        if (type == null) {
            throw new IllegalArgumentException(
                    "target_session_attrs must be any, read-write or primary: Sluice writes.");
        }
        return type;
    }

    /// Percent-decoding as in a URL's path: a plus sign stays a plus sign.
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The database URL has a % that is not followed by two hex digits.");
        }
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
