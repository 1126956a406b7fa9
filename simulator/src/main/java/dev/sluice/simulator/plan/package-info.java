/// What a model decides to say and what that costs, before any dialect writes it down: the question
/// as every dialect reads it, the plan of the answer, the count of the prompt, the models.
///
/// Must not know: sockets, timers, the names of any provider's fields.
@NullMarked
package dev.sluice.simulator.plan;

import org.jspecify.annotations.NullMarked;
