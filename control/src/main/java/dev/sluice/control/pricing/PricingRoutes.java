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

    private static final Shape CATALOGUE =
            Shape.object("PricingCatalogue")
                    .flag("success", "always true")
                    .text("version", "the price book's version")
                    .any("data", "one row per model and provider: what it is, does and costs")
                    .any("vendors", "`{id,name,models}` of the vendors in `data`")
                    .texts("supported_endpoint_families", "what this installation serves")
                    .any("supported_endpoint", "path and method of each of these families");

    private static final Shape BOOK =
            Shape.object("PriceBook")
                    .text("shipped_version", "the book that came with this build")
                    .whole("shipped_providers", "providers in it")
                    .any("imports", "imported books, newest first");

    private static final Shape DIFF =
            Shape.object("PriceDiff")
                    .text("version", "of the proposed book")
                    .any("counts", "how many rows are added, changed, absent")
                    .any("added", "rows without a price so far")
                    .any("changed", "rows that differ, fact by fact")
                    .any("absent", "rows of the same providers that stay as they are");

    private static final Shape IMPORT =
            Shape.object("PriceImport")
                    .text("id", "`imp_…`")
                    .text("version", "named by usage rows priced by this book")
                    .flag("shared", "in force for every organization")
                    .whole("added", "rows without a price before")
                    .whole("changed", "rows that differ")
                    .text("note", "why")
                    .text("actor", "who imported it")
                    .time("effective_at", "calls admitted from then on are priced by it")
                    .time("created_at", "when it was imported");

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
                        .answers(201, IMPORT),
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
