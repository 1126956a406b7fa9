/// Directives: how a caller or a test asks for a certain answer or a certain failure.
///
/// Must not know: HTTP, wire formats, who obeys a directive.
@NullMarked
package dev.sluice.simulator.script;

import org.jspecify.annotations.NullMarked;
