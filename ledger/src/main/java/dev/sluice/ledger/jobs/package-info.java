/// Calls that outlive their answer: their rows, what they hold, and how they are settled.
///
/// Must not know: providers, HTTP.
@NullMarked
package dev.sluice.ledger.jobs;

import org.jspecify.annotations.NullMarked;
