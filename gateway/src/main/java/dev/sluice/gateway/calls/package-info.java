/// A call to a model from its first header to its last byte: admission, hold, attempts, relay, and
/// the one end that settles it. The one throat: whatever reaches a provider passes here.
///
/// Must not know: the listener, sessions, what is asked about jobs later.
@NullMarked
package dev.sluice.gateway.calls;

import org.jspecify.annotations.NullMarked;
