package dev.sluice.control.teams;

import dev.sluice.control.config.Configured;
import dev.sluice.control.config.Head;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A team.
///
/// @param budgetOwner who answers for its money, such as an e-mail address
/// @param multiply its price rule, or null
public record Team(Head head, @Nullable String budgetOwner, @Nullable BigDecimal multiply)
        implements Configured {}
