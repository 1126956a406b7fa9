package dev.sluice.control.upstreams;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import dev.sluice.control.secrets.SealedSecret;
import dev.sluice.policy.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One account at a provider, as it is kept.
///
/// @param settings what the provider's entry asks for, by name
/// @param credential sealed, bound to the id; null when the upstream wants none
/// @param limits the account's own limits, by name (`rpm`, `tpm`, `in_flight`)
/// @param shared whether every organization may use it
/// @param byInstallation whether its address was named by the operator and may be private
/// @param probeEvery how often its models are probed; zero: never, null: as the installation says
public record UpstreamAccount(
        Head head,
        String provider,
        String baseUrl,
        List<String> dialects,
        @Nullable String region,
        Map<String, String> settings,
        @Nullable SealedSecret credential,
        @Nullable Instant credentialAt,
        Upstream.Timeouts timeouts,
        Map<String, Long> limits,
        boolean drained,
        boolean shared,
        boolean byInstallation,
        @Nullable Duration probeEvery)
        implements Configured {

    UpstreamAccount withCredential(@Nullable SealedSecret sealed, @Nullable Instant at) {
        return new UpstreamAccount(
                head,
                provider,
                baseUrl,
                dialects,
                region,
                settings,
                sealed,
                at,
                timeouts,
                limits,
                drained,
                shared,
                byInstallation,
                probeEvery);
    }
}
