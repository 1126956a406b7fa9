package dev.sluice.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// To whom a call is put down: the owner path pinned at admission, plus what the caller declared.
/// Ids are Sluice's; `environment`, `workflow`, `customer` and the like are names.
///
/// @param owner `user:<name>` or `service:<name>`, the key's owner
/// @param endUser the person the application named (`x-sluice-user`)
/// @param actionId one original user action; its retries and fallbacks share it
public record Attribution(
        String organizationId,
        @Nullable String teamId,
        @Nullable String keyId,
        @Nullable String owner,
        @Nullable String environment,
        @Nullable String workflow,
        @Nullable String productArea,
        @Nullable String customer,
        @Nullable String plan,
        @Nullable String trafficClass,
        @Nullable String endUser,
        @Nullable String actionId,
        Map<String, String> tags) {}
