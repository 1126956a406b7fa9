package dev.sluice.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prices of many models at many providers, immutable and versioned.
///
/// The text form is lines of JSON: for each provider a header line (`provider`, `source`,
/// `source_version`, `checked_on`, `licence`) followed by one line per row. The shipped book is one
/// such file per provider; all of them in one file are a book too.
public final class PriceBook {

    private static final String FOLDER = "/catalog/prices/";

    /// Rows with this source are no vendor's: the simulated provider's.
    static final String SIMULATED = "simulated";

    private final String version;
    private final Sections sections;

    private PriceBook(String version, Sections sections) {
        this.version = version;
        this.sections = sections;
    }

    /// The book that came with this build. Reads its index now, a provider's rows when asked.
    public static PriceBook shipped() {
        return Shipped.BOOK;
    }

    private static final class Shipped {
        static final PriceBook BOOK = loadShipped();
    }

    /// Reads a whole book and checks every row; throws [PriceFormatException] naming line and
    /// field. The version is the youngest date in it and a hash of its text.
    public static PriceBook parse(String text) {
        Map<String, PriceSection> sections = read(text);
        LocalDate youngest = LocalDate.MIN;
        for (PriceSection section : sections.values()) {
            for (String model : section.models()) {
                LocalDate day = section.find(model).orElseThrow().checkedOn();
                youngest = day.isAfter(youngest) ? day : youngest;
            }
        }
        if (youngest.equals(LocalDate.MIN)) {
            throw new PriceFormatException("", "has no rows");
        }
        return new PriceBook(youngest + "-" + hash(text), new Sections(sections));
    }

    /// A book of the given rows, which are written and read once to be checked.
    public static PriceBook of(List<PriceRow> rows) {
        Map<String, List<PriceRow>> byProvider = new TreeMap<>();
        rows.forEach(
                row -> byProvider.computeIfAbsent(row.provider(), p -> new ArrayList<>()).add(row));
        StringBuilder text = new StringBuilder();
        byProvider.forEach((provider, its) -> {
            PriceRow first = its.getFirst();
            text.append(
                            PriceRowJson.MAPPER
                                    .createObjectNode()
                                    .put("provider", provider)
                                    .put("source", first.source())
                                    .put("source_version", first.sourceVersion())
                                    .put("checked_on", first.checkedOn().toString())
                                    .put("licence", "as the source"))
                    .append('\n');
            its.forEach(row -> text.append(PriceRowJson.write(row)).append('\n'));
        });
        return parse(text.toString());
    }

    /// One row as a line that is complete in itself but for its provider; [#readRow] reads it.
    public static String writeRow(PriceRow row) {
        return PriceRowJson.write(row).toString();
    }

    /// Reads a line of [#writeRow]; throws [PriceFormatException] naming the field.
    public static PriceRow readRow(String provider, String line) {
        PriceRowJson.Header header = new PriceRowJson.Header(provider, "", "", LocalDate.EPOCH, "");
        return PriceRowJson.row(PriceRowJson.tree(line, provider), header, provider);
    }

    /// Date and short content hash, `2026-11-21-1a2b3c4d`.
    public String version() {
        return version;
    }

    /// The row of a model at a price provider, priced or not.
    public Optional<PriceRow> find(String provider, String model) {
        return sections.of(provider).flatMap(section -> section.find(model));
    }

    /// The row of a model at the first of a provider's price providers that has it.
    public Optional<PriceRow> find(ProviderEntry provider, String model) {
        for (String id : provider.priceProviders()) {
            Optional<PriceRow> row = find(id, model);
            if (row.isPresent()) {
                return row;
            }
        }
        return Optional.empty();
    }

    /// The row at the API of the vendor that makes the model; at most one per public name.
    public Optional<PriceRow> firstParty(String publicName) {
        // asked for on every call: no streams
        for (String provider : sections.firstPartyProviders()) {
            Optional<PriceRow> row = find(provider, publicName);
            if (row.isPresent() && row.get().firstParty()) {
                return row;
            }
        }
        return Optional.empty();
    }

    /// Ids of the price providers, sorted.
    public Set<String> providers() {
        return sections.providers();
    }

    /// Every row, by provider, then as written. A walk keeps no row it had to parse.
    public Stream<PriceRow> rows() {
        return providers().stream().flatMap(this::rows);
    }

    /// The rows of one price provider.
    public Stream<PriceRow> rows(String provider) {
        return sections.of(provider).stream().flatMap(PriceSection::walk);
    }

    /// Vendors whose models the book has, the simulated one excluded. Parses every row.
    public Set<String> vendors() {
        Set<String> vendors = new TreeSet<>();
        rows().filter(row -> !row.source().equals(SIMULATED))
                .forEach(row -> vendors.add(row.vendor()));
        return vendors;
    }

    private static Map<String, PriceSection> read(String text) {
        Map<String, PriceSection> sections = new TreeMap<>();
        @Nullable PriceSection current = null;
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (line.startsWith("{\"provider\"")) {
                String path = "line " + number;
                current =
                        new PriceSection(PriceRowJson.header(PriceRowJson.tree(line, path), path));
                if (sections.put(current.provider(), current) != null) {
                    throw new PriceFormatException(
                            path + ".provider", current.provider() + " occurs twice");
                }
            } else if (current == null) {
                throw new PriceFormatException(
                        "line " + number, "a header line {\"provider\":…} must come first");
            } else {
                current.add(line, number);
            }
        }
        return sections;
    }

    private static PriceBook loadShipped() {
        JsonNode index = PriceRowJson.tree(resource("index.json"), "index.json");
        return new PriceBook(
                index.path("version").stringValue(),
                new Sections(names(index.path("providers")), names(index.path("first_party"))));
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new TreeSet<>();
        list.forEach(name -> names.add(name.stringValue()));
        return names;
    }

    static String resource(String name) {
        try (InputStream in = PriceBook.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The providers of a book, each read at once or, for the shipped book, on first use.
    private static final class Sections {
        private final Map<String, PriceSection> loaded = new ConcurrentHashMap<>();
        private final Set<String> providers;
        private final Set<String> firstParty;

        Sections(Map<String, PriceSection> all) {
            loaded.putAll(all);
            providers = new TreeSet<>(all.keySet());
            firstParty = providers;
        }

        Sections(Set<String> providers, Set<String> firstParty) {
            this.providers = providers;
            this.firstParty = firstParty;
        }

        Set<String> providers() {
            return Collections.unmodifiableSet(providers);
        }

        Set<String> firstPartyProviders() {
            return firstParty;
        }

        Optional<PriceSection> of(String provider) {
            @Nullable PriceSection known = loaded.get(provider);
            if (known != null || !providers.contains(provider)) {
                return Optional.ofNullable(known);
            }
            return Optional.of(
                    loaded.computeIfAbsent(
                            provider,
                            id -> {
                                @Nullable PriceSection section =
                                        read(resource(id + ".jsonl")).get(id);
                                if (section == null) {
                                    throw new IllegalStateException(id + ".jsonl is of another");
                                }
                                return section;
                            }));
        }
    }
}
