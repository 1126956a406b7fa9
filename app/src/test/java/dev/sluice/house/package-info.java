/// The house rules as tests: tidiness of the sources, arrows between rooms, and the launcher.
///
/// Must not know: what Sluice does.
@NullMarked
package dev.sluice.house;

import org.jspecify.annotations.NullMarked;
