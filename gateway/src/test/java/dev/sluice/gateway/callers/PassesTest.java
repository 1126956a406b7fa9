package dev.sluice.gateway.callers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Secret;
import dev.sluice.policy.KeyEntry;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Credentials of this process's own calls.
class PassesTest {

    private static final KeyEntry KEY =
            new KeyEntry(
                    "key_1", "org_1", "k", null, null, "staging", null, null, null, null, null,
                    Set.of(), Set.of(), Set.of(), List.of(), null, null, null);

    private final Passes passes = new Passes(new SecureRandom());

    @Test
    void aPassStandsForItsKeyUntilItsCallIsOver() {
        Secret pass = passes.issue(KEY);
        assertThat(passes.key(pass.reveal())).isSameAs(KEY);
        passes.revoke(pass);
        assertThat(passes.key(pass.reveal())).isNull();
    }

    @Test
    void passesAreUnlikeEachOtherAndUnlikeKeys() {
        String one = passes.issue(KEY).reveal();
        String other = passes.issue(KEY).reveal();
        assertThat(one).isNotEqualTo(other).hasSizeGreaterThan(40).doesNotStartWith("sk-");
        assertThat(passes.key(one.substring(1))).isNull();
    }

    /// Those of another replica, or of an earlier life of this one, are nobody's.
    @Test
    void aPassIsKnownWhereItWasIssued() {
        assertThat(new Passes(new SecureRandom()).key(passes.issue(KEY).reveal())).isNull();
    }
}
