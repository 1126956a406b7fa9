package dev.sluice.policy;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Quirk;
import dev.sluice.domain.PercentEncoding;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the calls of an upstream find it, worked out once from its provider's entry and its own
/// settings: nothing of this is decided again for a call.
///
/// @param basePath of the base URL, without a slash at its end
/// @param dialects by the name of the wire format; what is not here has the dialect's own paths
/// @param headers that every request needs
/// @param requestIdHeaders of answers, the first present one counts; empty for the usual ones
public record Reach(
        String host,
        int port,
        boolean tls,
        String basePath,
        Map<String, Spoken> dialects,
        Map<String, String> headers,
        AuthScheme auth,
        @Nullable String region,
        String outputLimitField,
        List<String> requestIdHeaders) {

    private static final List<String> VERSIONS = List.of("/v1", "/v1beta");
    private static final String MODEL = "{model}";
    private static final String PLAIN = "-._~/@";

    /// How one dialect is spoken there.
    ///
    /// @param families where each endpoint family is
    /// @param body members that every request's body needs
    /// @param bodyQuirks those that change what is sent
    public record Spoken(
            Map<String, Path> families, Map<String, String> body, Set<Quirk> bodyQuirks) {}

    /// A path and query as they are sent, but for the model.
    ///
    /// @param afterModel null where the model does not stand in it
    private record Template(String text, @Nullable String afterModel) {
        static Template of(String path) {
            int at = path.indexOf(MODEL);
            return at < 0
                    ? new Template(path, null)
                    : new Template(path.substring(0, at), path.substring(at + MODEL.length()));
        }

        String with(String model) {
            return afterModel == null
                    ? text
                    : text + PercentEncoding.encoded(model, PLAIN) + afterModel;
        }
    }

    /// The addresses of an endpoint family.
    public static final class Path {
        private final Template plain;
        private final Template stream;

        private Path(Template plain, Template stream) {
            this.plain = plain;
            this.stream = stream;
        }

        /// From the host's root, with the query.
        ///
        /// @param model the name the upstream knows the model by
        public String of(String model, boolean streamed) {
            return (streamed ? stream : plain).with(model);
        }
    }

    /// What a provider's entry and an upstream's own settings come to.
    ///
    /// @param entry of the provider
    /// @param baseUrl of the upstream, without a slash at its end
    /// @param settings of the upstream
    public static Reach of(
            ProviderEntry entry,
            URI baseUrl,
            @Nullable String region,
            Map<String, String> settings) {
        boolean tls = "https".equals(baseUrl.getScheme());
        String raw = baseUrl.getRawPath();
        String base = raw == null || raw.equals("/") ? "" : raw;
        Map<String, Spoken> dialects = new LinkedHashMap<>();
        entry.dialects()
                .forEach((name, spoken) -> {
                    Map<String, Path> families = new HashMap<>();
                    spoken.families()
                            .forEach((family, path) -> {
                                Optional<String> plain =
                                        entry.filled(path.plain(), region, settings);
                                Optional<String> stream =
                                        entry.filled(path.stream(), region, settings);
                                if (plain.isPresent() && stream.isPresent()) {
                                    families.put(
                                            family,
                                            new Path(
                                                    Template.of(below(base, plain.get())),
                                                    Template.of(below(base, stream.get()))));
                                }
                            });
                    dialects.put(
                            name,
                            new Spoken(
                                    Map.copyOf(families),
                                    spoken.body(),
                                    bodyQuirks(spoken.quirks())));
                });
        return new Reach(
                baseUrl.getHost(),
                baseUrl.getPort() > 0 ? baseUrl.getPort() : tls ? 443 : 80,
                tls,
                base,
                Map.copyOf(dialects),
                entry.headers(),
                entry.auth(),
                region,
                entry.outputLimitField(),
                entry.answers().requestId());
    }

    private static Set<Quirk> bodyQuirks(Set<Quirk> quirks) {
        EnumSet<Quirk> changing = EnumSet.noneOf(Quirk.class);
        changing.addAll(quirks);
        changing.remove(Quirk.MAX_COMPLETION_TOKENS);
        return Collections.unmodifiableSet(changing);
    }

    /// Where calls of a family go; null when the provider's entry does not say.
    public @Nullable Path path(String dialect, String family) {
        Spoken spoken = dialects.get(dialect);
        return spoken == null ? null : spoken.families().get(family);
    }

    /// Whether the provider's entry has a path for a family.
    ///
    /// @param spoken the dialects that count
    public boolean declares(String family, Set<String> spoken) {
        return dialects.entrySet().stream()
                .anyMatch(dialect ->
                        spoken.contains(dialect.getKey())
                                && dialect.getValue().families().containsKey(family));
    }

    /// What differs from the dialect; null when the provider's entry does not say.
    public @Nullable Spoken spoken(String dialect) {
        return dialects.get(dialect);
    }

    /// A path below the base URL, from the host's root.
    public String below(String path) {
        return below(basePath, path);
    }

    /// Two slashes begin at the host's root. A base URL may end in the version of another dialect
    /// than the one that is spoken: a path that begins with a version has the right one.
    private static String below(String base, String path) {
        if (path.startsWith("//")) {
            return path.substring(1);
        }
        if (VERSIONS.stream().anyMatch(version -> path.startsWith(version + "/"))) {
            for (String version : VERSIONS) {
                if (base.endsWith(version)) {
                    return base.substring(0, base.length() - version.length()) + path;
                }
            }
        }
        return base + path;
    }
}
