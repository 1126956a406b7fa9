/// People who sign in with a password: their accounts, invitations and sessions.
///
/// Must not know: what a session is used for; `access` opens the routes with it.
@NullMarked
package dev.sluice.control.accounts;

import org.jspecify.annotations.NullMarked;
