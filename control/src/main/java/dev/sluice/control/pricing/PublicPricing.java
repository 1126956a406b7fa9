package dev.sluice.control.pricing;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.control.availability.ProbeStore;
import java.io.OutputStream;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The public catalogue: the price book in force with the installation's own rows over it, written
/// row by row so that its size does not matter. Nothing of any organization is in it.
public final class PublicPricing {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build();

    private final Supplier<Installed> installed;
    private final EndpointFamilies families;
    private final InstantSource clock;
    private final Supplier<Map<String, ProbeStore.Label>> labels;

    /// The prices every organization starts from.
    ///
    /// @param version names both on usage rows
    /// @param rows the installation's own rows in force; each wins over the book's row of the same
    ///     provider and model
    public record Installed(String version, PriceBook book, List<PriceRow> rows) {}

    /// What a reader wants to see; empty means everything.
    public record Filter(Optional<String> vendor, Optional<String> model, Optional<String> mode) {

        boolean matches(PriceRow row) {
            return matches(vendor, row.vendor())
                    && matches(model, row.model())
                    && matches(mode, row.mode());
        }

        private static boolean matches(Optional<String> wanted, String actual) {
            return wanted.isEmpty() || wanted.get().equalsIgnoreCase(actual);
        }
    }

    /// The catalogue as it is at each reading.
    ///
    /// @param labels what probes found, by `provider/model`
    public PublicPricing(
            Supplier<Installed> installed,
            EndpointFamilies families,
            InstantSource clock,
            Supplier<Map<String, ProbeStore.Label>> labels) {
        this.labels = labels;
        this.installed = installed;
        this.families = families;
        this.clock = clock;
    }

    /// Writes the whole document; the vendors stand behind the rows because they are counted while
    /// the rows are written. Leaves the stream open.
    public void write(Filter filter, OutputStream out) {
        Installed prices = installed.get();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Map<String, Vendor> vendors = new LinkedHashMap<>();
        Map<String, ProbeStore.Label> probed = labels.get();
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanProperty("success", true);
            json.writeStringProperty("version", prices.version());
            json.writeArrayPropertyStart("data");
            rows(prices)
                    .filter(filter::matches)
                    .forEach(row -> {
                        Vendor vendor =
                                vendors.computeIfAbsent(
                                        row.vendor(), _ -> new Vendor(vendors.size() + 1));
                        vendor.models++;
                        MAPPER.writeValue(
                                json,
                                PricingRow.of(
                                        row, vendor.id, families, today, probed.get(name(row))));
                    });
            json.writeEndArray();
            writeVendors(json, vendors);
            writeFamilies(json);
            json.writeObjectPropertyStart("group_ratio");
            json.writeNumberProperty("default", 1);
            json.writeEndObject();
            json.writeObjectPropertyStart("usable_group");
            json.writeStringProperty("default", "list prices, before any organization's rule");
            json.writeEndObject();
            json.writeArrayPropertyStart("auto_groups");
            json.writeEndArray();
            json.writeStringProperty("pricing_version", prices.version());
            json.writeEndObject();
        }
    }

    /// Own rows first; each wins over the book's of the same name.
    static Stream<PriceRow> rows(Installed prices) {
        Map<String, PriceRow> own = new LinkedHashMap<>();
        prices.rows().forEach(row -> own.put(name(row), row));
        return Stream.concat(
                own.values().stream(),
                prices.book().rows().filter(row -> !own.containsKey(name(row))));
    }

    private static String name(PriceRow row) {
        return row.provider() + "/" + row.model();
    }

    private static void writeVendors(JsonGenerator json, Map<String, Vendor> vendors) {
        json.writeArrayPropertyStart("vendors");
        vendors.forEach((name, vendor) -> {
            json.writeStartObject();
            json.writeNumberProperty("id", vendor.id);
            json.writeStringProperty("name", name);
            json.writeNumberProperty("models", vendor.models);
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private void writeFamilies(JsonGenerator json) {
        json.writeArrayPropertyStart("supported_endpoint_families");
        families.served().keySet().forEach(json::writeString);
        json.writeEndArray();
        json.writeObjectPropertyStart("supported_endpoint");
        families.served()
                .forEach((family, served) -> {
                    json.writeObjectPropertyStart(family);
                    json.writeStringProperty("path", served.path());
                    json.writeStringProperty("method", served.method());
                    json.writeEndObject();
                });
        json.writeEndObject();
    }

    private static final class Vendor {
        final int id;
        int models;

        Vendor(int id) {
            this.id = id;
        }
    }
}
