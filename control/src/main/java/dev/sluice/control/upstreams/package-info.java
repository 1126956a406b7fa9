/// Upstreams: accounts at providers, with their addresses and sealed credentials.
///
/// Must not know: how calls reach them.
@NullMarked
package dev.sluice.control.upstreams;

import org.jspecify.annotations.NullMarked;
