package dev.sluice.app.demo;

import dev.sluice.domain.Ids;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.store.Database;
import java.time.Duration;
import java.time.Instant;

/// Where a past is written.
///
/// @param snapshot with the organization and all that the past needs of it
/// @param name of the organization
/// @param now where the past ends, on the installation's clock
/// @param ahead how far that clock is ahead of the one ids are made by
public record Stage(
        Database database,
        Policy policy,
        Snapshot snapshot,
        String name,
        Instant now,
        Duration ahead) {

    /// The organization whose past it is.
    public Organization organization() {
        return snapshot.organizations().values().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no organization " + name));
    }

    /// The same, where the past ends at that moment.
    public Stage endingAt(Instant moment) {
        return new Stage(database, policy, snapshot, name, moment, ahead);
    }

    /// Ids of what happened at that moment.
    Ids idsAt(Instant moment) {
        return Ids.secure(() -> moment.minus(ahead));
    }

    /// For movements of money that happened at that moment.
    public Wallets walletsAt(Instant moment) {
        return new Wallets(database, () -> moment, idsAt(moment));
    }
}
