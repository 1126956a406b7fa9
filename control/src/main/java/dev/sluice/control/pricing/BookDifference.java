package dev.sluice.control.pricing;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceDiff;
import dev.sluice.catalog.PriceJson;
import dev.sluice.catalog.PriceRow;
import dev.sluice.control.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a proposed price book would change of the prices in force. Rows it does not have stay as
/// they are: a book may hold a single vendor.
///
/// @param rows the proposed rows that are new or differ
record BookDifference(PriceDiff diff, List<PriceRow> rows) {

    static BookDifference of(PublicPricing.Installed current, PriceBook proposed) {
        Map<String, PriceRow> before = new LinkedHashMap<>();
        Set<String> providers = proposed.providers();
        providers.stream().flatMap(current.book()::rows).forEach(row -> before.put(key(row), row));
        current.rows().stream()
                .filter(row -> providers.contains(row.provider()))
                .forEach(row -> before.put(key(row), row));
        if (before.isEmpty()) {
            List<PriceRow> all = proposed.rows().toList();
            return new BookDifference(new PriceDiff(all, List.of(), List.of()), all);
        }
        PriceDiff diff = PriceDiff.between(PriceBook.of(List.copyOf(before.values())), proposed);
        List<PriceRow> rows = new java.util.ArrayList<>(diff.added());
        diff.changed().stream()
                .flatMap(changed -> proposed.find(changed.provider(), changed.model()).stream())
                .forEach(rows::add);
        return new BookDifference(diff, List.copyOf(rows));
    }

    private static String key(PriceRow row) {
        return row.provider() + "\n" + row.model();
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        node.putObject("counts")
                .put("added", diff.added().size())
                .put("changed", diff.changed().size())
                .put("absent", diff.removed().size());
        ArrayNode added = node.putArray("added");
        diff.added()
                .forEach(row -> added.add(named(row).set("price", PriceJson.write(row.price()))));
        ArrayNode changed = node.putArray("changed");
        for (PriceDiff.Changed row : diff.changed()) {
            ObjectNode shown = changed.addObject();
            shown.put("provider", row.provider()).put("model", row.model());
            ArrayNode facts = shown.putArray("facts");
            for (PriceDiff.Fact fact : row.facts()) {
                facts.addObject()
                        .put("name", fact.name())
                        .put("before", fact.before().orElse(null))
                        .put("after", fact.after().orElse(null));
            }
        }
        ArrayNode absent = node.putArray("absent");
        diff.removed().forEach(row -> absent.add(named(row)));
        return node;
    }

    private static ObjectNode named(PriceRow row) {
        return Json.object().put("provider", row.provider()).put("model", row.model());
    }
}
