package dev.sluice.policy;

import dev.sluice.domain.Fault;
import java.util.List;
import java.util.Map;

/// What the policy says about one call.
public sealed interface Decision {

    /// The candidates that were looked at and why each was taken or skipped.
    List<Map<String, String>> notes();

    /// The call may go.
    record Allowed(CallPlan plan, List<Map<String, String>> notes) implements Decision {}

    /// The call may not go.
    record Refused(Fault fault, List<Map<String, String>> notes) implements Decision {}
}
