/// Files and the jobs that train models with them, as OpenAI has both. What a job trains is on the
/// call that began it.
@NullMarked
package dev.sluice.simulator.tuning;

import org.jspecify.annotations.NullMarked;
