package dev.sluice.control.explain;

import dev.sluice.domain.Attribution;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Callers that ask without calling.
final class Callers {

    private Callers() {}

    /// Anybody of the organization: no scope of a key, no team.
    static KeyEntry anybody(Organization organization) {
        return new KeyEntry(
                "",
                organization.id(),
                "",
                null,
                null,
                "",
                null,
                null,
                null,
                null,
                null,
                Set.of(),
                Set.of(),
                Set.of(),
                List.of(),
                null,
                null,
                null);
    }

    static Attribution attribution(KeyEntry key, @Nullable String customerOfBody) {
        String customer = key.customer();
        return new Attribution(
                key.organizationId(),
                key.teamId(),
                key.id().isEmpty() ? null : key.id(),
                key.owner(),
                key.environment().isEmpty() ? null : key.environment(),
                key.workflow(),
                key.productArea(),
                customer == null ? customerOfBody : customer,
                key.plan(),
                key.trafficClass(),
                null,
                null,
                Map.of());
    }

    /// The notes of a decision with upstreams by name.
    static ArrayNode candidates(List<Map<String, String>> notes, Snapshot snapshot) {
        ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
        for (Map<String, String> note : notes) {
            String id = note.getOrDefault("upstream", "");
            var upstream = snapshot.upstreams().get(id);
            candidates
                    .addObject()
                    .put("upstream", upstream == null ? id : upstream.name())
                    .put("model", note.getOrDefault("model", ""))
                    .put("note", note.getOrDefault("note", ""));
        }
        return candidates;
    }
}
