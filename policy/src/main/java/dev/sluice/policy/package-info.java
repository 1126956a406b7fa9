/// The compiled configuration ([dev.sluice.policy.Snapshot]) and the pure decision over it: is this
/// call allowed, where may it go, what must be held.
///
/// Must not know: sockets, SQL, threads, clocks (the time is passed in), wire formats.
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;
