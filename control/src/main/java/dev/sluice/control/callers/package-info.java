/// Users (humans) and services (machine callers): who keys and management credentials belong to.
///
/// Must not know: keys, roles.
@NullMarked
package dev.sluice.control.callers;

import org.jspecify.annotations.NullMarked;
