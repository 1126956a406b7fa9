package dev.sluice.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Responses that clients asked to be kept (`store`), for later requests that refer to them. They
/// belong to the key that made them. Calls block.
public interface KeptResponses {

    /// Keeps nothing.
    KeptResponses NONE =
            new KeptResponses() {
                @Override
                public boolean keeps() {
                    return false;
                }

                @Override
                public void keep(Owner owner, Kept kept) {}

                @Override
                public Optional<Kept> find(Owner owner, String responseId) {
                    return Optional.empty();
                }

                @Override
                public List<Kept> withItems(Owner owner, Set<String> itemIds) {
                    return List.of();
                }
            };

    /// Whose they are.
    record Owner(String organizationId, String keyId) {}

    /// One of them.
    ///
    /// @param itemIds of all its items
    /// @param conversation its items as a JSON array, those of its request first
    record Kept(String responseId, Set<String> itemIds, String conversation) {
        public Kept {
            itemIds = Set.copyOf(itemIds);
        }
    }

    /// False where the operator wants none kept.
    boolean keeps();

    void keep(Owner owner, Kept kept);

    Optional<Kept> find(Owner owner, String responseId);

    /// The newest ones that have any of these items.
    List<Kept> withItems(Owner owner, Set<String> itemIds);
}
