package dev.sluice.control.pricing;

import dev.sluice.catalog.PriceRow;
import dev.sluice.control.access.Access;
import dev.sluice.control.availability.ProbeStore;
import dev.sluice.control.http.CursorPage;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.ledger.reading.Page;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// `GET /admin/v1/prices/catalogue`: the rows of `/api/pricing` searched and paged, for readers
/// that look at a few of its thousands.
public final class CatalogueRoutes {

    private final Supplier<PublicPricing.Installed> prices;
    private final EndpointFamilies families;
    private final Supplier<Map<String, ProbeStore.Label>> labels;

    /// The catalogue as it is at each reading.
    ///
    /// @param labels what probes found, by `provider/model`
    public CatalogueRoutes(
            Supplier<PublicPricing.Installed> prices,
            EndpointFamilies families,
            Supplier<Map<String, ProbeStore.Label>> labels) {
        this.labels = labels;
        this.prices = prices;
        this.families = families;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/prices/catalogue",
                Access.MEMBER,
                RouteDoc.of("prices", "The rows of /api/pricing, searched, by model and provider")
                        .query("search", "part of `provider/model`, in any case")
                        .query("provider", "only of this provider")
                        .query("model", "only this model, by the provider's name of it")
                        .query("mode", "`chat`, `embedding`, …")
                        .queryFlag("first_party", "only where its maker serves it")
                        .listOf(PricingRow.SHAPE),
                this::page);
    }

    private ManagementResponse page(ManagementCall call) {
        PublicPricing.Installed installed = prices.get();
        Map<String, Integer> vendors = new HashMap<>();
        List<PriceRow> all = PublicPricing.rows(installed).toList();
        all.forEach(row -> vendors.computeIfAbsent(row.vendor(), _ -> vendors.size() + 1));
        String after = CursorPage.cursor(call.request());
        int limit = CursorPage.limit(call.request());
        List<PriceRow> found =
                all.stream()
                        .filter(wanted(call))
                        .filter(row -> after == null || key(row).compareTo(after) > 0)
                        .sorted(Comparator.comparing(CatalogueRoutes::key))
                        .limit(limit + 1L)
                        .toList();
        boolean more = found.size() > limit;
        List<PriceRow> shown = more ? found.subList(0, limit) : found;
        LocalDate today = LocalDate.ofInstant(call.now(), ZoneOffset.UTC);
        Map<String, ProbeStore.Label> probed = labels.get();
        return CursorPage.answer(
                new Page<>(shown, more ? key(shown.getLast()) : null),
                row ->
                        PricingRow.of(
                                row,
                                vendors.getOrDefault(row.vendor(), 0),
                                families,
                                today,
                                probed.get(row.provider() + "/" + row.model())));
    }

    /// Rows of one model stand together, whoever sells it.
    private static String key(PriceRow row) {
        return row.model() + ' ' + row.provider();
    }

    private static Predicate<PriceRow> wanted(ManagementCall call) {
        ManagementRequest request = call.request();
        String part = request.query("search").orElse("").toLowerCase(Locale.ROOT);
        Optional<String> provider = request.query("provider");
        Optional<String> model = request.query("model");
        Optional<String> mode = request.query("mode");
        boolean firstParty = call.flag("first_party");
        return row ->
                provider.filter(name -> !name.equals(row.provider())).isEmpty()
                        && model.filter(name -> !name.equals(row.model())).isEmpty()
                        && mode.filter(name -> !name.equals(row.mode())).isEmpty()
                        && (!firstParty || row.firstParty())
                        && (row.provider() + '/' + row.model())
                                .toLowerCase(Locale.ROOT)
                                .contains(part);
    }
}
