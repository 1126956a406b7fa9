/// The rules of outbound connections: which addresses users may name (webhooks, media URLs, their
/// own upstreams), judged after resolving them, and what goes through a proxy.
///
/// Must not know: providers, money, who asks.
@NullMarked
package dev.sluice.egress;

import org.jspecify.annotations.NullMarked;
