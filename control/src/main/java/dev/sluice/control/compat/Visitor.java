package dev.sluice.control.compat;

import dev.sluice.control.access.Actor;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;

/// Who reads a view.
sealed interface Visitor {

    /// Whose it is.
    Organization organization();

    /// The holder of a gateway key: sees what is the key's.
    record OfKey(KeyEntry key, Organization organization) implements Visitor {}

    /// The holder of a management credential: sees what is the organization's.
    record Managing(Actor actor, Organization organization) implements Visitor {}
}
