package dev.sluice.policy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One credential of one gateway key, as the data plane needs it. Never holds the credential.
///
/// @param owner `user:<name>` or `service:<name>`
/// @param models public names the key may call; empty means all of the organization's
/// @param endpointFamilies empty means all
/// @param actions empty means all
/// @param allowedIps CIDR blocks; empty means any address
/// @param notAfter when this credential stops working (expiry, or the end of a rotation's overlap),
///     or null
/// @param upstreamId the only upstream its calls may go to; null: the models' targets
/// @param multiply the price rule of its calls; null: that of its team, plan or organization
public record KeyEntry(
        String id,
        String organizationId,
        String label,
        @Nullable String teamId,
        @Nullable String owner,
        String environment,
        @Nullable String workflow,
        @Nullable String customer,
        @Nullable String productArea,
        @Nullable String plan,
        @Nullable String trafficClass,
        Set<String> models,
        Set<String> endpointFamilies,
        Set<String> actions,
        List<String> allowedIps,
        @Nullable Instant notAfter,
        @Nullable String upstreamId,
        @Nullable BigDecimal multiply) {}
