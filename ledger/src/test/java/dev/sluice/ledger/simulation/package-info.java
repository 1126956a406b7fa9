/// The money protocol in model time: replicas, crashes and a network that loses and delays, over
/// the production classes of escrow and journal, with the invariants checked at every step.
@NullMarked
package dev.sluice.ledger.simulation;

import org.jspecify.annotations.NullMarked;
