package dev.sluice.control.keys;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A gateway key; `head.name` is its label. Its credentials are digests elsewhere.
///
/// @param owner `user:<name>` or `service:<name>`
/// @param tags what calls made with it are put down to
/// @param limits what it may be used for
/// @param minted why Sluice made it; null for keys that people made
public record Key(
        Head head,
        @Nullable String teamId,
        @Nullable String teamName,
        String owner,
        String environment,
        Tags tags,
        Limits limits,
        @Nullable Integer rotateDays,
        @Nullable Instant expiresAt,
        Instant rotatedAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt,
        @Nullable Minted minted)
        implements Configured {

    /// What calls made with a key are put down to, and what is noted of it.
    ///
    /// @param storageRef where the credential is kept: a reference, never the credential
    public record Tags(
            @Nullable String workflow,
            @Nullable String customer,
            @Nullable String purpose,
            @Nullable String productArea,
            @Nullable String plan,
            @Nullable String trafficClass,
            @Nullable String storageRef) {}

    /// What a key may be used for; an empty list means all.
    public record Limits(
            List<String> models,
            List<String> endpointFamilies,
            List<String> actions,
            List<String> dataClasses,
            List<String> allowedIps) {}

    /// Why Sluice made a key for itself.
    ///
    /// @param purpose `test`
    /// @param upstreamId the only upstream its calls may go to; null: the models' targets
    public record Minted(String purpose, @Nullable String upstreamId) {}

    /// Whether calls are refused with it by now.
    public boolean isOver(Instant now) {
        return revokedAt != null || (expiresAt != null && !now.isBefore(expiresAt));
    }
}
