package dev.sluice.control.providers;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceRow;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Access;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.time.LocalDate;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/providers`: whom an account can be added at, and the models the price book knows.
public final class ProviderRoutes {

    private static final Shape MODEL =
            Shape.object("ProviderModel")
                    .text("name", "as the provider calls it")
                    .text("vendor", "who makes it")
                    .text("mode", "`chat`, `embedding`, …")
                    .texts("capabilities", "what it can do")
                    .whole("context_window", "tokens, or null")
                    .whole("max_output_tokens", "or null")
                    .flag("priced", "whether calls can be priced")
                    .text("retires_on", "its last day, or null")
                    .nullable("context_window", "max_output_tokens", "retires_on");
    private static final Shape LISTED =
            shape("Provider").texts("models", "names in the price book");
    private static final Shape DETAIL =
            shape("ProviderDetail").listOf("models", MODEL, "in the price book");

    private final Providers providers;
    private final PriceBook book;

    public ProviderRoutes(Providers providers, PriceBook book) {
        this.providers = providers;
        this.book = book;
    }

    private static Shape shape(String name) {
        return Shape.object(name)
                .word("object", "always `provider`", "provider")
                .text("id", "as `provider` of an upstream takes it")
                .text("name", "for people")
                .text("base_url", "where it listens; null: each account has one")
                .whole("model_count", "models the price book knows")
                .nullable("base_url");
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/providers",
                Access.MEMBER,
                RouteDoc.of("upstreams", "The providers of the catalogue, all at once")
                        .answers(200, Shape.listOf(LISTED)),
                this::list);
        router.add(
                "GET",
                "/admin/v1/providers/{id}",
                Access.MEMBER,
                RouteDoc.of("upstreams", "One provider, with the models the price book knows of it")
                        .answers(200, DETAIL),
                this::show);
    }

    private ManagementResponse list(ManagementCall call) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (ProviderEntry entry : providers.all()) {
            ArrayNode names = Json.array();
            rows(entry).forEach(row -> names.add(row.model()));
            ObjectNode node = facts(entry).put("model_count", names.size());
            node.set("models", names);
            data.add(node);
        }
        return ManagementResponse.ok(list.put("has_more", false).putNull("next_cursor"));
    }

    private ManagementResponse show(ManagementCall call) {
        String id = call.parameter("id");
        ProviderEntry entry =
                providers
                        .find(id)
                        .orElseThrow(() ->
                                Fault.of(
                                                FaultCode.NOT_FOUND,
                                                "There is no provider '"
                                                        + id
                                                        + "' in the catalogue.")
                                        .asException());
        ArrayNode models = Json.array();
        rows(entry).forEach(row -> models.add(model(row)));
        ObjectNode node = facts(entry).put("model_count", models.size());
        node.set("models", models);
        return ManagementResponse.ok(node);
    }

    private Stream<PriceRow> rows(ProviderEntry entry) {
        return entry.priceProviders().stream().flatMap(book::rows);
    }

    private static ObjectNode facts(ProviderEntry entry) {
        return Json.object()
                .put("object", "provider")
                .put("id", entry.id())
                .put("name", entry.displayName())
                .put("base_url", entry.baseUrl().orElse(null));
    }

    private static ObjectNode model(PriceRow row) {
        ObjectNode node =
                Json.object()
                        .put("name", row.model())
                        .put("vendor", row.vendor())
                        .put("mode", row.mode());
        node.set("capabilities", Json.array(row.capabilities()));
        return node.put("context_window", boxed(row.bounds().contextWindow()))
                .put("max_output_tokens", boxed(row.bounds().maxOutputTokens()))
                .put("priced", row.priced())
                .put("retires_on", row.retiresOn().map(LocalDate::toString).orElse(null));
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
