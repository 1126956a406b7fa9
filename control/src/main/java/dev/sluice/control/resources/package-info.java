/// All kinds of configured objects side by side, for what works on every kind: the snapshot, the
/// configuration file, the routes.
///
/// Must not know: routes, wiring.
@NullMarked
package dev.sluice.control.resources;

import org.jspecify.annotations.NullMarked;
