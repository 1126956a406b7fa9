/// Organizations: the tenants and legal entities that pay.
///
/// Must not know: what belongs to them.
@NullMarked
package dev.sluice.control.organizations;

import org.jspecify.annotations.NullMarked;
