package dev.sluice.control.pricing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import java.util.Set;

/// `GET /api/pricing` and the price book's own routes.
public final class PricingRoutes {

    private static final Set<String> FILTERS = Set.of("vendor", "model", "mode");

    private static final Shape VENDOR =
            Shape.object("Vendor")
                    .whole("id", "within this answer")
                    .text("name", "who makes the models")
                    .whole("models", "how many rows");
    private static final Shape CATALOGUE =
            Shape.object("PricingCatalogue")
                    .flag("success", "always true")
                    .text("version", "the price book's version")
                    .listOf(
                            "data",
                            PricingRow.SHAPE,
                            "one row per model and provider: what it is, does and costs")
                    .listOf("vendors", VENDOR, "of the rows in `data`")
                    .texts("supported_endpoint_families", "what this installation serves")
                    .any("supported_endpoint", "path and method of each of these families")
                    .map("group_ratio", "of that shape; always {default: 1}", "number")
                    .map("usable_group", "of that shape", "string")
                    .texts("auto_groups", "of that shape; always empty")
                    .text("pricing_version", "the same as `version`, by its name in that shape");

    private static final Shape IMPORT =
            Shape.object("PriceImport")
                    .word("object", "always `price_import`", "price_import")
                    .text("id", "`imp_…`")
                    .text("version", "named by usage rows priced by this book")
                    .flag("shared", "in force for every organization")
                    .whole("added", "rows without a price before")
                    .whole("changed", "rows that differ")
                    .text("note", "why")
                    .text("actor", "who imported it")
                    .time("effective_at", "calls admitted from then on are priced by it")
                    .time("created_at", "when it was imported")
                    .nullable("note");

    private static final Shape BOOK =
            Shape.object("PriceBook")
                    .word("object", "always `price_book`", "price_book")
                    .text("shipped_version", "the book that came with this build")
                    .whole("shipped_providers", "providers in it")
                    .listOf("imports", IMPORT, "imported books, newest first");

    private static final Shape ROW_NAME =
            Shape.object("PriceRowName")
                    .text("provider", "id of the catalogue")
                    .text("model", "the provider's name of it");
    private static final Shape ADDED =
            Shape.object("PriceRowAdded")
                    .text("provider", "id of the catalogue")
                    .text("model", "the provider's name of it")
                    .any("price", "price keys, tiers, by");
    private static final Shape FACT =
            Shape.object("PriceFact")
                    .text("name", "which fact")
                    .text("before", "or null")
                    .text("after", "or null")
                    .nullable("before", "after");
    private static final Shape CHANGED =
            Shape.object("PriceRowChange")
                    .text("provider", "id of the catalogue")
                    .text("model", "the provider's name of it")
                    .listOf("facts", FACT, "what differs");
    private static final Shape DIFF =
            Shape.object("PriceDiff")
                    .word("object", "always `price_diff`", "price_diff")
                    .text("version", "of the proposed book")
                    .map("counts", "how many rows are added, changed, absent", "integer")
                    .listOf("added", ADDED, "rows without a price so far")
                    .listOf("changed", CHANGED, "rows that differ, fact by fact")
                    .listOf("absent", ROW_NAME, "rows of the same providers that stay as they are");

    private final PublicPricing pricing;
    private final PriceBooks books;

    public PricingRoutes(PublicPricing pricing, PriceBooks books) {
        this.pricing = pricing;
        this.books = books;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/api/pricing",
                Access.PUBLIC,
                RouteDoc.of("prices", "The public catalogue of models and prices")
                        .query("vendor", "who makes the model")
                        .query("model", "the model's name")
                        .query("mode", "`chat`, `embedding`, …")
                        .answers(200, CATALOGUE),
                this::catalogue);
        router.add(
                "GET",
                "/admin/v1/prices/book",
                Access.MEMBER,
                RouteDoc.of("prices", "The shipped price book and the imported ones")
                        .answers(200, BOOK),
                books::show);
        router.add(
                "POST",
                "/admin/v1/prices/diff",
                Access.any(Right.BILLING_MANAGE, Right.ADMIN),
                RouteDoc.of(
                                "prices",
                                "What a price book (lines of JSON, the shipped book's schema) would"
                                        + " change")
                        .takesType("application/x-ndjson")
                        .answers(200, DIFF),
                books::diff);
        router.add(
                "POST",
                "/admin/v1/prices/import",
                Access.any(Right.BILLING_MANAGE),
                RouteDoc.of(
                                "prices",
                                "Imports a price book: for every organization with the"
                                        + " installation's key, else for the caller's own")
                        .query("effective_at", "at least 10 s from now; default that")
                        .query("note", "why")
                        .takesType("application/x-ndjson")
                        .answers(201, IMPORT)
                        .repeatably(),
                books::importBook);
    }

    private ManagementResponse catalogue(ManagementCall call) {
        ManagementRequest request = call.request();
        request.query().keySet().stream()
                .filter(name -> !FILTERS.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Fault.invalid(
                                    "'"
                                            + name
                                            + "' is not a filter; there are vendor, model, mode.",
                                    name)
                            .asException();
                });
        PublicPricing.Filter filter =
                new PublicPricing.Filter(
                        request.query("vendor"), request.query("model"), request.query("mode"));
        return ManagementResponse.streaming(
                ManagementResponse.JSON, out -> pricing.write(filter, out));
    }
}
