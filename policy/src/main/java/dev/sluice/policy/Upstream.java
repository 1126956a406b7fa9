package dev.sluice.policy;

import dev.sluice.catalog.Providers;
import dev.sluice.domain.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One account at a provider.
///
/// @param provider the id of its entry in the catalogue
/// @param organizationId whose it is; null for the installation's shared ones
/// @param baseUrl as the provider's own SDK takes it, without a trailing slash
/// @param dialects the wire formats it speaks
/// @param credential null when the upstream wants none
/// @param drained true when no new call may be sent there
/// @param trustedAddress whether the operator or the catalogue named the address; one that anybody
///     else named is judged again at every connection
/// @param reach how its calls find it
public record Upstream(
        String id,
        String name,
        String provider,
        @Nullable String organizationId,
        URI baseUrl,
        Set<String> dialects,
        @Nullable String region,
        @Nullable Secret credential,
        Timeouts timeouts,
        boolean drained,
        boolean trustedAddress,
        Reach reach) {

    /// An upstream of a provider that needs no settings.
    public Upstream(
            String id,
            String name,
            String provider,
            @Nullable String organizationId,
            URI baseUrl,
            Set<String> dialects,
            @Nullable String region,
            @Nullable Secret credential,
            Timeouts timeouts,
            boolean drained,
            boolean trustedAddress) {
        this(
                id,
                name,
                provider,
                organizationId,
                baseUrl,
                dialects,
                region,
                credential,
                timeouts,
                drained,
                trustedAddress,
                Reach.of(
                        Providers.shipped().find(provider).orElseGet(Providers.shipped()::unknown),
                        baseUrl,
                        region,
                        Map.of()));
    }

    /// Deadlines by stage.
    ///
    /// @param connect until the connection stands, TLS included
    /// @param firstByte from the request sent to the first byte of the body
    /// @param idle between two reads of the body
    /// @param total for the whole attempt
    public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {

        /// A plain answer of a model that reasons may take minutes before its first byte.
        public static final Timeouts DEFAULT =
                new Timeouts(
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(10));
    }
}
