/// The simulated provider: its own listener, the accounts it knows, the control routes.
///
/// It is what the demo calls, the upstream of the tests and the oracle of every money test: what it
/// says it produced is what a gateway in front of it has to charge. Must not know: Sluice's data
/// plane, policy, ledger or database. It is a provider and knows no more than a provider would.
@NullMarked
package dev.sluice.simulator;

import org.jspecify.annotations.NullMarked;
