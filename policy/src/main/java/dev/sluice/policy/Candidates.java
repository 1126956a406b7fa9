package dev.sluice.policy;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.policy.CallPlan.PlannedTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The targets a call may try, with their bounds, while a decision is being made; and of each
/// target why it is one or is none.
final class Candidates {

    final List<PlannedTarget> planned = new ArrayList<>();
    final List<Map<String, String>> notes = new ArrayList<>();
    private final List<WorstCase> bounds = new ArrayList<>();
    private String unpriced = "";
    private String unreached = "";

    void add(PlannedTarget target, WorstCase worst) {
        planned.add(target);
        bounds.add(worst);
        note(target.upstream().id(), target.upstreamModel(), "candidate");
    }

    void skip(Model.Target target, String why) {
        note(target.upstreamId(), target.upstreamModel(), "skipped: " + why);
    }

    void skipUnpriced(Model.Target target, String why) {
        unpriced = why;
        skip(target, why);
    }

    void skipUnreached(Model.Target target, String family) {
        unreached = family;
        skip(target, "its upstream speaks no dialect in which " + family + " can be asked");
    }

    private void note(String upstream, String model, String what) {
        notes.add(CallPlan.note(upstream, model, what));
    }

    Fault whyNone(String model) {
        if (!unpriced.isEmpty()) {
            return Fault.of(
                            FaultCode.MODEL_NOT_PRICED,
                            "The model '"
                                    + model
                                    + "' cannot be called: "
                                    + unpriced
                                    + ". A platform engineer can give the model a price and its"
                                    + " bounds.")
                    .withParam("model");
        }
        if (!unreached.isEmpty()) {
            return Fault.invalid(
                    "The model '"
                            + model
                            + "' cannot be asked through the endpoint '"
                            + unreached
                            + "': none of its upstreams speaks a dialect for that.",
                    "model");
        }
        return Fault.of(
                FaultCode.UPSTREAM_ERROR,
                "The model '" + model + "' has no upstream that takes calls at the moment.");
    }

    /// The dearest of all candidates, figure by figure: whichever is tried costs no more.
    Dearest dearest() {
        long input = 0;
        long output = 0;
        long base = 0;
        long perOutput = 0;
        boolean mustSend = false;
        for (WorstCase worst : bounds) {
            input = Math.max(input, worst.inputTokens());
            output = Math.max(output, worst.outputTokens());
            base = Math.max(base, worst.basePicos());
            perOutput = Math.max(perOutput, worst.perOutputPicos());
            mustSend |= worst.limitMustBeSent();
        }
        return new Dearest(input, output, base, perOutput, mustSend);
    }

    /// Bounds over all candidates; the fields are those of [WorstCase].
    record Dearest(
            long inputTokens,
            long outputTokens,
            long basePicos,
            long perOutputPicos,
            boolean limitMustBeSent) {}
}
