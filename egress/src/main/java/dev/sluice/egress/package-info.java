/// The one outbound client for addresses that users can name: webhooks, media URLs, their own
/// upstreams. Refuses private and loopback addresses after resolving them.
///
/// Must not know: providers, money, who asks.
@NullMarked
package dev.sluice.egress;

import org.jspecify.annotations.NullMarked;
