/// Upstream credentials at rest: envelope encryption under the installation's master key.
///
/// Must not know: what the credentials are for.
@NullMarked
package dev.sluice.control.secrets;

import org.jspecify.annotations.NullMarked;
