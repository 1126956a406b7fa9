/// How upstreams are reached: connections, deadlines of each stage, the proof that an account is
/// ours, answers that come compressed.
///
/// Must not know: who is calling, exchanges, money, what a body means.
@NullMarked
package dev.sluice.gateway.upstream;

import org.jspecify.annotations.NullMarked;
