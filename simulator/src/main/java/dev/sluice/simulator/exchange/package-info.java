/// One call on the wire: the request as read, the answer as decided, and the player that sends it
/// byte for byte, with every failure that was asked for.
///
/// Must not know: any provider's JSON. A dialect decides what is said, this package how it travels.
@NullMarked
package dev.sluice.simulator.exchange;

import org.jspecify.annotations.NullMarked;
