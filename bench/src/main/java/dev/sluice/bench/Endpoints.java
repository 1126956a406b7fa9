package dev.sluice.bench;

/// The loopback ports of one run.
///
/// @param answers nginx, the provider of plain answers
/// @param scripted the provider of streams and late answers
/// @param proxyPlain the floor before `answers`
/// @param proxyScripted the floor before `scripted`
/// @param gateway Sluice, before both
record Endpoints(int answers, int scripted, int proxyPlain, int proxyScripted, int gateway) {

    static Endpoints free() {
        return new Endpoints(
                Sites.freePort(),
                Sites.freePort(),
                Sites.freePort(),
                Sites.freePort(),
                Sites.freePort());
    }

    /// Where calls of this work are sent for a target.
    int port(Target target, Work work) {
        boolean plain = work.provider() == Work.Provider.NGINX;
        return switch (target) {
            case DIRECT -> plain ? answers : scripted;
            case NGINX -> plain ? proxyPlain : proxyScripted;
            case SLUICE -> gateway;
        };
    }
}
