/// Jobs that providers work on after the call that began them was answered, whatever they make:
/// what begins one, how it is looked after, what a look at it says.
///
/// Must not know: what is made, prices, targets, how anything is sent or kept.
@NullMarked
package dev.sluice.protocol.job;

import org.jspecify.annotations.NullMarked;
