package dev.sluice.control.providers;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.catalog.Capability;
import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceJson;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Quirk;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A provider as the management API shows it.
final class ProviderJson {

    private static final Shape DIALECT =
            Shape.object("ProviderDialect")
                    .text("name", "of the wire format")
                    .map("paths", "of each endpoint family, below the base URL", "string")
                    .texts("quirks", "ways in which the provider departs from it");
    private static final Shape AUTH =
            Shape.object("ProviderAuth")
                    .word(
                            "scheme",
                            "how the credential is shown",
                            "bearer",
                            "header",
                            "aws_sigv4",
                            "google_service_account",
                            "none")
                    .text("header", "that carries it, or null")
                    .text("credential", "what has to be given, in words")
                    .nullable("header");
    private static final Shape REGION =
            Shape.object("ProviderRegion")
                    .text("name", "as `region` of an upstream takes it")
                    .text("base_url", "there");
    private static final Shape SETTING =
            Shape.object("ProviderSetting")
                    .text("name", "as `settings` of an upstream takes it")
                    .text("about", "what it is")
                    .text("default", "taken when it is not given, or null")
                    .flag("required", "whether it must be given")
                    .nullable("default");
    private static final Shape ANSWERS =
            Shape.object("ProviderAnswers")
                    .texts("request_id", "carry the provider's id of a call")
                    .texts("retry_after", "say when to try again")
                    .texts("limits", "beginnings of those that tell an account's limits");
    private static final Shape MODEL =
            Shape.object("ProviderModel")
                    .text("name", "as the provider calls it")
                    .text("vendor", "who makes it")
                    .text("mode", "`chat`, `embedding`, …")
                    .texts("capabilities", "what it can do")
                    .whole("context_window", "tokens, or null")
                    .whole("max_output_tokens", "or null")
                    .flag("priced", "whether calls can be priced")
                    .any("price", "price keys, tiers, by")
                    .text("retires_on", "its last day, or null")
                    .nullable("context_window", "max_output_tokens", "retires_on");

    static final Shape LISTED = shape("Provider").texts("models", "names in the price book");
    static final Shape DETAIL =
            shape("ProviderDetail").listOf("models", MODEL, "in the price book");
    static final Shape LIST = Shape.listOf(LISTED);

    private ProviderJson() {}

    private static Shape shape(String name) {
        return Shape.object(name)
                .word("object", "always `provider`", "provider")
                .text("id", "as `provider` of an upstream takes it")
                .text("name", "for people")
                .texts("aliases", "other names that `provider` takes")
                .text("docs", "where its API is described")
                .text("base_url", "where it listens, variables in {}; null: each account has one")
                .listOf("regions", REGION, "further addresses")
                .listOf("dialects", DIALECT, "wire formats it speaks, preferred first")
                .nested("auth", AUTH, "how an account is shown to be one's own")
                .flag("needs_region", "whether an upstream must say `region`")
                .listOf("settings", SETTING, "what else an upstream has to say")
                .nested("answer_headers", ANSWERS, "which headers of its answers mean what")
                .texts("capabilities", "what it offers at all")
                .texts("quirks", "what Sluice does differently for it, in words")
                .texts("price_providers", "sections of the price book that apply")
                .whole("model_count", "models the price book knows")
                .nullable("base_url");
    }

    static ObjectNode write(ProviderEntry entry, PriceBook book) {
        ObjectNode node = facts(entry);
        ArrayNode names = Json.array();
        rows(entry, book).forEach(row -> names.add(row.model()));
        node.put("model_count", names.size());
        node.set("models", names);
        return node;
    }

    static ObjectNode writeWithModels(ProviderEntry entry, PriceBook book) {
        ObjectNode node = facts(entry);
        ArrayNode models = Json.array();
        rows(entry, book).forEach(row -> models.add(model(row)));
        node.put("model_count", models.size());
        node.set("models", models);
        return node;
    }

    /// Each name once, as a call would be priced.
    private static Stream<PriceRow> rows(ProviderEntry entry, PriceBook book) {
        Map<String, PriceRow> rows = new LinkedHashMap<>();
        entry.priceProviders().stream()
                .flatMap(book::rows)
                .forEach(row -> rows.putIfAbsent(row.model(), row));
        return rows.values().stream();
    }

    private static ObjectNode facts(ProviderEntry entry) {
        ObjectNode node =
                Json.object()
                        .put("object", "provider")
                        .put("id", entry.id())
                        .put("name", entry.displayName());
        node.set("aliases", Json.array(entry.aliases()));
        node.put("docs", entry.docs()).put("base_url", entry.baseUrl().orElse(null));
        ArrayNode regions = node.putArray("regions");
        entry.regions()
                .forEach((name, url) -> regions.addObject().put("name", name).put("base_url", url));
        ArrayNode dialects = node.putArray("dialects");
        entry.dialects().forEach((name, spoken) -> dialects.add(dialect(name, spoken)));
        node.set("auth", auth(entry.auth()));
        node.put("needs_region", entry.needsRegion());
        ArrayNode settings = node.putArray("settings");
        entry.settings()
                .forEach((name, setting) ->
                        settings.addObject()
                                .put("name", name)
                                .put("about", setting.about())
                                .put("default", setting.absent().orElse(null))
                                .put("required", setting.absent().isEmpty()));
        ObjectNode answers = node.putObject("answer_headers");
        answers.set("request_id", Json.array(entry.answers().requestId()));
        answers.set("retry_after", Json.array(entry.answers().retryAfter()));
        answers.set("limits", Json.array(entry.answers().limits()));
        node.set(
                "capabilities",
                Json.array(entry.capabilities().stream().map(Capability::wireName).toList()));
        node.set(
                "quirks",
                Json.array(
                        entry.dialects().values().stream()
                                .flatMap(spoken -> spoken.quirks().stream())
                                .distinct()
                                .map(Quirk::words)
                                .toList()));
        node.set("price_providers", Json.array(entry.priceProviders()));
        return node;
    }

    private static ObjectNode dialect(String name, ProviderEntry.Spoken spoken) {
        ObjectNode node = Json.object().put("name", name);
        ObjectNode paths = node.putObject("paths");
        spoken.families().forEach((family, path) -> paths.put(family, path.plain()));
        node.set("quirks", Json.array(spoken.quirks().stream().map(Quirk::wireName).toList()));
        return node;
    }

    private static ObjectNode auth(AuthScheme auth) {
        return Json.object()
                .put("scheme", auth.wireName())
                .put("header", auth instanceof AuthScheme.Header header ? header.name() : null)
                .put("credential", auth.credential());
    }

    private static ObjectNode model(PriceRow row) {
        ObjectNode node =
                Json.object()
                        .put("name", row.model())
                        .put("vendor", row.vendor())
                        .put("mode", row.mode());
        node.set("capabilities", Json.array(row.capabilities()));
        row.bounds()
                .contextWindow()
                .ifPresentOrElse(
                        tokens -> node.put("context_window", tokens),
                        () -> node.putNull("context_window"));
        row.bounds()
                .maxOutputTokens()
                .ifPresentOrElse(
                        tokens -> node.put("max_output_tokens", tokens),
                        () -> node.putNull("max_output_tokens"));
        node.put("priced", row.priced());
        node.set("price", PriceJson.write(row.price()));
        return node.put("retires_on", row.retiresOn().map(LocalDate::toString).orElse(null));
    }
}
