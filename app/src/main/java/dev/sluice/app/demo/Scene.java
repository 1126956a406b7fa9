package dev.sluice.app.demo;

import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The organization whose past is written, as the policy sees it.
///
/// @param keys by label
record Scene(
        Policy policy, Snapshot snapshot, Organization organization, Map<String, KeyEntry> keys) {

    static Scene of(Stage stage) {
        Snapshot snapshot = stage.snapshot();
        Organization organization = stage.organization();
        return new Scene(
                stage.policy(),
                snapshot,
                organization,
                snapshot.keys().values().stream()
                        .filter(key -> key.organizationId().equals(organization.id()))
                        .collect(
                                Collectors.toMap(
                                        KeyEntry::label, Function.identity(), (one, _) -> one)));
    }

    KeyEntry key(String label) {
        KeyEntry key = keys.get(label);
        if (key == null) {
            throw new IllegalStateException("there is no key " + label);
        }
        return key;
    }
}
