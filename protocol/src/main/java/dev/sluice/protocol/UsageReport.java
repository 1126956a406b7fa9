package dev.sluice.protocol;

import dev.sluice.domain.Usage;

/// What a provider said it used: disjoint meters, or nothing that can be believed. Missing usage is
/// not zero usage: it is estimated and marked so ([UsageEstimate]).
public sealed interface UsageReport {

    /// Credible usage.
    ///
    /// @param usage by disjoint meter; `requests` is 1
    record Reported(Usage usage) implements UsageReport {}

    /// None, or none that can be believed.
    ///
    /// @param why for logs and the usage row
    record Missing(String why) implements UsageReport {}

    /// Nothing, but what Sluice could count for itself.
    ///
    /// @param counted exact, and all there is to charge where the price has a rate for it
    /// @param guessed what is charged besides where it has none
    record Counted(Usage counted, Usage guessed) implements UsageReport {}

    UsageReport NONE = new Missing("the provider sent no usage");
}
