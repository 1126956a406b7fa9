/// What is asked: the endpoints, a request as it was decoded, the bytes each target is sent for it,
/// and what its answers come to.
///
/// Must not know: exchanges, holds that are under way, where an answer goes.
@NullMarked
package dev.sluice.gateway.requests;

import org.jspecify.annotations.NullMarked;
