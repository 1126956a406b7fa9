package dev.sluice.checker;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Collects what the checks find: every problem is counted, the first ones of each check are kept.
final class Findings {

    /// How many findings of one check are shown.
    static final int SHOWN_PER_CHECK = 50;

    private final List<Finding> problems = new ArrayList<>();
    private final List<Finding> notes = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private long problemCount;

    void problem(String check, String where, String expected, String found) {
        problemCount++;
        keep(problems, new Finding(check, where, expected, found));
    }

    /// Worth knowing, but may be right.
    void note(String check, String where, String expected, String found) {
        keep(notes, new Finding(check, where, expected, found));
    }

    /// A problem unless the two are the same amount.
    void same(
            String check, String where, @Nullable BigDecimal expected, @Nullable BigDecimal found) {
        if (!text(expected).equals(text(found))) {
            problem(check, where, text(expected), text(found));
        }
    }

    static String text(@Nullable BigDecimal amount) {
        if (amount == null) {
            return "nothing";
        }
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private void keep(List<Finding> into, Finding finding) {
        if (seen.merge(finding.check(), 1, Integer::sum) <= SHOWN_PER_CHECK) {
            into.add(finding);
        }
    }

    Report report(long calls, long transfers, @Nullable Integer upstreamCalls) {
        return new Report(
                calls,
                transfers,
                upstreamCalls,
                problemCount,
                List.copyOf(problems),
                List.copyOf(notes));
    }
}
