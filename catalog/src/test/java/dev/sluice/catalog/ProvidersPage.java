package dev.sluice.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// `docs/reference/providers.md`, as the catalogue and its cassettes come to.
final class ProvidersPage {

    private static final String HEAD =
            """
            # Providers

            Generated from `catalog/providers` and `catalog/cassettes`; `ProvidersReferenceTest` keeps it so.
            What an upstream there has to say: `sluice providers show ID`, or `GET /admin/v1/providers/ID`. One more
            provider is one file: [Add a provider](../guides/add-a-provider.md).

            Each cassette is played through the running gateway for clients of every dialect, and checks what the provider
            is asked, what the client reads, what is metered and what is charged (`ConformanceTest`). **Documented** means:
            written from the format the provider publishes. **Recorded** means: taken down from a call of a real account.
            No cassette says that a provider is available today: that only a probe of the provider itself can.

            """;

    private ProvidersPage() {}

    static String text() {
        List<ProviderEntry> entries = Providers.shipped().all().stream().toList();
        StringBuilder page = new StringBuilder(HEAD);
        page.append(
                "%d entries. %s. %s.%n%n"
                        .formatted(
                                entries.size(),
                                counted(
                                        "cassettes",
                                        Cassettes.shipped().values().stream().map(c -> 1).toList()),
                                takes()));
        page.append("| id | name | speaks | credential | address | cassette | takes |\n");
        page.append("|---|---|---|---|---|---|---|\n");
        entries.forEach(entry -> page.append(row(entry)));
        page.append("\n## Departures from a dialect\n\n| name | what | where |\n|---|---|---|\n");
        for (Quirk quirk : Quirk.values()) {
            page.append(
                    "| `%s` | %s | %s |\n"
                            .formatted(quirk.wireName(), quirk.words(), having(entries, quirk)));
        }
        page.append("\n## Capabilities\n\n| name | what | entries |\n|---|---|---|\n");
        for (Capability capability : Capability.values()) {
            long having =
                    entries.stream().filter(e -> e.capabilities().contains(capability)).count();
            page.append(
                    "| `%s` | %s | %d |\n"
                            .formatted(capability.wireName(), capability.words(), having));
        }
        return page.toString();
    }

    private static String counted(String what, List<Integer> all) {
        return all.size()
                + " "
                + what
                + ": "
                + of(Cassette.Origin.DOCUMENTED)
                + " documented, "
                + of(Cassette.Origin.RECORDED)
                + " recorded";
    }

    private static long of(Cassette.Origin origin) {
        return Cassettes.shipped().values().stream().filter(c -> c.origin() == origin).count();
    }

    private static String takes() {
        return "%d takes documented, %d recorded"
                .formatted(takes(Cassette.Origin.DOCUMENTED), takes(Cassette.Origin.RECORDED));
    }

    private static long takes(Cassette.Origin origin) {
        return Cassettes.shipped().values().stream()
                .filter(cassette -> cassette.origin() == origin)
                .mapToLong(cassette -> cassette.takes().size())
                .sum();
    }

    private static String row(ProviderEntry entry) {
        Cassette cassette = Cassettes.shipped().get(entry.id());
        return "| `%s` | [%s](%s) | %s | %s | %s | %s | %s |\n"
                .formatted(
                        entry.id(),
                        entry.displayName(),
                        entry.docs().startsWith("/docs/")
                                ? ".." + entry.docs().substring("/docs".length()) + ".md"
                                : entry.docs(),
                        String.join(", ", entry.dialectNames()),
                        entry.auth() instanceof AuthScheme.Header header
                                        && header.prefix().isEmpty()
                                ? "`" + header.name() + "`"
                                : entry.auth().wireName(),
                        entry.baseUrl().map(url -> "`" + url + "`").orElse("each has its own"),
                        cassette == null
                                ? "-"
                                : cassette.origin().name().toLowerCase(Locale.ROOT)
                                        + " "
                                        + cassette.date(),
                        cassette == null
                                ? "-"
                                : cassette.takes().stream()
                                        .map(take -> take.name().replaceFirst("-.*", ""))
                                        .distinct()
                                        .collect(Collectors.joining(", ")));
    }

    private static String having(List<ProviderEntry> entries, Quirk quirk) {
        return entries.stream()
                .flatMap(entry ->
                        entry.dialects().entrySet().stream()
                                .filter(spoken -> spoken.getValue().quirks().contains(quirk))
                                .map(spoken -> entry.id() + " (" + spoken.getKey() + ")"))
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining(", "));
    }
}
