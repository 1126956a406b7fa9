package dev.sluice.policy;

import java.util.Set;
import java.util.function.BiPredicate;

/// Which calls an upstream can be asked at all, by what it speaks, and how. What that means is the
/// wire formats' business.
public interface DialectReach {

    /// Every upstream can be asked everything, as it comes.
    DialectReach ANY = of((_, _) -> true, (_, _) -> false);

    /// Whether a call of this endpoint family can be asked in one of these dialects.
    boolean reaches(String family, Set<String> dialects);

    /// Whether such a call is asked in another dialect than its own there. No translation asks a
    /// provider to run a tool: what its own dialect has of them is left out.
    boolean translates(String family, Set<String> dialects);

    static DialectReach of(
            BiPredicate<String, Set<String>> reaches, BiPredicate<String, Set<String>> translates) {
        return new DialectReach() {
            @Override
            public boolean reaches(String family, Set<String> dialects) {
                return reaches.test(family, dialects);
            }

            @Override
            public boolean translates(String family, Set<String> dialects) {
                return translates.test(family, dialects);
            }
        };
    }
}
