package dev.sluice.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads one provider file. What a file may say: `docs/guides/add-a-provider.md`.
final class ProviderFile {

    private static final String FOLDER = "/catalog/providers/";
    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "aliases",
                    "docs",
                    "base_url",
                    "price_providers",
                    "capabilities",
                    "auth",
                    "dialects",
                    "headers",
                    "answers",
                    "regions",
                    "settings");

    /// The wire formats there is code for, with the endpoint families of each.
    private static final Map<String, Set<String>> DIALECTS = dialects();

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern HEADER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
    private static final String MODEL = "model";
    private static final String REGION = "region";

    private final String id;
    private final TomlTable file;

    private static Map<String, Set<String>> dialects() {
        Map<String, Set<String>> dialects = new LinkedHashMap<>();
        for (String line : (Iterable<String>) resource("dialects.txt").lines()::iterator) {
            if (!line.startsWith("#")) {
                List<String> words = List.of(line.split(" ", -1));
                dialects.put(words.getFirst(), Set.copyOf(words.subList(1, words.size())));
            }
        }
        return dialects;
    }

    private ProviderFile(String id, TomlTable file) {
        this.id = id;
        this.file = file;
    }

    /// @param id the file's name without `.toml`
    /// @throws ProviderFormatException naming file, line, column and field
    static ProviderEntry read(String id, String toml) {
        TomlTable file = TomlTable.read(id + ".toml", toml).only(FIELDS);
        if (!ID.matcher(id).matches()) {
            throw file.wrong(
                    "name",
                    "belongs to a file whose name is no id: lower-case letters, digits, '-', '_'.");
        }
        return new ProviderFile(id, file).entry();
    }

    private ProviderEntry entry() {
        Map<String, ProviderEntry.Setting> settings = settings();
        Map<String, String> regions = file.table("regions").texts();
        regions.keySet().forEach(key -> address(file.table("regions"), key, settings));
        Optional<String> baseUrl = file.optionalText("base_url");
        if (baseUrl.isPresent()) {
            address(file, "base_url", settings);
        }
        link("docs");
        return new ProviderEntry(
                id,
                file.text("name"),
                file.texts("aliases"),
                file.text("docs"),
                baseUrl,
                regions,
                dialects(settings),
                auth(),
                headers(),
                settings,
                answers(),
                words(file, "capabilities", Capability::of, names(Capability.values())),
                file.texts("price_providers"));
    }

    private static Set<String> names(Object[] words) {
        Set<String> names = new TreeSet<>();
        for (Object word : words) {
            names.add(word.toString().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static <T> Set<T> words(
            TomlTable table, String key, Function<String, Optional<T>> of, Set<String> known) {
        return table.texts(key).stream()
                .map(name ->
                        of.apply(name)
                                .orElseThrow(() ->
                                        table.wrong(
                                                key,
                                                "has '"
                                                        + name
                                                        + "', which is none of "
                                                        + String.join(", ", known)
                                                        + ".")))
                .collect(Collectors.toSet());
    }

    private Map<String, ProviderEntry.Setting> settings() {
        TomlTable tables = file.table("settings");
        Map<String, ProviderEntry.Setting> settings = new LinkedHashMap<>();
        for (String name : tables.keys()) {
            if (!name.matches("[a-z][a-z0-9_]{0,30}") || Set.of(MODEL, REGION).contains(name)) {
                throw tables.wrong(
                        name, "is no name for a setting: lower-case letters, digits and '_'.");
            }
            TomlTable setting = tables.table(name).only(Set.of("about", "default"));
            settings.put(
                    name,
                    new ProviderEntry.Setting(
                            setting.text("about"), setting.optionalText("default")));
        }
        return settings;
    }

    private Map<String, ProviderEntry.Spoken> dialects(
            Map<String, ProviderEntry.Setting> settings) {
        TomlTable tables = file.table("dialects").only(DIALECTS.keySet());
        if (tables.keys().isEmpty()) {
            throw file.wrong("dialects", "is missing: which wire formats does it speak?");
        }
        Map<String, ProviderEntry.Spoken> dialects = new LinkedHashMap<>();
        for (String name : tables.keys()) {
            Set<String> families = Objects.requireNonNull(DIALECTS.get(name));
            Set<String> known = new TreeSet<>(families);
            known.addAll(Set.of("body", "quirks"));
            TomlTable table = tables.table(name).only(known);
            Map<String, ProviderEntry.Path> paths = new LinkedHashMap<>();
            table.keys().stream()
                    .filter(families::contains)
                    .forEach(family -> paths.put(family, path(table, family, settings)));
            if (paths.isEmpty()) {
                throw tables.wrong(
                        name,
                        "needs the path of an endpoint family: " + String.join(", ", families));
            }
            dialects.put(
                    name,
                    new ProviderEntry.Spoken(
                            paths,
                            table.table("body").texts(),
                            words(table, "quirks", Quirk::of, names(Quirk.values()))));
        }
        return dialects;
    }

    private static ProviderEntry.Path path(
            TomlTable table, String family, Map<String, ProviderEntry.Setting> settings) {
        if (!table.isTable(family)) {
            String path = path(table, family, family, settings);
            return new ProviderEntry.Path(path, path);
        }
        TomlTable both = table.table(family).only(Set.of("plain", "stream"));
        return new ProviderEntry.Path(
                path(both, "plain", family, settings), path(both, "stream", family, settings));
    }

    private static String path(
            TomlTable table,
            String key,
            String family,
            Map<String, ProviderEntry.Setting> settings) {
        String path = table.text(key);
        if (!path.startsWith("/") || path.matches(".*[\\s#].*")) {
            throw table.wrong(key, "must be a path of " + family + " that begins with '/'.");
        }
        variables(table, key, path, settings, true);
        return path;
    }

    private static void variables(
            TomlTable table,
            String key,
            String text,
            Map<String, ProviderEntry.Setting> settings,
            boolean withModel) {
        Matcher variable = VARIABLE.matcher(text);
        while (variable.find()) {
            String name = variable.group(1);
            boolean known =
                    settings.containsKey(name)
                            || name.equals(REGION)
                            || (withModel && name.equals(MODEL));
            if (!known) {
                throw table.wrong(
                        key,
                        "has {" + name + "}, which is no setting: add [settings." + name + "]");
            }
        }
    }

    private static void address(
            TomlTable table, String key, Map<String, ProviderEntry.Setting> settings) {
        String url = table.text(key);
        variables(table, key, url, settings, false);
        String filled = VARIABLE.matcher(url).replaceAll("x");
        try {
            URI uri = new URI(filled);
            if (!"https".equals(uri.getScheme())
                    || uri.getHost() == null
                    || uri.getRawQuery() != null
                    || url.endsWith("/")) {
                throw table.wrong(
                        key, "must be an https URL without query and without '/' at its end.");
            }
        } catch (URISyntaxException e) {
            throw table.wrong(key, "is not a valid URL.");
        }
    }

    private void link(String key) {
        String link = file.text(key);
        if (!link.matches("(https?:/)?/[^\\s/]+(/\\S*)?")) {
            throw file.wrong(key, "must be a link, or a page of these documents: /docs/…");
        }
    }

    private AuthScheme auth() {
        TomlTable auth = file.table("auth");
        String scheme = auth.text("scheme");
        return switch (scheme) {
            case "bearer" -> {
                auth.only(Set.of("scheme"));
                yield new AuthScheme.Header("authorization", Optional.of("Bearer"));
            }
            case "header" -> {
                auth.only(Set.of("scheme", "header"));
                header(auth, "header", auth.text("header"));
                yield new AuthScheme.Header(auth.text("header"), Optional.empty());
            }
            case "aws_sigv4" -> {
                auth.only(Set.of("scheme", "service"));
                yield new AuthScheme.AwsSigV4(auth.text("service"));
            }
            case "google_service_account" -> {
                auth.only(Set.of("scheme", "scope"));
                yield new AuthScheme.GoogleServiceAccount(auth.text("scope"));
            }
            case "none" -> {
                auth.only(Set.of("scheme"));
                yield new AuthScheme.None();
            }
            default ->
                    throw auth.wrong(
                            "scheme",
                            "is '"
                                    + scheme
                                    + "', which is none of aws_sigv4, bearer,"
                                    + " google_service_account, header, none.");
        };
    }

    private static void header(TomlTable table, String key, String name) {
        if (!HEADER.matcher(name).matches()) {
            throw table.wrong(key, "must be the name of a header, in lower case.");
        }
    }

    private Map<String, String> headers() {
        TomlTable table = file.table("headers");
        for (String name : table.keys()) {
            header(table, name, name);
            if (table.text(name).chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw table.wrong(name, "must be printable ASCII.");
            }
        }
        return table.texts();
    }

    private ProviderEntry.Answers answers() {
        TomlTable table = file.table("answers").only(Set.of("request_id", "retry_after", "limits"));
        for (String key : table.keys()) {
            List<String> names = table.texts(key);
            names.forEach(name -> header(table, key, name));
        }
        return new ProviderEntry.Answers(
                table.texts("request_id"), table.texts("retry_after"), table.texts("limits"));
    }

    /// A shipped file of the folder of providers.
    static String resource(String name) {
        try (InputStream in = ProviderFile.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
