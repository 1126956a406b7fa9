package dev.sluice.control.quotas;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A quota rule as it is kept.
///
/// @param scope team and key by id
/// @param teamName the name of the team in the scope, or null
/// @param keyLabel the label of the key in the scope, or null
/// @param span of the calendar; null for a lifetime
/// @param zone of the calendar; null means the organization's
public record Quota(
        Head head,
        Scope scope,
        @Nullable String teamName,
        @Nullable String keyLabel,
        QuotaUnit unit,
        BigDecimal limit,
        Window.@Nullable Span span,
        @Nullable ZoneId zone,
        boolean clamp,
        boolean shadow,
        List<Integer> alerts,
        @Nullable String owner,
        @Nullable String message,
        @Nullable String upgradeUrl)
        implements Configured {

    /// The rule as calls are held against it.
    public QuotaRule rule(ZoneId ofOrganization) {
        return new QuotaRule(
                head.id(),
                head.organizationId(),
                head.name(),
                scope,
                unit,
                limit,
                span == null
                        ? new Window.Lifetime()
                        : new Window.Calendar(span, zone == null ? ofOrganization : zone),
                clamp,
                shadow,
                alerts,
                owner,
                message,
                upgradeUrl);
    }
}
