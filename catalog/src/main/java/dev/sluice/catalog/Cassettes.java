package dev.sluice.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The cassettes that came with this build, one for each provider that has one.
public final class Cassettes {

    private static final String FOLDER = "/catalog/cassettes/";

    private Cassettes() {}

    /// By the provider's id; read at the first use.
    public static Map<String, Cassette> shipped() {
        return Shipped.CASSETTES;
    }

    private static final class Shipped {
        static final Map<String, Cassette> CASSETTES = load();
    }

    private static Map<String, Cassette> load() {
        Map<String, Cassette> cassettes = new TreeMap<>();
        for (ProviderEntry entry : Providers.shipped().all()) {
            try (InputStream in =
                    Cassettes.class.getResourceAsStream(FOLDER + entry.id() + ".cassette")) {
                if (in != null) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    cassettes.put(entry.id(), Cassette.read(entry.id(), text));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Collections.unmodifiableMap(cassettes);
    }
}
