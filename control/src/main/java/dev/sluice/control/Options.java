package dev.sluice.control;

import dev.sluice.catalog.Providers;
import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Secret;
import dev.sluice.egress.EgressPolicy;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the process tells the management plane.
///
/// @param adminKey `SLUICE_ADMIN_KEY`, or null; a weak one is refused
/// @param egressAllow private addresses that users may name
/// @param resolver turns host names into addresses
/// @param secureCookies whether the listener speaks TLS
/// @param environment looks up variables for `${NAME}` in configuration files
/// @param providers whom upstreams can be added at
public record Options(
        @Nullable Secret adminKey,
        Set<CidrBlock> egressAllow,
        EgressPolicy.Resolver resolver,
        boolean secureCookies,
        Function<String, Optional<String>> environment,
        Providers providers) {

    /// With the shipped providers alone.
    public Options(
            @Nullable Secret adminKey,
            Set<CidrBlock> egressAllow,
            EgressPolicy.Resolver resolver,
            boolean secureCookies,
            Function<String, Optional<String>> environment) {
        this(adminKey, egressAllow, resolver, secureCookies, environment, Providers.shipped());
    }

    public Options {
        egressAllow = Set.copyOf(egressAllow);
    }
}
