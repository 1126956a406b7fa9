package dev.sluice.policy;

import java.util.Set;

/// Which calls an upstream can be asked at all, by what it speaks. What that means is the wire
/// formats' business.
@FunctionalInterface
public interface DialectReach {

    /// Every upstream can be asked everything.
    DialectReach ANY = (_, _) -> true;

    /// Whether a call of this endpoint family can be asked in one of these dialects.
    boolean reaches(String family, Set<String> dialects);
}
