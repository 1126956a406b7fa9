/// The data plane: listener, the stages of a call, upstream client, relay, metering.
///
/// One exchange is one small state machine on its event loop; every stage before the provider is a
/// plain synchronous function on in-memory state, and nothing here blocks a loop.
/// See docs/internals/life-of-a-request.md.
///
/// Must not know: the management plane, SQL, configuration files.
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
