package dev.sluice.policy;

import dev.sluice.domain.QuotaRule;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One tenant's part of the configuration.
///
/// @param creditLimit how far the balance may go below zero: 0 for prepaid accounts
/// @param multiply the organization's price rule; 1 when it has none
/// @param teams by id
/// @param planMultiply price rules of plans, by plan name
/// @param models by public name
/// @param prices as this organization pays them
public record Organization(
        String id,
        String name,
        ZoneId zone,
        String currency,
        boolean sandbox,
        BigDecimal creditLimit,
        BigDecimal multiply,
        Map<String, Team> teams,
        Map<String, BigDecimal> planMultiply,
        Map<String, Model> models,
        List<QuotaRule> rules,
        PriceList prices) {

    /// A team.
    ///
    /// @param multiply its price rule, or null when it has none
    public record Team(String id, String name, @Nullable BigDecimal multiply) {}

    /// The one price rule that applies: the most specific of team, plan, organization.
    public BigDecimal multiplyFor(@Nullable String teamId, @Nullable String plan) {
        Team team = teamId == null ? null : teams.get(teamId);
        if (team != null && team.multiply() != null) {
            return team.multiply();
        }
        BigDecimal ofPlan = plan == null ? null : planMultiply.get(plan);
        return ofPlan != null ? ofPlan : multiply;
    }

    public Optional<Model> model(String name) {
        return Optional.ofNullable(models.get(name));
    }
}
