package dev.sluice.control.apply;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Resource;
import dev.sluice.control.keys.Key;
import dev.sluice.control.keys.PlaygroundRoutes;
import dev.sluice.control.organizations.Organization;
import dev.sluice.control.resources.Resources;
import dev.sluice.store.Sql;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes an organization as a file that, applied to it, changes nothing but who owns what the file
/// did not own before. Left out are what the installation shares by other means than the file, keys
/// that are revoked or the playground's, and callers that are only a name and come with a key of
/// their own.
final class Export {

    private final Resources resources;
    private final Sql sql;
    private final String organizationId;

    Export(Resources resources, Sql sql, String organizationId) {
        this.resources = resources;
        this.sql = sql;
        this.organizationId = organizationId;
    }

    /// The file.
    ///
    /// @param toInstallation whether its reader may name the server's environment
    String write(boolean toInstallation) {
        Organization organization =
                resources
                        .organizations()
                        .rows()
                        .find(sql, organizationId, organizationId)
                        .orElseThrow();
        YamlWriter yaml = new YamlWriter();
        yaml.comment("Keys are listed without their secrets, which nobody can read back.");
        yaml.field("version", tools.jackson.databind.node.IntNode.valueOf(1));
        yaml.object("organization", resources.organizations().spec(sql, organization));
        Set<String> brought = broughtByKeys();
        for (Resource<?> section : Sections.of(resources)) {
            section(yaml, section, brought, toInstallation);
        }
        return yaml.text();
    }

    /// Owners that a key of the file makes when they are absent.
    private Set<String> broughtByKeys() {
        Set<String> owners = new HashSet<>();
        resources.keys().rows().all(sql, organizationId).stream()
                .filter(key -> !key.environment().equals("production"))
                .filter(key -> key.head().ownedByFile() || !isOver(key))
                .forEach(key -> owners.add(key.owner()));
        return owners;
    }

    /// Of no use in a file: revoked, or of the playground, where it is another in five minutes.
    private static boolean isOver(Key key) {
        return key.revokedAt() != null || PlaygroundRoutes.isOfPlayground(key);
    }

    private <T extends Configured> void section(
            YamlWriter yaml, Resource<T> resource, Set<String> brought, boolean toInstallation) {
        List<T> items =
                resource.rows().all(sql, organizationId).stream()
                        .filter(item ->
                                item.head().ownedByFile() || !isOutside(resource, item, brought))
                        .toList();
        if (items.isEmpty()) {
            return;
        }
        yaml.list(resource.plural());
        for (T item : items) {
            yaml.item(resource.spec(sql, item));
            JsonNode has = resource.show(item).path("has_credential");
            if (has.asBoolean(false)) {
                credential(yaml, item.head().name(), toInstallation);
            }
        }
    }

    private <T extends Configured> boolean isOutside(
            Resource<T> resource, T item, Set<String> brought) {
        ObjectNode shown = resource.show(item);
        if (shown.path("shared").asBoolean(false) || (item instanceof Key key && isOver(key))) {
            return true;
        }
        String owner = resource.kind() + ":" + item.head().name();
        return isCaller(resource)
                && brought.contains(owner)
                && resource.spec(sql, item).size() == 1;
    }

    private boolean isCaller(Resource<?> resource) {
        return resource == resources.users() || resource == resources.machines();
    }

    private static void credential(YamlWriter yaml, String upstream, boolean toInstallation) {
        String variable = upstream.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_") + "_KEY";
        String name = variable.matches("[0-9].*") ? "_" + variable : variable;
        if (toInstallation) {
            yaml.line("    credential: {env: " + name + "}  # not exported; unset: stays as it is");
        } else {
            yaml.line("    # credential: not exported; absent: stays as it is");
        }
    }
}
