package dev.sluice.gateway.requests;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.responses.KeptItems;
import dev.sluice.protocol.translate.Translation;
import dev.sluice.protocol.translate.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A conversation in the dialect of each target it may go to; as it came where a target speaks the
/// client's own.
final class TargetDialects {

    private final Wire client;
    private final byte[] bytes;
    private final Decoded decoded;
    private final Map<Wire, Decoded> known = new LinkedHashMap<>();

    /// The account that keeps the conversation, and the request as it is asked it.
    private @Nullable String keeper;

    private @Nullable Decoded toKeeper;

    /// What a translated answer is kept as, and what it goes on from.
    private @Nullable String answerId;

    private @Nullable String previousId;

    TargetDialects(Wire client, byte[] bytes, Decoded decoded) {
        this.client = client;
        this.bytes = bytes;
        this.decoded = decoded;
        known.put(client, decoded);
    }

    /// One account keeps the conversation itself, and needs only what is new.
    void goesOnAt(String upstreamId, Decoded request) {
        keeper = upstreamId;
        toKeeper = request;
    }

    /// What a translated answer says of itself.
    void answersAs(String id, @Nullable String previous) {
        answerId = id;
        previousId = previous;
    }

    /// Whether any target needs a translation, which takes a while for a large request.
    boolean translates(CallPlan plan) {
        return plan.targets().stream()
                .anyMatch(target -> !target.upstream().dialects().contains(client.id()));
    }

    /// Translates for all targets and leaves out those that cannot be asked this.
    ///
    /// @param strict leaves out what a target would not hear all of, too
    /// @param atSeconds when the call came in, in seconds since the epoch
    /// @param notes says of each target that is left out why
    /// @throws FaultException when none is left: why the first was
    CallPlan carriable(
            CallPlan plan, boolean strict, long atSeconds, Consumer<Map<String, String>> notes) {
        List<PlannedTarget> left = new ArrayList<>();
        Fault why = null;
        for (PlannedTarget target : plan.targets()) {
            Fault refused = prepare(target.upstream(), strict, atSeconds);
            if (refused == null) {
                left.add(target);
                continue;
            }
            notes.accept(target.note("skipped: " + refused.message()));
            why = why == null ? refused : why;
        }
        if (left.isEmpty() && why != null) {
            throw why.asException();
        }
        return left.size() == plan.targets().size() ? plan : plan.withTargets(left);
    }

    private @Nullable Fault prepare(Upstream upstream, boolean strict, long atSeconds) {
        Optional<Wire> wire = client.toward(upstream.dialects());
        if (wire.isEmpty()) {
            return Fault.of(
                    FaultCode.UPSTREAM_ERROR,
                    "No upstream of this model speaks a dialect this endpoint can be translated"
                            + " to.");
        }
        try {
            Decoded carried = known.get(wire.get());
            if (carried == null) {
                byte[] told =
                        answerId == null ? bytes : KeptItems.named(bytes, answerId, previousId);
                carried = Translation.between(decoded, told, client, wire.get(), atSeconds);
                known.put(wire.get(), carried);
            }
            return strict && !carried.dropped().isEmpty() ? lossy(carried.dropped()) : null;
        } catch (FaultException refused) {
            return refused.fault();
        }
    }

    private static Fault lossy(List<String> dropped) {
        return Fault.invalid(
                "The provider of this model speaks another dialect, in which there is no "
                        + String.join(", ", dropped)
                        + ". Leave it out, or do not send x-sluice-strict.",
                dropped.getFirst());
    }

    /// The dialect that is spoken with an upstream of the plan.
    Wire wire(Upstream upstream) {
        return client.toward(upstream.dialects()).orElse(client);
    }

    /// The request as an upstream of the plan is asked it.
    Decoded toward(Upstream upstream) {
        Decoded shorter = toKeeper;
        if (shorter != null && upstream.id().equals(keeper) && isClients(wire(upstream))) {
            return shorter;
        }
        return known.getOrDefault(wire(upstream), decoded);
    }

    boolean isClients(Wire wire) {
        return wire == client;
    }
}
