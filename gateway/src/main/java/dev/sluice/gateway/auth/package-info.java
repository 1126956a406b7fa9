/// How upstreams are shown that an account is ours: signatures and tokens. Pure arithmetic; whoever
/// calls it says what time it is and sends what it made.
///
/// Must not know: exchanges, sockets, snapshots.
@NullMarked
package dev.sluice.gateway.auth;

import org.jspecify.annotations.NullMarked;
