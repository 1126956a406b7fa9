package dev.sluice.app;

import dev.sluice.app.demo.Cast;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Puts objects into an organization that are not there yet.
final class Furnishing {

    private Furnishing() {}

    /// An upstream of the given address; one that is there is pointed at it.
    static void upstream(
            InProcess owner, String name, String provider, String url, boolean shared) {
        Optional<JsonNode> known = owner.find("/admin/v1/upstreams", name);
        if (known.isEmpty()) {
            owner.post(
                    "/admin/v1/upstreams",
                    """
                    {"name":"%s","provider":"%s","base_url":"%s","shared":%s}
                    """
                            .formatted(name, provider, url, shared));
        } else {
            owner.patch(
                    "/admin/v1/upstreams/" + known.get().path("id").asString(),
                    "{\"base_url\":\"" + url + "\"}");
        }
    }

    static void things(InProcess organization, List<Cast.Thing> things) {
        Map<String, Set<String>> there = new HashMap<>();
        for (Cast.Thing thing : things) {
            String path = "/admin/v1/" + thing.to();
            if (!there.computeIfAbsent(path, organization::names).contains(thing.name())) {
                organization.post(path, thing.is());
            }
        }
    }

    /// A model whose calls go where it says, under the same name.
    static void model(InProcess organization, String name, String upstream) {
        organization.post(
                "/admin/v1/models",
                """
                {"name":"%s","targets":[{"upstream":"%s","model":"%s"}]}
                """
                        .formatted(name, upstream, name));
    }
}
