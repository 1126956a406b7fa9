package dev.sluice.gateway;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The blocks of `usage.table`, whose head says how it is written.
final class UsageTable {

    private static final Path FILE = Path.of("src", "test", "resources", "usage.table");
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Price> prices = new HashMap<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();

    /// One answer of a provider and what it costs.
    ///
    /// @param family a dialect's, or a path
    /// @param kind the case it is an example of
    /// @param lines what is said of it, by the word it begins with
    record Block(String family, String kind, String what, Map<String, String> lines) {

        boolean has(String word) {
            return lines.containsKey(word);
        }

        String line(String word) {
            return Objects.requireNonNull(lines.get(word), () -> this + " has no line " + word);
        }

        String line(String word, String otherwise) {
            return lines.getOrDefault(word, otherwise);
        }

        /// The written sum, done again.
        BigDecimal sum() {
            BigDecimal sum = BigDecimal.ZERO;
            for (String term : sides()[0].split("\\+", -1)) {
                BigDecimal product = BigDecimal.ONE;
                for (String factor : term.split("\\*", -1)) {
                    product = product.multiply(new BigDecimal(factor.strip().split(" ", 2)[0]));
                }
                sum = sum.add(product);
            }
            return sum;
        }

        /// The written result, in millionths of a dollar.
        BigDecimal result() {
            return new BigDecimal(sides()[1].strip());
        }

        private String[] sides() {
            return line("costs").split("=", 2);
        }

        @Override
        public String toString() {
            return family + " / " + kind + ": " + what;
        }
    }

    private UsageTable() {}

    static UsageTable read() {
        UsageTable table = new UsageTable();
        Block block = null;
        try {
            for (String line : Files.readAllLines(FILE)) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                block = table.take(line, block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private @Nullable Block take(String line, @Nullable Block block) {
        if (line.startsWith("price ")) {
            String[] words = line.split(" ", 3);
            prices.put(words[1], price(words[2]));
            return block;
        }
        if (line.startsWith("none ")) {
            String[] sides = line.substring("none ".length()).split(": ", 2);
            absent.put(sides[0], sides[1]);
            return block;
        }
        if (!line.startsWith(" ")) {
            String[] sides = line.split(": ", 2);
            String[] names = sides[0].split(" / ", 2);
            Block begun = new Block(names[0], names[1], sides[1], new HashMap<>());
            blocks.add(begun);
            return begun;
        }
        String[] words = line.strip().split(" ", 2);
        Objects.requireNonNull(block).lines().put(words[0], words.length == 1 ? "" : words[1]);
        return block;
    }

    private static Price price(String text) {
        if (text.startsWith("book ")) {
            String[] words = text.split(" ", 3);
            return PriceBook.shipped().find(words[1], words[2]).orElseThrow().price();
        }
        return PriceJson.parse(JSON.readTree(text), "price");
    }

    Price price(Block block) {
        return Objects.requireNonNull(prices.get(block.line("price")), block::toString);
    }

    List<Block> blocks() {
        return blocks;
    }

    /// Whether a family has an example of a case, or says why there is none.
    boolean covers(String family, String kind) {
        return absent.containsKey(family + " / " + kind)
                || blocks.stream()
                        .anyMatch(one -> one.family().equals(family) && one.kind().equals(kind));
    }
}
