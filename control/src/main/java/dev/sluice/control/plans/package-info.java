/// Plans: customer tiers. So far only their price rule.
///
/// Must not know: keys.
@NullMarked
package dev.sluice.control.plans;

import org.jspecify.annotations.NullMarked;
