/// Questions about calls that nobody has made yet: may it go, why, what would it cost, and would
/// quotas and balance carry it. Answers come from the very policy that decides real calls.
///
/// Must not know: wire formats (a decoder is handed in), SQL, the data plane.
@NullMarked
package dev.sluice.control.explain;

import org.jspecify.annotations.NullMarked;
