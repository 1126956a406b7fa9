package dev.sluice.control.providers;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.ProviderEntry;
import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Access;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/providers`: whom an account can be added at, and what has to be said for it.
public final class ProviderRoutes {

    private final Providers providers;
    private final PriceBook book;

    public ProviderRoutes(Providers providers, PriceBook book) {
        this.providers = providers;
        this.book = book;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/providers",
                Access.MEMBER,
                RouteDoc.of("upstreams", "The providers of the catalogue, all at once")
                        .answers(200, ProviderJson.LIST),
                this::list);
        router.add(
                "GET",
                "/admin/v1/providers/{id}",
                Access.MEMBER,
                RouteDoc.of("upstreams", "One provider, with the models the price book knows of it")
                        .answers(200, ProviderJson.DETAIL),
                this::show);
    }

    private ManagementResponse list(ManagementCall call) {
        ArrayNode data = Json.array();
        providers.all().forEach(entry -> data.add(ProviderJson.write(entry, book)));
        ObjectNode list = Json.object().put("object", "list");
        list.set("data", data);
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
        return ManagementResponse.ok(ProviderJson.writeWithModels(entry, book));
    }
}
