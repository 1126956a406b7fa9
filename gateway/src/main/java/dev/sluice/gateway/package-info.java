/// The data plane as a whole: it listens, and brings each request to the room that answers it.
///
/// One exchange is one small state machine on its event loop; every stage before the provider is a
/// plain synchronous function on in-memory state, and nothing here blocks a loop.
/// See docs/internals/life-of-a-request.md.
///
/// Knows every room below it, and none of them knows it. Must not know: the management plane, SQL,
/// configuration files.
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
