package dev.sluice.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is the same for every upstream of a provider. Facts only; what an operator writes in
/// `upstreams` wins.
///
/// @param id the name in `provider:` of an upstream
/// @param aliases other names it goes by
/// @param docs where its API is described
/// @param baseUrl where it listens, as its own SDK takes it; empty where each customer has one
/// @param regions further addresses by the name of the region
/// @param dialects wire formats it speaks, preferred first, and how
/// @param auth how the credential of an upstream is shown
/// @param headers that every request to it needs
/// @param settings what else an operator has to say of an account, by name
/// @param answers which headers of its answers mean what
/// @param priceProviders the price book's providers whose rows apply, first match wins
public record ProviderEntry(
        String id,
        String displayName,
        List<String> aliases,
        String docs,
        Optional<String> baseUrl,
        Map<String, String> regions,
        Map<String, Spoken> dialects,
        AuthScheme auth,
        Map<String, String> headers,
        Map<String, Setting> settings,
        Answers answers,
        Set<Capability> capabilities,
        List<String> priceProviders) {

    /// How it speaks one dialect.
    ///
    /// @param families where each endpoint family is
    /// @param body members that every request's body needs, as texts
    /// @param quirks ways in which it departs from the dialect
    public record Spoken(Map<String, Path> families, Map<String, String> body, Set<Quirk> quirks) {
        public Spoken {
            families = ordered(families);
            body = ordered(body);
            quirks = set(quirks, Quirk.class);
        }
    }

    /// Where an endpoint family is, below the base URL. `//` at its start: from the host's root.
    /// `{model}`, `{region}` and `{SETTING}` stand for what is filled in.
    ///
    /// @param plain for whole answers
    /// @param stream for streams
    public record Path(String plain, String stream) {}

    /// A value that belongs to an account, and occurs in addresses as `{name}`.
    ///
    /// @param about what it is, in words
    /// @param absent taken when an account has none; empty when it must be given
    public record Setting(String about, Optional<String> absent) {}

    /// Names of headers, in lower case.
    ///
    /// @param requestId carry the provider's id of a call; the first present one counts
    /// @param retryAfter say when to try again
    /// @param limits beginnings of the names that tell an account's limits and headroom
    public record Answers(List<String> requestId, List<String> retryAfter, List<String> limits) {
        public Answers {
            requestId = List.copyOf(requestId);
            retryAfter = List.copyOf(retryAfter);
            limits = List.copyOf(limits);
        }
    }

    public ProviderEntry {
        aliases = List.copyOf(aliases);
        regions = ordered(regions);
        dialects = ordered(dialects);
        headers = ordered(headers);
        settings = ordered(settings);
        capabilities = set(capabilities, Capability.class);
        priceProviders = List.copyOf(priceProviders);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static <T extends Enum<T>> Set<T> set(Set<T> items, Class<T> type) {
        EnumSet<T> set = EnumSet.noneOf(type);
        set.addAll(items);
        return Collections.unmodifiableSet(set);
    }

    /// The names of the wire formats, preferred first.
    public List<String> dialectNames() {
        return List.copyOf(dialects.keySet());
    }

    /// How it speaks a dialect; empty when it does not.
    public Optional<Spoken> spoken(String dialect) {
        return Optional.ofNullable(dialects.get(dialect));
    }

    /// Where an account listens when its operator does not say; empty when that cannot be told.
    ///
    /// @param given settings of the account
    public Optional<String> address(@Nullable String region, Map<String, String> given) {
        String ofRegion = region == null ? null : regions.get(region);
        return ofRegion != null
                ? filled(ofRegion, region, given)
                : baseUrl.flatMap(url -> filled(url, region, given));
    }

    /// A text with its variables filled in; empty when one of them has no value that can stand in
    /// an address.
    public Optional<String> filled(
            String text, @Nullable String region, Map<String, String> given) {
        String filled = region != null && fits(region) ? text.replace("{region}", region) : text;
        for (Map.Entry<String, Setting> setting : settings.entrySet()) {
            String value = given.get(setting.getKey());
            if (value == null) {
                value = setting.getValue().absent().orElse(null);
            }
            if (value != null && fits(value)) {
                filled = filled.replace("{" + setting.getKey() + "}", value);
            }
        }
        return filled.replace("{model}", "").indexOf('{') < 0
                ? Optional.of(filled)
                : Optional.empty();
    }

    /// Whether a value cannot turn an address into another one.
    public static boolean fits(String value) {
        return value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    }

    /// Whether an account cannot be reached without its region.
    public boolean needsRegion() {
        return auth instanceof AuthScheme.AwsSigV4
                || baseUrl.filter(url -> url.contains("{region}")).isPresent()
                || needs("region");
    }

    /// Whether a variable stands in the path of any endpoint.
    public boolean needs(String variable) {
        return dialects.values().stream()
                .flatMap(spoken -> spoken.families().values().stream())
                .anyMatch(path -> path.plain().contains("{" + variable + "}"));
    }

    /// Whether an address is one of the provider's own, which nobody named.
    public boolean isOwnAddress(String url, @Nullable String region, Map<String, String> given) {
        return address(region, given).filter(url::equals).isPresent()
                || baseUrl.filter(url::equals).isPresent()
                || regions.containsValue(url);
    }

    /// What it calls the output limit in the chat dialect.
    public String outputLimitField() {
        return dialects.values().stream()
                        .anyMatch(spoken -> spoken.quirks().contains(Quirk.MAX_COMPLETION_TOKENS))
                ? "max_completion_tokens"
                : "max_tokens";
    }
}
