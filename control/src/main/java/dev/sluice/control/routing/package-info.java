/// Where calls go: what providers there are, how the targets fare, and a test of one upstream. Sees
/// models only as a client does: through the own listener with a minted key.
@NullMarked
package dev.sluice.control.routing;

import org.jspecify.annotations.NullMarked;
