/// Making and withdrawing management credentials: `admin-tokens` and the one-time set-up.
///
/// Must not know: what the credentials are used for.
@NullMarked
package dev.sluice.control.tokens;

import org.jspecify.annotations.NullMarked;
