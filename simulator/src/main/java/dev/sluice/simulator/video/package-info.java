/// Jobs that make videos, in the ways four providers have them: begun by one call, looked at by
/// others, fetched in the end. What a job uses is on the call that began it.
@NullMarked
package dev.sluice.simulator.video;

import org.jspecify.annotations.NullMarked;
