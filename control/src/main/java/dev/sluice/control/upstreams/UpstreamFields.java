package dev.sluice.control.upstreams;

import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.policy.Upstream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads the parts of an upstream.
final class UpstreamFields {

    private static final Set<String> DIALECTS =
            Providers.shipped().all().stream()
                    .flatMap(entry -> entry.dialects().keySet().stream())
                    .collect(Collectors.toUnmodifiableSet());
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofHours(24);
    private static final Duration MOST_OFTEN = Duration.ofMinutes(10);
    private static final Duration LEAST_OFTEN = Duration.ofDays(30);
    private static final String NEVER = "never";
    private static final List<String> LIMITS = List.of("rpm", "tpm", "in_flight");

    private UpstreamFields() {}

    static ProviderEntry provider(Fields fields, Providers providers) {
        String name = fields.name("provider");
        return providers
                .find(name)
                .orElseThrow(() ->
                        fields.wrong(
                                "provider",
                                "names no provider of the catalogue: '"
                                        + name
                                        + "'. Take openai-compatible for any server that speaks"
                                        + " its chat API."));
    }

    /// An http(s) URL without credentials, query or fragment; the slash at its end is dropped.
    /// What the provider asks of an account: no more, and nothing of it missing.
    static Map<String, String> settings(
            Fields fields, ProviderEntry provider, @Nullable String region) {
        Map<String, String> settings = new LinkedHashMap<>();
        Fields in = fields.object("settings").orElseGet(() -> Fields.of(Json.object(), ""));
        provider.settings()
                .forEach((name, setting) ->
                        in.optionalText(name)
                                .ifPresent(value -> {
                                    if (!ProviderEntry.fits(value)) {
                                        throw in.wrong(
                                                name,
                                                "must be letters, digits, '.', '_' and '-': it"
                                                        + " stands in an address.");
                                    }
                                    settings.put(name, value);
                                }));
        in.done();
        if (provider.needsRegion() && region == null) {
            throw fields.wrong("region", "is required for this provider.");
        }
        if (region != null && provider.needsRegion() && !ProviderEntry.fits(region)) {
            throw fields.wrong("region", "must be letters, digits, '.', '_' and '-'.");
        }
        return settings;
    }

    /// Settings that the paths of the provider need, whatever the address is.
    static void requireSettings(
            Fields fields, ProviderEntry provider, Map<String, String> settings) {
        provider.settings()
                .forEach((name, setting) -> {
                    if (setting.absent().isEmpty()
                            && !settings.containsKey(name)
                            && provider.needs(name)) {
                        throw fields.wrong(
                                "settings." + name, "is required: " + setting.about() + ".");
                    }
                });
    }

    static String baseUrl(
            Fields fields,
            ProviderEntry provider,
            @Nullable String region,
            Map<String, String> settings) {
        Optional<String> given =
                fields.optionalText("base_url").or(() -> provider.address(region, settings));
        if (given.isEmpty()) {
            throw fields.wrong(
                    "base_url",
                    "is required for this provider"
                            + (provider.baseUrl().isPresent()
                                    ? ", or settings with "
                                            + String.join(", ", provider.settings().keySet())
                                            + "."
                                    : "."));
        }
        try {
            URI url = new URI(given.get());
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (!Set.of("http", "https").contains(scheme) || url.getHost() == null) {
                throw fields.wrong("base_url", "must be an http or https URL with a host.");
            }
            if (url.getRawUserInfo() != null) {
                throw fields.wrong(
                        "base_url", "must not carry credentials: put them into 'credential'.");
            }
            if (url.getRawQuery() != null || url.getRawFragment() != null) {
                throw fields.wrong("base_url", "must have neither query nor fragment.");
            }
            if (url.getPort() > 65_535 || url.getPort() == 0) {
                throw fields.wrong("base_url", "has a port that does not exist.");
            }
        } catch (URISyntaxException e) {
            throw fields.wrong("base_url", "is not a valid URL.");
        }
        return given.get().replaceAll("/+$", "");
    }

    static List<String> dialects(Fields fields, ProviderEntry provider) {
        List<String> dialects = List.copyOf(fields.words("dialects", DIALECTS));
        return dialects.isEmpty() ? provider.dialectNames() : dialects;
    }

    static Upstream.Timeouts timeouts(Fields fields) {
        Optional<Fields> given = fields.object("timeouts");
        if (given.isEmpty()) {
            return Upstream.Timeouts.DEFAULT;
        }
        Fields in = given.get();
        Upstream.Timeouts absent = Upstream.Timeouts.DEFAULT;
        Upstream.Timeouts timeouts =
                new Upstream.Timeouts(
                        duration(in, "connect", absent.connect()),
                        duration(in, "first_byte", absent.firstByte()),
                        duration(in, "idle", absent.idle()),
                        duration(in, "total", absent.total()));
        in.done();
        return timeouts;
    }

    private static Duration duration(Fields fields, String name, Duration absent) {
        return fields.optionalText(name)
                .map(text ->
                        Durations.parse(text)
                                .filter(d -> d.compareTo(LEAST) >= 0 && d.compareTo(MOST) <= 0)
                                .orElseThrow(() ->
                                        fields.wrong(
                                                name,
                                                "must be a duration such as 500ms, 3s or 10m.")))
                .orElse(absent);
    }

    static ObjectNode write(Upstream.Timeouts timeouts) {
        return Json.object()
                .put("connect", Durations.write(timeouts.connect()))
                .put("first_byte", Durations.write(timeouts.firstByte()))
                .put("idle", Durations.write(timeouts.idle()))
                .put("total", Durations.write(timeouts.total()));
    }

    /// How often it is probed; zero for never, null where nothing is said.
    static @Nullable Duration probeEvery(Fields fields) {
        String text = fields.textOrNull("probe_every");
        if (text == null) {
            return null;
        }
        return text.equals(NEVER)
                ? Duration.ZERO
                : Durations.parse(text)
                        .filter(d -> d.compareTo(MOST_OFTEN) >= 0 && d.compareTo(LEAST_OFTEN) <= 0)
                        .orElseThrow(() ->
                                fields.wrong(
                                        "probe_every",
                                        "must be a duration from 10m to 720h such as 24h, or"
                                                + " never."));
    }

    static @Nullable String write(@Nullable Duration probeEvery) {
        return probeEvery == null
                ? null
                : probeEvery.isZero() ? NEVER : Durations.write(probeEvery);
    }

    static Map<String, Long> limits(Fields fields) {
        Map<String, Long> limits = new LinkedHashMap<>();
        fields.object("limits")
                .ifPresent(in -> {
                    for (String name : LIMITS) {
                        in.whole(name, 1, Integer.MAX_VALUE * 1_000L)
                                .ifPresent(value -> limits.put(name, value));
                    }
                    in.done();
                });
        return limits;
    }

    static ObjectNode write(Map<String, Long> limits) {
        ObjectNode node = Json.object();
        for (String name : LIMITS) {
            Long value = limits.get(name);
            if (value != null) {
                node.put(name, value);
            }
        }
        return node;
    }
}
