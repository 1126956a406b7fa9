package dev.sluice.control.plans;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A customer tier.
///
/// @param multiply its price rule, or null
public record Plan(Head head, @Nullable BigDecimal multiply) implements Configured {}
