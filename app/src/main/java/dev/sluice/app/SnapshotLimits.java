package dev.sluice.app;

import dev.sluice.ledger.escrow.PublishedLimits;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Snapshot;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/// What a configuration says that windows and accounts may carry, in the ledger's words.
final class SnapshotLimits {

    private SnapshotLimits() {}

    static PublishedLimits of(Snapshot snapshot) {
        Map<String, BigDecimal> byRule = new HashMap<>();
        Map<String, BigDecimal> credits = new HashMap<>();
        for (Organization organization : snapshot.organizations().values()) {
            organization.rules().forEach(rule -> byRule.put(rule.id(), rule.limit()));
            credits.put(organization.id(), organization.creditLimit());
        }
        return new PublishedLimits(byRule, credits, snapshot.version());
    }
}
