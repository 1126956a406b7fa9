package dev.sluice.gateway.responses;

import dev.sluice.domain.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/// Where the operator wants no responses kept: calls are answered, and whoever wants to go on from
/// an answer is told to say the whole conversation.
final class NoResponses implements ResponseStore {

    static final String WHY = "This installation keeps no responses.";

    private final IntSupplier forgetting;

    /// @param forgetting what was kept before; says how many there were
    NoResponses(IntSupplier forgetting) {
        this.forgetting = forgetting;
    }

    @Override
    public boolean keepsAny() {
        return false;
    }

    @Override
    public void keep(Owner owner, Kept response, Set<String> itemIds) {
        // that is the point
    }

    @Override
    public List<Kept> withItems(Owner owner, Set<String> itemIds) {
        throw Fault.invalid(WHY + " Send the items themselves instead of references.", "input")
                .asException();
    }

    @Override
    public Optional<Kept> find(Owner owner, String id) {
        return Optional.empty();
    }

    @Override
    public List<Kept> conversation(Owner owner, String id) {
        throw Fault.invalid(
                        WHY + " Send the whole conversation as `input`.", "previous_response_id")
                .asException();
    }

    @Override
    public boolean delete(Owner owner, String id) {
        return false;
    }

    @Override
    public int sweep() {
        return forgetting.getAsInt();
    }
}
