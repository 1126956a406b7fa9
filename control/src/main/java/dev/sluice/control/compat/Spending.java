package dev.sluice.control.compat;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import dev.sluice.ledger.reading.QuotaStates;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a key, or a whole organization, has spent and may still spend. Calls block.
final class Spending {

    private static final String USD = "usd";

    private final UsageReport report;
    private final QuotaStates states;

    Spending(UsageReport report, QuotaStates states) {
        this.report = report;
        this.states = states;
    }

    /// US dollars; days, weeks (from Monday) and months are those of UTC.
    record Spent(BigDecimal ever, BigDecimal day, BigDecimal week, BigDecimal month) {}

    /// Where the tightest of the money rules stands that every call of a key falls under.
    record Ceiling(QuotaRule rule, BigDecimal remaining) {

        /// `daily`, `weekly` or `monthly`; null where the window is another.
        @Nullable String reset() {
            return rule.window() instanceof Window.Calendar calendar
                    ? switch (calendar.span()) {
                        case DAY -> "daily";
                        case WEEK -> "weekly";
                        case MONTH -> "monthly";
                        case MINUTE, HOUR -> null;
                    }
                    : null;
        }
    }

    Spent ofKey(KeyEntry key, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Instant day = start(today);
        Instant week = start(today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
        Instant month = start(today.withDayOfMonth(1));
        BigDecimal[] sums = {BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO};
        for (UsageReport.UsageRow row :
                rows(key.organizationId(), key, Instant.EPOCH, now, UsageReport.Interval.DAY)) {
            BigDecimal usd = row.units().getOrDefault(USD, BigDecimal.ZERO);
            sums[0] = sums[0].add(usd);
            sums[1] = row.start().isBefore(day) ? sums[1] : sums[1].add(usd);
            sums[2] = row.start().isBefore(week) ? sums[2] : sums[2].add(usd);
            sums[3] = row.start().isBefore(month) ? sums[3] : sums[3].add(usd);
        }
        return new Spent(sums[0], sums[1], sums[2], sums[3]);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /// What calls admitted in a stretch were charged.
    ///
    /// @param key only its calls; null for all of the organization
    BigDecimal between(String organizationId, @Nullable KeyEntry key, Instant from, Instant to) {
        List<UsageReport.UsageRow> rows = rows(organizationId, key, from, to, null);
        return rows.isEmpty()
                ? BigDecimal.ZERO
                : rows.getFirst().units().getOrDefault(USD, BigDecimal.ZERO);
    }

    private List<UsageReport.UsageRow> rows(
            String organizationId,
            @Nullable KeyEntry key,
            Instant from,
            Instant to,
            UsageReport.@Nullable Interval interval) {
        return report.rows(
                new UsageReport.Query(
                        organizationId,
                        from,
                        to,
                        List.of(),
                        key == null ? Map.of() : Map.of("key", key.id()),
                        interval,
                        ZoneOffset.UTC));
    }

    /// The tightest limit of calls in a minute; empty for none.
    static Optional<BigDecimal> callsPerMinute(KeyEntry key, Organization organization) {
        return rules(key, organization)
                .filter(rule -> rule.unit() == QuotaUnit.REQUESTS)
                .filter(rule ->
                        rule.window() instanceof Window.Calendar calendar
                                && calendar.span() == Window.Span.MINUTE)
                .map(QuotaRule::limit)
                .min(Comparator.naturalOrder());
    }

    /// The rules that all calls of the key fall under: one for a model says nothing of the others.
    private static Stream<QuotaRule> rules(KeyEntry key, Organization organization) {
        Attribution calls =
                new Attribution(
                        key.organizationId(),
                        key.teamId(),
                        key.id(),
                        key.owner(),
                        key.environment(),
                        key.workflow(),
                        key.productArea(),
                        key.customer(),
                        key.plan(),
                        key.trafficClass(),
                        null,
                        null,
                        Map.of());
        return organization.rules().stream()
                .filter(rule -> !rule.shadow() && rule.scope().model() == null)
                .filter(rule -> rule.scope().matches(calls, ""));
    }

    /// Empty where no rule on money holds for all of the key's calls.
    Optional<Ceiling> ceiling(KeyEntry key, Organization organization) {
        List<QuotaRule> rules =
                rules(key, organization).filter(rule -> rule.unit() == QuotaUnit.USD).toList();
        List<QuotaStates.QuotaState> standing =
                states.of(rules.stream().map(rule -> new QuotaStates.Member(rule, "")).toList());
        return IntStream.range(0, rules.size())
                .mapToObj(i -> new Ceiling(rules.get(i), standing.get(i).remaining()))
                .min(Comparator.comparing(Ceiling::remaining));
    }
}
