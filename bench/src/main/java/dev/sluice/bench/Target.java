package dev.sluice.bench;

/// What stands between the load and the provider.
enum Target {
    NGINX,
    SLUICE,
    DIRECT
}
