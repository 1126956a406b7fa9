/// The simulated provider's endpoints for sound: it speaks in a hum as long as the text, and hears
/// words as many as the sound is long.
@NullMarked
package dev.sluice.simulator.audio;

import org.jspecify.annotations.NullMarked;
