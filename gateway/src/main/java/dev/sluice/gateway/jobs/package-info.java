/// Jobs that providers go on with after the call that began them was answered: they are looked
/// after until they end, and settled, by whichever replica is free, whether or not a client asks.
///
/// Must not know: listeners, exchanges, how a provider is connected to.
@NullMarked
package dev.sluice.gateway.jobs;

import org.jspecify.annotations.NullMarked;
