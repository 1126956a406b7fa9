/// Gateway keys: made once, shown once, rotated with an overlap, revoked at once.
///
/// Must not know: how a call is authenticated.
@NullMarked
package dev.sluice.control.keys;

import org.jspecify.annotations.NullMarked;
