/// What the simulator was asked and what it produced: the oracle.
///
/// Must not know: wire formats, HTTP, how answers are made. Never holds a raw credential.
@NullMarked
package dev.sluice.simulator.journal;

import org.jspecify.annotations.NullMarked;
